"""Whatever a citizen sends, in whatever order: an answer each time, no word lost, at most one ticket a form."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session, sessionmaker

from bot.replies import TEXT_LIMIT_BYTES
from handlers.context import Services
from handlers.feedback.words import clean
from knowledge.feedback.drafts import open_draft
from knowledge.feedback.kinds import FeedbackKind
from knowledge.feedback.queries import ticket_text
from knowledge.store.sessions import make_engine, make_sessions
from tests.handlers.citizens import Talker, services_with_content

STEERING = [
    "反馈",
    "跳过",
    "上一步",
    "取消",
    "确认",
    "匿名",
    "继续",
    "放弃",
    "重新开始",
    "1",
    "2",
    "3",
    "9",
    "都不是",
    "没有",
    "好的",
]
ANSWERS = [
    "投诉",
    "建议",
    "示例县档案馆",
    "示例县中学",
    "张三 13800138000",
    "13800138000",
    "张三",
    "谢谢",
    "法人证书丢了怎么办？",
]
TOPICS = ["帮助", "人工", "我的反馈", "进度 F20261123-001", "隐私", "删除我的信息", "确认删除", "不删除", "对它反馈"]

words = st.one_of(
    st.sampled_from(STEERING),
    st.sampled_from(STEERING),
    st.sampled_from(ANSWERS),
    st.sampled_from(TOPICS),
    st.text(alphabet=st.characters(codec="utf-8"), max_size=60),
)
actions = st.one_of(
    words.map(lambda said: ("says", said)),
    words.map(lambda said: ("says", said)),
    words.map(lambda said: ("says", said)),
    st.sampled_from([("shows", "m1"), ("shows", "m2"), ("films", "v1"), ("speaks", "s1"), ("points", "")]),
    st.sampled_from([("forgets", ""), ("waits", "1"), ("waits", "26"), ("waits", "200")]),
)


@pytest.fixture(scope="module")
def world(
    tmp_path_factory: pytest.TempPathFactory, _sqlite_template: Path
) -> Iterator[tuple[sessionmaker[Session], Services]]:
    folder = tmp_path_factory.mktemp("world")
    path = folder / "world.db"
    path.write_bytes(_sqlite_template.read_bytes())
    engine = make_engine(f"sqlite:///{path}")
    sessions = make_sessions(engine)
    yield sessions, services_with_content()
    engine.dispose()


def act(citizen: Talker, action: tuple[str, str]) -> None:
    what, with_what = action
    match what:
        case "points":
            citizen.points(39.9, 116.3, "人民路")
        case "forgets":
            citizen.forgets()
        case "waits":
            citizen.waits(timedelta(hours=int(with_what)))
        case _:
            getattr(citizen, what)(with_what)


numbers = iter(range(10**9))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(actions, max_size=25))
def test_any_talk_gets_sentences_and_at_most_one_ticket_a_form(
    world: tuple[sessionmaker[Session], Services], talk: list[tuple[str, str]]
) -> None:
    citizen = Talker(*world, openid=f"o-{next(numbers)}")
    begun = 0
    for action in talk:
        before = len(citizen.heard)
        tickets = len(citizen.tickets)
        act(citizen, action)
        if len(citizen.heard) > before:
            said = citizen.heard[-1]
            assert said.strip()
            assert len(said.encode()) <= TEXT_LIMIT_BYTES
            begun += "请选择类型" in said or "收集" in said or "取消" in said
        assert len(citizen.tickets) - tickets <= 1
    assert len(citizen.tickets) <= begun


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(alphabet="材料窗口跑三趟，。a1 \n😀", min_size=12, max_size=200), min_size=1, max_size=6))
def test_every_word_told_after_the_object_is_in_the_ticket(
    world: tuple[sessionmaker[Session], Services], told: list[str]
) -> None:
    citizen = Talker(*world, openid=f"o-{next(numbers)}")
    citizen.says("反馈", "投诉", "跳过")
    kept = [said for said in told if sum(sign.isalpha() for sign in said) >= 5 and not said.strip()[0].isdigit()]
    citizen.says("开始说明情况", *kept, "跳过", "跳过", "确认")
    [ticket] = citizen.tickets
    text = ticket_text(ticket, vault=citizen.services.vault)
    assert text == "\n".join(["开始说明情况", *(clean(said) for said in kept)])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(list(FeedbackKind)), st.text(alphabet="abc材料", min_size=4, max_size=30), st.integers(0, 3))
def test_a_break_after_any_step_loses_nothing(
    world: tuple[sessionmaker[Session], Services], kind: FeedbackKind, text: str, at: int
) -> None:
    citizen = Talker(*world, openid=f"o-{next(numbers)}")
    names = {"consultation": "咨询", "suggestion": "建议", "complaint": "投诉", "help": "求助"}
    way = ["反馈", names[kind], "跳过", f"说明：{text}"]
    for number, said in enumerate(way):
        citizen.says(said)
        if number == at:
            citizen.waits(timedelta(hours=25))
            citizen.says("继续")
    with citizen.sessions() as session:
        draft = open_draft(
            session, account="default", citizen=citizen.pseudonym, now=citizen.now, vault=citizen.services.vault
        )
    assert draft is not None
    assert (draft.content.kind, draft.content.text) == (kind, f"说明：{text}")
