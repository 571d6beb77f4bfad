"""``staff …`` as an operator uses it: a bureau's first accounts are made by command."""

from __future__ import annotations

from pathlib import Path

from tests.api.test_command_line import one_sentence, run


def test_an_account_is_made_given_roles_and_listed(tmp_path: Path) -> None:
    made = run("staff", "add", "zhangsan", "--role", "editor", "--region", "320300", folder=tmp_path)
    assert made.returncode == 0, made.stderr
    assert len(made.stdout.strip()) >= 10
    given = run("staff", "grant", "zhangsan", "--role", "handler", folder=tmp_path)
    assert given.returncode == 0, given.stderr

    listed = run("staff", "list", folder=tmp_path).stdout
    assert "zhangsan" in listed
    assert "编辑（320300）、办理" in listed
    assert made.stdout.strip() not in listed


def test_what_cannot_be_done_ends_with_a_sentence_and_leaves_nothing(tmp_path: Path) -> None:
    unknown = run("staff", "add", "lisi", "--role", "boss", folder=tmp_path)
    assert (unknown.returncode, "reviewer" in one_sentence(unknown)) == (2, True)
    nowhere = run("staff", "add", "lisi", "--role", "editor", "--region", "江苏", folder=tmp_path)
    assert (nowhere.returncode, "行政区划" in one_sentence(nowhere)) == (1, True)
    nobody = run("staff", "reset", "lisi", folder=tmp_path)
    assert (nobody.returncode, "staff list" in one_sentence(nobody)) == (1, True)
    assert "lisi" not in run("staff", "list", folder=tmp_path).stdout
