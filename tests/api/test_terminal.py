"""A talk at the terminal, which may stay open while others keep the base."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from api.settings import read_settings
from api.terminal import Terminal
from knowledge.faq.entry import Entry
from knowledge.faq.queries import bump_version, save_entry
from knowledge.store.vault import Vault

QUESTION = "热水袋怎么领"


def published(sessions: sessionmaker[Session], answer: str, now: datetime) -> None:
    with sessions.begin() as session:
        save_entry(session, entry=Entry(id="a", question=QUESTION, answer=answer), now=now)
        bump_version(session, now=now)


def test_a_talk_answers_from_what_was_published_meanwhile(
    engine: Engine, database_url: str, sessions: sessionmaker[Session], vault: Vault, tmp_path: Path, now: datetime
) -> None:
    published(sessions, "到前台领。", now)
    given = {"BST_DATA_DIR": str(tmp_path), "BST_DATABASE_URL": database_url, "BST_SECRET_KEY": "k" * 40}
    talk = Terminal(read_settings(given, dotenv=None), engine, account=None, vault=vault)
    assert "到前台领。" in talk.says(QUESTION, message_id=1)
    published(sessions, "到二楼领。", now)
    assert "到二楼领。" in talk.says(QUESTION, message_id=2)
