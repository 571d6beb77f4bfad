"""A console with something on every page: what a bureau has after some weeks."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session, sessionmaker

from knowledge.audit.events import Actor
from knowledge.curation.flow import approve, submit
from knowledge.curation.golden import add as add_golden
from knowledge.curation.laws import repeal
from knowledge.curation.revisions import begin
from knowledge.faq.entry import Basis, Entry
from knowledge.faq.questions import QuestionRecord, save_questions
from knowledge.faq.vocabulary import add_term
from knowledge.feedback.kinds import ForwardState
from knowledge.feedback.models import Ticket
from knowledge.feedback.seals import Column, seal, seal_json
from knowledge.institutions.models import Institution
from knowledge.keys.keys import KeyScope, add_key
from knowledge.store.vault import Vault
from tests.api.console.conftest import ENTRIES
from tests.knowledge.curation.people import EDITOR, REVIEWER, put
from tests.knowledge.curation.publishing import approved_draft, replayed, requested
from tests.knowledge.faq.base import index_folder

OLD_LAW = "图书管理暂行办法"


@dataclass(frozen=True)
class Filling:
    """Fills one thing after the other; each commits."""

    sessions: sessionmaker[Session]
    vault: Vault
    now: datetime

    def everything(self) -> None:
        with self.sessions() as session:
            put(session, *ENTRIES, _of_an_old_law(), now=self.now)
            self._questions(session)
            self._drafts(session)
            self._register(session)
            self._desk(session)
            self._words(session)

    def _questions(self, session: Session) -> None:
        asked = ("馆里能吃饭吗", "公章刻错了怎么办", "借书卡丢了怎么补办", "几点开门")
        save_questions(
            session,
            [
                QuestionRecord(
                    account="province", region="320000", asked_at=self.now - timedelta(days=at, hours=at), text=text,
                    decision="none" if at < 2 else "answer", entry_id=None if at < 2 else "K1",
                    confidence=0.1 + 0.2 * at, base_version="1",
                )
                for at, text in enumerate(asked)
            ],
        )  # fmt: skip
        add_golden(
            session, question="图书室几点开门？", region=None, expected="answer", entry_ids=["K3"], by=EDITOR,
            now=self.now,
        )  # fmt: skip
        session.commit()

    def _drafts(self, session: Session) -> None:
        passed = approved_draft(session, now=self.now, entry_id="K3", answer="早上八点半。")
        publication = requested(session, passed, now=self.now)
        replayed(session, publication, index_dir=index_folder(), now=self.now)
        changed, added = {"answer": "满六年可以换新。"}, {"question": "馆里能吃饭吗？", "answer": "不能。"}
        waiting = begin(session, entry_id="K2", content=changed, by=EDITOR, reason="改年限", now=self.now)
        submit(session, revision_id=waiting.id, by=EDITOR, now=self.now)
        new = begin(session, entry_id=None, content=added, by=EDITOR, reason="常有人问", now=self.now)
        submit(session, revision_id=new.id, by=EDITOR, now=self.now)
        approve(session, revision_id=new.id, by=REVIEWER, now=self.now)
        repeal(
            session, law=OLD_LAW, article="", repealed_on=self.now.date(), document="示例发〔2026〕1号",
            reason="已有新办法", by=REVIEWER, now=self.now,
        )  # fmt: skip
        session.commit()

    def _register(self, session: Session) -> None:
        session.add(
            Institution(
                id=str(uuid.uuid4()), name="示例市图书馆", name_key="示例市图书馆", aliases=["市图"],
                former_names=["示例图书室"], credit_code="12320300MB0X00015P", region="320300",
                sponsor="示例市文化局", status="正常", source="file", updated_at=self.now,
            )
        )  # fmt: skip
        session.commit()

    def _desk(self, session: Session) -> None:
        made = Ticket(
            id=str(uuid.uuid4()), reference="F20261123-001", account="city", citizen="c" * 32, kind="complaint",
            region="320300", anonymous=False, status="submitted", forward_state=ForwardState.DESK,
            submitted_at=self.now, updated_at=self.now,
        )  # fmt: skip
        made.text_sealed = seal(self.vault, Column.TEXT, made.id, "窗口无人值守")
        made.contact_sealed = seal_json(self.vault, Column.CONTACT, made.id, {"name": "张示例", "phone": "13912345678"})
        session.add(made)
        session.commit()

    def _words(self, session: Session) -> None:
        add_term(session, kind="synonym", word="阅览卡", others=["借书卡"], by="甲", now=self.now)
        add_key(
            session, name="大数据局", scopes=[KeyScope.KNOWLEDGE], regions=[], per_minute=60, expires_at=None,
            by=Actor(name="甲"), now=self.now,
        )  # fmt: skip
        session.commit()


def _of_an_old_law() -> Entry:
    return Entry(
        id="L1", question="逾期还书怎么处理？", answer="按办法处理。", category="借书卡", owner="甲",
        basis=(Basis(OLD_LAW, "第三条"),),
    )  # fmt: skip
