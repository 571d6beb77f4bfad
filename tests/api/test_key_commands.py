"""``key add|list|revoke`` as an operator uses them."""

from __future__ import annotations

import re
from pathlib import Path

from sqlalchemy import create_engine, text

from tests.api.test_command_line import one_sentence, run


def test_a_key_is_made_listed_and_ended(tmp_path: Path) -> None:
    made = run("key", "add", "政务大厅", "--scope", "ask", "--region", "320300", "--days", "30", folder=tmp_path)
    assert made.returncode == 0, made.stderr
    token = made.stdout.strip()
    assert re.fullmatch(r"bst_[0-9a-f]{12}_[0-9a-f]{48}", token)
    key_id = token.split("_")[1]

    listed = run("key", "list", folder=tmp_path).stdout
    assert all(word in listed for word in (key_id, "政务大厅", "ask", "320300", "在用", "没有用过"))
    assert token.rsplit("_", 1)[1] not in listed

    assert run("key", "revoke", key_id, folder=tmp_path).returncode == 0
    engine = create_engine(f"sqlite:///{next((tmp_path / 'data').glob('*.db'))}")
    with engine.connect() as connection:
        noted = connection.execute(text("SELECT action, actor, object_id FROM audit_events ORDER BY position")).all()
    engine.dispose()
    assert noted == [("key.added", "命令行", key_id), ("key.revoked", "命令行", key_id)]


def test_a_key_that_cannot_be_made_ends_with_a_sentence(tmp_path: Path) -> None:
    unknown = run("key", "add", "系统", "--scope", "everything", folder=tmp_path)
    assert (unknown.returncode, "statistics" in one_sentence(unknown)) == (2, True)
    nowhere = run("key", "add", "系统", "--scope", "ask", "--region", "江苏", folder=tmp_path)
    assert (nowhere.returncode, "行政区划" in one_sentence(nowhere)) == (1, True)
