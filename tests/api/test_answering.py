"""One message, one transaction: what is written is written once, and the same message gets the same answer."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event, func, select, text
from sqlalchemy.orm import Session, sessionmaker

from api.answering import Answerer
from api.kept import KeptAnswers
from bot.account import Account
from bot.inbox import Channel, Lease, Mail, TurnLost, mail_for
from bot.messages import Incoming, TextMessage, UnsubscribeEvent, VoiceMessage
from bot.parts import Answered, Task
from bot.replies import TEXT_LIMIT_BYTES, Image, Reply, Silence, Text
from bot.router import Asked, Router
from handlers.answering import say
from handlers.context import Context
from handlers.conversation import Choice, Conversation
from knowledge.messages.models import HandledMessage, KeptMessage
from knowledge.messages.queries import keep_message, take_kept
from knowledge.store.vault import Vault
from tests.conftest import NOON
from tests.handlers.build import make_services

ACCOUNT = Account(name="default", app_id="wx0123456789abcdef")
VAULT = make_services().vault
KNOWN = Conversation(form_open=False, notices_kept=False)

router: Router[Context] = Router("test")


@router.text(r"写(?P<what>.*)")
def write(asked: Asked, context: Context) -> Reply:
    """Leaves one row, as a filed ticket would; ``what`` says by which way."""
    row = {"account": "default", "citizen": "written", "now": context.now, "vault": VAULT}
    match asked.groups.get("what"):
        case "原文":
            statement = "INSERT INTO citizen_turns (account, citizen, fence, touched_at) VALUES ('x', 'y', 0, :now)"
            context.session.execute(text(statement), {"now": context.now})
        case "连接":
            statement = "INSERT INTO citizen_turns (account, citizen, fence, touched_at) VALUES ('x', 'y', 0, :now)"
            context.session.connection().execute(text(statement), {"now": context.now})
        case _:
            keep_message(context.session, text="row", maybe_delivered=False, **row)
    return say(context, f"已写入{context.now:%S}")


@router.text(r"读")
def read(asked: Asked, context: Context) -> Reply:
    found = context.session.scalar(select(func.count()).select_from(KeptMessage))
    return say(context, f"共{found}条")


@router.text(r"坏")
def fail(asked: Asked, context: Context) -> Reply:
    """Fails with something of its own still unwritten in the session."""
    context.session.add(
        KeptMessage(id="1", account="default", citizen="unwritten", text_sealed=b"", kept_at=context.now)
    )
    raise LookupError("坏了")


@router.text(r"长")
def long(asked: Asked, context: Context) -> Reply:
    return say(context, "很长的回复。" * 300, (Choice("一", "一"),))


@router.text(r"图")
def picture(asked: Asked, context: Context) -> Reply:
    return Image("media")


@router.text(r"静")
def silent(asked: Asked, context: Context) -> Reply:
    return Silence()


@router.text(r"表单")
def form(asked: Asked, context: Context) -> Reply:
    return say(context, str(context.conversation.form_open))


@router.message(TextMessage)
def echo(message: TextMessage, context: Context) -> Reply:
    return say(context, f"答：{message.content}")


@pytest.fixture
def answerer(engine: Engine) -> Answerer:
    return Answerer(engine, account=ACCOUNT, services=make_services(), routers=[router])


@pytest.fixture
def statements(engine: Engine) -> Iterator[list[str]]:
    """Everything that reached the database."""
    seen: list[str] = []

    def note(_c: Any, _cur: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


def message(content: str, number: int = 1, **more: Any) -> TextMessage:
    return TextMessage(to_account="gh", openid="o-citizen", sent_at=NOON, message_id=number, content=content, **more)


def task(asked: str | Incoming, number: int = 1, *, talk: Conversation | None = KNOWN, **changes: Any) -> Task:
    asked = message(asked, number) if isinstance(asked, str) else asked
    fields: dict[str, Any] = {
        "message": asked,
        "mail": mail_for(asked, account="default", pseudonym=VAULT.pseudonym),
        "now": NOON,
        "talk": None if talk is None else talk.to_bytes(),
        "calm": True,
        "doubtful": talk is None,
        "lease": Lease(float("inf")),
    }
    return Task(**(fields | changes))


def said(answered: Answered) -> str:
    assert isinstance(answered.reply, Text)
    return answered.reply.content


def rows(sessions: sessionmaker[Session], model: Any = HandledMessage) -> int:
    with sessions() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def keep(sessions: sessionmaker[Session], content: str, *, maybe: bool = False, minutes: int = 0) -> None:
    with sessions.begin() as session:
        keep_message(
            session,
            account="default",
            citizen=VAULT.pseudonym("default", "o-citizen"),
            text=content,
            maybe_delivered=maybe,
            now=NOON + timedelta(minutes=minutes),
            vault=VAULT,
        )


def test_a_plain_question_of_a_known_talk_needs_no_sql(answerer: Answerer, statements: list[str]) -> None:
    assert said(answerer(task("你好"))) == "答：你好"
    assert statements == []


def test_a_new_talk_looks_once_and_then_knows(answerer: Answerer, statements: list[str]) -> None:
    first = answerer(task("你好", talk=None, calm=False))
    assert first.looked
    assert statements

    statements.clear()
    known = Conversation.from_bytes(first.talk)
    assert (known.form_open, known.notices_kept) == (False, False)
    answerer(task("你好", 2, talk=known))
    assert statements == []


def test_reading_leaves_no_record_of_the_message(answerer: Answerer, sessions: sessionmaker[Session]) -> None:
    assert said(answerer(task("读"))) == "共0条"
    assert rows(sessions) == 0


def test_nothing_of_a_message_that_failed_is_written_by_the_next(
    answerer: Answerer, sessions: sessionmaker[Session]
) -> None:
    answerer(task("你好"))
    with pytest.raises(LookupError):
        answerer(task("坏", 2))
    assert said(answerer(task("你好", 3))) == "答：你好"
    answerer(task("写", 4))

    assert rows(sessions, KeptMessage) == 1


@pytest.mark.parametrize("number", [2, 3])
def test_every_message_reads_what_was_written_meanwhile(
    answerer: Answerer, sessions: sessionmaker[Session], number: int
) -> None:
    answerer(task("读"))
    for at in range(1, number):
        keep(sessions, "新的", minutes=at)
        answerer(task("你好", 2 * at))
        assert said(answerer(task("读", 2 * at + 1))) == f"共{at}条"


@pytest.mark.parametrize("way", ["", "原文", "连接"])
def test_whatever_writes_commits_the_key_and_the_answer_with_it(
    answerer: Answerer, sessions: sessionmaker[Session], way: str
) -> None:
    answerer(task(f"写{way}"))

    assert rows(sessions) == 1


def test_the_stored_answer_is_sealed(answerer: Answerer, sessions: sessionmaker[Session]) -> None:
    answerer(task("写"))

    with sessions() as session:
        row = session.scalars(select(HandledMessage)).one()
    assert "已写入".encode() not in row.answer_sealed
    assert "o-citizen" not in f"{row.key}{row.citizen}"


def test_the_same_message_again_writes_once_and_gets_the_first_answer(
    answerer: Answerer, sessions: sessionmaker[Session]
) -> None:
    first = answerer(task("写"))
    unaware = answerer(task("写", now=NOON + timedelta(seconds=7)))  # nobody suspects that it was handled
    doubting = answerer(task("写", now=NOON + timedelta(seconds=9), doubtful=True))

    assert said(unaware) == said(doubting) == said(first)
    assert (rows(sessions), rows(sessions, KeptMessage)) == (1, 1)


def test_two_processes_with_the_same_message_at_once_write_once(
    engine: Engine, sessions: sessionmaker[Session]
) -> None:
    answerers = [Answerer(engine, account=ACCOUNT, services=make_services(), routers=[router]) for _ in range(4)]
    answers: list[str] = []

    def answer(number: int) -> None:
        answers.append(said(answerers[number](task("写", now=NOON + timedelta(seconds=number)))))

    threads = [threading.Thread(target=answer, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(answers) == 4
    assert len(set(answers)) == 1
    assert (rows(sessions), rows(sessions, KeptMessage)) == (1, 1)


def test_who_lost_the_turn_writes_nothing(answerer: Answerer, sessions: sessionmaker[Session]) -> None:
    with pytest.raises(TurnLost):
        answerer(task("写", lease=Lease(0.0)))

    assert (rows(sessions), rows(sessions, KeptMessage)) == (0, 0)


def test_an_answer_that_another_channel_gave_is_not_given_again(
    answerer: Answerer, sessions: sessionmaker[Session]
) -> None:
    asked = task("写")
    answerer(asked)
    late = KeptAnswers(sessions, account="default", vault=VAULT)

    assert late.take(asked.mail, Channel.PUSH, now=NOON)
    assert not late.take(asked.mail, Channel.KEPT, now=NOON)
    assert answerer(task("写", doubtful=True)).given


def test_a_talk_kept_elsewhere_meanwhile_does_not_hide_an_open_form(answerer: Answerer) -> None:
    stale = Conversation(form_open=True, notices_kept=False)

    assert said(answerer(task("表单", talk=stale))) == "True"
    assert said(answerer(task("表单", talk=stale, doubtful=True))) == "False"


def test_a_spoken_question_and_a_number_are_read_before_the_topics(answerer: Answerer) -> None:
    talk = Conversation(form_open=False, notices_kept=False, choices=[Choice("甲", "问甲"), Choice("乙", "问乙")])
    voice = VoiceMessage(
        to_account="gh", openid="o-citizen", sent_at=NOON, message_id=3, media_id="m", recognition="说的话。"
    )

    assert said(answerer(task(voice))) == "答：说的话"
    assert said(answerer(task("2", talk=talk))) == "答：问乙"


# -- what was kept -------------------------------------------------------------------------------------------------


def test_kept_answers_come_before_the_next_answer_oldest_first_and_once(
    answerer: Answerer, sessions: sessionmaker[Session]
) -> None:
    keep(sessions, "新的", minutes=1)
    keep(sessions, "旧的", maybe=True)

    answer = said(answerer(task("你好", calm=False)))
    again = said(answerer(task("再问", 2, calm=False)))

    assert [answer.index(part) for part in ("可能已送达", "旧的", "新的", "答：你好")] == sorted(
        answer.index(part) for part in ("可能已送达", "旧的", "新的", "答：你好")
    )
    assert again == "答：再问"


def test_what_does_not_fit_waits_for_more(answerer: Answerer, sessions: sessionmaker[Session]) -> None:
    keep(sessions, "等候的回复。" * 80)

    answered = answerer(task("长", calm=False))
    talk = Conversation.from_bytes(answered.talk)
    whole = said(answered) + "".join(talk.rest)

    assert len(said(answered).encode()) <= TEXT_LIMIT_BYTES
    assert "更多" in said(answered)
    assert whole.count("等候的回复。") == 80
    assert whole.count("很长的回复。") == 300
    assert all(len(piece.encode()) <= TEXT_LIMIT_BYTES for piece in talk.rest)
    assert talk.choices == [Choice("一", "一")]


def test_a_reply_that_cannot_carry_text_leaves_it_waiting(answerer: Answerer, sessions: sessionmaker[Session]) -> None:
    keep(sessions, "等候的")
    gone = UnsubscribeEvent(to_account="gh", openid="o-citizen", sent_at=NOON, event="unsubscribe")

    assert answerer(task("图", calm=False)).reply == Image("media")
    assert answerer(task(gone, calm=False)).reply == Silence()
    assert "等候的" in said(answerer(task("静", 2, calm=False)))


def test_two_messages_at_once_are_told_the_kept_answer_once(sessions: sessionmaker[Session]) -> None:
    keep(sessions, "等候的")
    told: list[int] = []

    def take() -> None:
        who = {"account": "default", "citizen": VAULT.pseudonym("default", "o-citizen")}
        with sessions.begin() as session:
            told.append(len(take_kept(session, now=NOON, vault=VAULT, **who)))

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(told) == [0, 0, 0, 1]


def test_a_citizen_is_never_told_what_waits_for_another(answerer: Answerer, sessions: sessionmaker[Session]) -> None:
    keep(sessions, "等候的")
    stranger = TextMessage(to_account="gh", openid="o-stranger", sent_at=NOON, message_id=9, content="你好")

    assert said(answerer(task(stranger, calm=False))) == "答：你好"


@pytest.mark.parametrize("reply", [Text("文字"), Image("media")])
def test_a_late_answer_is_kept_and_told(
    answerer: Answerer, sessions: sessionmaker[Session], reply: Reply, vault: Vault
) -> None:
    citizen = VAULT.pseudonym("default", "o-citizen")
    late = KeptAnswers(sessions, account="default", vault=VAULT)
    late.keep(Mail("k" * 32, citizen, "0"), reply, maybe_delivered=False, now=NOON)

    assert said(answerer(task("你好", calm=False))).endswith("答：你好")
