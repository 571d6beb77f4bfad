"""From a question without an answer to the news that there is one, by the product's own worker and publishing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from api.preparing import prepare_database
from api.publishing import publish_now
from api.settings import Settings
from api.telling import AnswerTeller
from api.wiring import Product, build_product, utc_now
from api.work import Pace, build_worker
from api.worker.telling_askers import LIVE
from bot.account import Account
from bot.client.push import Outcome
from bot.replies import TEXT_LIMIT_BYTES
from knowledge.curation.models import FaqRevision
from knowledge.faq.questions import Question, save_questions
from knowledge.messages.queries import has_kept, take_kept
from knowledge.missed.models import MissedGroup, MissedWaiter
from knowledge.missed.states import GroupState, WaiterState
from knowledge.missed.waiters import OpenWaiter, wait_for
from tests.api.live import wait_until
from tests.api.worker.conftest import RHYTHM
from tests.knowledge.curation.people import REVIEWER
from tests.knowledge.curation.publishing import approved_draft, replayed, requested
from tests.knowledge.faq.base import entry, index_folder
from tests.knowledge.missed.asking import asked

QUESTION = "量子纠缠的原理"


@pytest.fixture
def product(empty_database_url: str, redis_url: str, tmp_path: Path) -> Iterator[Product]:
    settings = Settings(data_dir=tmp_path, database_url=empty_database_url, secret_key="k" * 40, redis_url=redis_url)
    prepare_database(settings, tell=lambda _: None)
    with build_product(settings, redis_url=redis_url, base_url="http://127.0.0.1:1") as product:
        worker = build_worker(product, pace=Pace(rhythm=RHYTHM))
        worker.start()
        yield product
        worker.stop()


def test_what_was_missed_is_grouped_answered_and_told(product: Product) -> None:
    started = utc_now()
    with product.sessions.begin() as session:
        save_questions(session, [asked(QUESTION, asked_at=started)])
        assert wait_for(
            session, account="city", citizen="c1", openid="o-1", question=QUESTION, region=None, now=started,
            vault=product.vault,
        )  # fmt: skip

    def grouped() -> bool:
        with product.sessions() as session:
            waiting = session.scalar(select(MissedWaiter.group_id))
            return waiting is not None and session.scalar(select(Question.group_id)) == waiting

    wait_until(grouped, seconds=60)
    with product.sessions() as session:
        group = session.scalars(select(MissedGroup)).one()
        draft = approved_draft(session, now=utc_now(), entry_id="KQ", question=QUESTION, answer="见科普读物。")
        publication = requested(session, draft, now=utc_now())
        session.get_one(FaqRevision, draft.id).fills = [group.id]
        session.commit()
        replayed(session, publication, index_dir=index_folder(), now=utc_now())
        published = utc_now()
        publish_now(
            session, publication_id=publication, by=REVIEWER, now=published, enqueue=product.services.jobs.enqueue
        )
        session.commit()

    def kept() -> bool:
        with product.sessions() as session:
            return has_kept(session, account="city", citizen="c1")

    wait_until(kept, seconds=60)  # the account is in no settings, as if the 48 hours were over
    assert utc_now() - published >= LIVE
    with product.sessions.begin() as session:
        assert session.scalars(select(MissedGroup)).one().state == GroupState.FILLED
        assert session.scalars(select(MissedWaiter)).one().state == WaiterState.KEPT
        [told] = take_kept(session, account="city", citizen="c1", now=utc_now(), vault=product.vault)
    assert QUESTION in told.text
    assert "现在有答案了" in told.text


@pytest.mark.parametrize("empty_database_url", ["sqlite"], indirect=True)
def test_the_words_name_day_and_question_and_open_the_answer_with_a_tap(product: Product) -> None:
    asked_at = datetime(2026, 11, 22, 16, 1, tzinfo=UTC)  # the 23rd in Shanghai
    waiter = OpenWaiter(
        id="w", account="city", citizen="c1", openid="o", question=QUESTION * 40, region=None, asked_at=asked_at,
        entry_id="K1", filled_at=None,
    )  # fmt: skip
    teller = AnswerTeller(product)
    words = teller.words(waiter, entry("K1", "量子纠缠是什么？"), now=asked_at)
    assert words.startswith("您11月23日问的“量子纠缠的原理")
    assert "msgmenucontent=" in words
    longest = teller.words(waiter, entry("K1", "量子纠缠是什么？" * 60), now=asked_at)
    assert max(len(each.encode()) for each in (words, longest)) <= TEXT_LIMIT_BYTES
    assert teller.push(waiter, longest) is Outcome.REFUSED  # no such account


@pytest.mark.parametrize("empty_database_url", ["sqlite"], indirect=True)
def test_an_answer_that_lacks_a_fact_of_the_account_is_none(product: Product) -> None:
    account = Account(name="city", app_id="wx00000000000000aa", region=None)
    known = replace(product, accounts={"city": account})
    waiter = OpenWaiter(
        id="w", account="city", citizen="c1", openid="o", question=QUESTION, region=None, asked_at=utc_now(),
        entry_id="K1", filled_at=None,
    )  # fmt: skip
    assert not AnswerTeller(known).answers(waiter, entry("K1", QUESTION, answer="请拨打{{bureau_phone}}。"))
    assert AnswerTeller(known).answers(waiter, entry("K1", QUESTION))
