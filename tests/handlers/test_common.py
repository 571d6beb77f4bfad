"""Words that always work, taps, events, and everything that was not understood."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

import knowledge
from bot.account import Account
from bot.messages import (
    ClickEvent,
    Event,
    ImageMessage,
    Incoming,
    LinkMessage,
    LocationEvent,
    OtherEvent,
    ScanEvent,
    ShortVideoMessage,
    SubscribeEvent,
    SubscriptionEvent,
    TemplateSentEvent,
    TextMessage,
    UnknownMessage,
    UnsubscribeEvent,
    VideoMessage,
    ViewEvent,
    VoiceMessage,
)
from bot.replies import TEXT_LIMIT_BYTES, Reply, Silence, Text, Transfer
from bot.router import dispatch
from handlers.answering import next_piece, say
from handlers.common import MENU_CONTENT, as_text, resolve_choice, router_first, router_last, router_unclear
from handlers.context import Context
from handlers.conversation import Choice, Conversation
from handlers.taps import chosen_number, short_simplified
from tests.conftest import NOON
from tests.handlers.build import OPENID, make_context, text

ROUTERS = (router_first, router_unclear, router_last)
COMMON: dict[str, Any] = {"to_account": "gh_account", "openid": OPENID, "sent_at": NOON}
MESSAGE = COMMON | {"message_id": 5}
TAP = re.compile(r'<a href="weixin://bizmsgmenu\?msgmenucontent=([^"&]*)[^"]*">([^<]*)</a>')
SUNDAY = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
EVENING = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)  # 20:00 in Shanghai

BUREAU = {
    "bureau_name": "示例县委编办",
    "bureau_phone": "0000-1234567",
    "office_hours": "工作日 9:00-12:30，13:30-17:00",
    "bureau_address": "示例县示例路1号",
}


def account(**more: Any) -> Account:
    return Account(**({"name": "default", "app_id": "wx0123456789abcdef", "bureau": BUREAU} | more))


def ask(message: Incoming | str, context: Context | None = None) -> Reply | None:
    """As the edge does it: taps become words, then the routers are asked in order."""
    context = context or make_context(account=account())
    incoming = text(message) if isinstance(message, str) else message
    return dispatch(ROUTERS, resolve_choice(as_text(incoming), context.conversation), context)


def said(reply: Reply | None) -> str:
    assert isinstance(reply, Text)
    return reply.content


def taps(reply: Reply | None) -> list[str]:
    """What each link of a text sends when it is tapped."""
    return [unquote(content) for content, _ in TAP.findall(said(reply))]


# Saying something


def test_choices_stand_under_the_text_and_can_be_typed_by_number_or_label() -> None:
    context = make_context()

    reply = say(context, "哪一个？", [Choice("甲医院", "查 甲"), Choice("乙医院", "查 乙")])

    assert said(reply).startswith("哪一个？\n\n1. <a ")
    assert taps(reply) == ["查 甲", "查 乙"]
    for typed, meant in (("2", "查 乙"), ("①", "查 甲"), ("第二个", "查 乙"), ("乙医院", "查 乙"), (" 1 ", "查 甲")):
        resolved = resolve_choice(text(typed), context.conversation)
        assert isinstance(resolved, TextMessage)
        assert resolved.content == meant


def test_what_was_offered_before_can_no_longer_be_picked() -> None:
    context = make_context()
    say(context, "哪一个？", [Choice("甲", "查 甲")])

    say(context, "别的话")

    assert resolve_choice(text("1"), context.conversation) == text("1")


def test_at_most_nine_choices_are_offered() -> None:
    context = make_context()

    reply = say(context, "很多：", [Choice(f"第{n}家", f"查 {n}") for n in range(20)])

    assert len(taps(reply)) == len(context.conversation.choices) == 9


def test_a_long_answer_comes_in_pieces_and_its_choices_can_be_picked_all_the_while() -> None:
    context = make_context()
    long = "\n".join(f"第{n}条 " + "规定" * 30 for n in range(60))

    pieces = [said(say(context, long, [Choice("相关", "相关问题")]))]
    while context.conversation.rest:
        pieces.append(said(ask("更多", context)))

    assert len(pieces) > 3
    assert all(len(piece.encode()) <= TEXT_LIMIT_BYTES for piece in pieces)
    assert all("回复“" in piece and "更多" in taps(Text(piece)) for piece in pieces[:-1])
    assert "更多" not in taps(Text(pieces[-1]))
    assert [f"第{n}条" for n in range(60)] == re.findall(r"第\d+条", "".join(pieces))
    assert resolve_choice(text("1"), context.conversation) == text("相关问题")


@given(words=st.text(max_size=3000), labels=st.lists(st.text(min_size=1, max_size=30), max_size=9))
def test_whatever_is_said_fits_and_is_said_to_its_end(words: str, labels: list[str]) -> None:
    context = make_context()
    clean = words.replace("<", "").replace(">", "")

    replies = [say(context, "话：" + clean, [Choice(label, "x") for label in labels])]
    while (reply := next_piece(context.conversation)) is not None:
        replies.append(reply)

    joined = "".join("".join(reply.content.split()) for reply in replies)
    assert joined.startswith("".join(("话：" + clean).split())[:200])
    assert sum(taps(reply).count("x") for reply in replies) == len(labels)


def test_nothing_left_to_read_gets_a_kind_sentence() -> None:
    assert "没有更多内容" in said(ask("更多"))


# Taps


def test_every_menu_item_does_the_same_as_its_word() -> None:
    for key, word in MENU_CONTENT.items():
        clicked = as_text(ClickEvent(**COMMON, event="CLICK", key=key))
        assert isinstance(clicked, TextMessage)
        assert (clicked.content, clicked.openid, clicked.sent_at) == (word, OPENID, NOON)


def test_the_menu_that_is_pushed_has_no_key_that_means_nothing() -> None:
    menu = json.loads((Path(__file__).parents[2] / "deploy" / "menu.json").read_text(encoding="utf-8"))
    keys = {item["key"] for column in menu["button"] for item in column["sub_button"] if item["type"] == "click"}

    assert keys <= set(MENU_CONTENT)


OF_OTHER_TOPICS = {"反馈", "我的反馈", "隐私"}


@pytest.mark.parametrize("word", sorted(set(MENU_CONTENT.values()) - OF_OTHER_TOPICS))
def test_every_word_of_the_menu_that_belongs_here_is_answered_before_any_topic(word: str) -> None:
    assert dispatch([router_first], text(word), make_context(account=account())) is not None


def test_an_item_of_an_older_menu_gets_the_new_ways() -> None:
    reply = ask(ClickEvent(**COMMON, event="CLICK", key="gone"))

    assert "菜单有更新" in said(reply)
    assert "反馈" in taps(reply)


@pytest.mark.parametrize(("spoken", "word"), [("年报怎么报。", "年报怎么报"), (" 帮助 ", "帮助"), ("1。", "1")])
def test_a_voice_that_wechat_understood_is_a_text(spoken: str, word: str) -> None:
    heard = as_text(VoiceMessage(**MESSAGE, media_id="m", recognition=spoken))

    assert heard == TextMessage(**MESSAGE, content=word)


@pytest.mark.parametrize("recognition", [None, "", "  "])
def test_a_voice_without_words_is_asked_to_be_typed(recognition: str | None) -> None:
    assert "用文字" in said(ask(VoiceMessage(**MESSAGE, media_id="m", recognition=recognition)))


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("1", 1),
        ("９", 9),
        ("①", 1),
        ("3️⃣", 3),
        ("2.", 2),
        ("2、", 2),
        ("第3个", 3),
        ("第三项", 3),
        ("第二", 2),
        ("(4)", None),
    ]
    + [("10", 10), ("９９", 99), ("第12个", 12), ("第三項", 3), ("第2個", 2), ("²³", 23)]
    + [(typed, None) for typed in ("0", "00", "100", "1个", "一", "第十个", "1 2", "", "年报1", "第", "1.5")],
)
def test_only_a_bare_number_picks(typed: str, number: int | None) -> None:
    assert chosen_number(typed) == number


@given(typed=st.text(max_size=6))
def test_any_text_is_a_number_or_it_is_not(typed: str) -> None:
    assert chosen_number(typed) in (None, *range(1, 100))


@pytest.mark.parametrize("number", ["7", "10", "99"])
def test_a_number_beyond_the_list_is_told_and_the_list_shown_again(number: str) -> None:
    context = make_context()
    say(context, "哪一个？", [Choice("甲", "查 甲"), Choice("乙", "查 乙")])

    reply = ask(number, context)

    assert f"没有第 {number} 项" in said(reply)
    assert "1 到 2" in said(reply)
    assert taps(reply) == ["查 甲", "查 乙"]


def test_a_number_that_stands_for_nothing_is_told() -> None:
    assert "没有可选的编号" in said(ask("3"))


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("幫助", "帮助"),
        ("人工服務", "人工服务"),
        ("以上都不是", "都不是"),
        ("更多", "更多"),
        ("還有嗎", "更多"),
        ("轉人工", "转人工"),
        ("查單位", "查单位"),
        ("問年報", "问年报"),
        ("沒有找到", "没有找到"),
    ],
)
def test_a_word_of_ours_in_traditional_signs_does_the_same(typed: str, word: str) -> None:
    assert ask(typed) == ask(word)
    assert ask(word) != ask("啊吧啊吧")


def test_a_label_typed_in_traditional_signs_picks_and_a_long_text_is_no_word() -> None:
    context = make_context()
    say(context, "哪一个？", [Choice("设立登记", "查 设立")])

    assert resolve_choice(text("設立登記"), context.conversation) == text("查 设立")
    assert resolve_choice(text("設" * 21), context.conversation) == text("設" * 21)
    assert short_simplified("設" * 21) == "設" * 21


# Events


def test_who_follows_is_welcomed_by_name_of_the_bureau_with_questions_to_tap() -> None:
    reply = ask(SubscribeEvent(**COMMON, event="subscribe"))

    assert "示例县委编办" in said(reply)
    assert len(taps(reply)) >= 3
    assert "帮助" in taps(reply)


def test_who_follows_by_a_code_finds_first_what_the_code_was_for() -> None:
    event = SubscribeEvent(**COMMON, event="subscribe", key="qrscene_speak_feedback", scene="speak_feedback")

    assert taps(ask(event))[0] == "反馈"


def test_the_code_of_an_institution_leads_to_it() -> None:
    code = "12100000400000624D"
    event = SubscribeEvent(**COMMON, event="subscribe", key=f"qrscene_{code}", scene=code)

    assert taps(ask(event))[0] == code
    assert as_text(ScanEvent(**COMMON, event="SCAN", key=code, scene=code)) == text(
        code, message_id=int(NOON.timestamp())
    )


def test_a_code_with_a_name_is_named_and_one_with_a_number_is_not() -> None:
    named = SubscribeEvent(**COMMON, event="subscribe", scene="政务大厅三号窗口")
    numbered = SubscribeEvent(**COMMON, event="subscribe", scene="100423")

    assert "“政务大厅三号窗口”" in said(ask(named))
    assert "100423" not in said(ask(numbered))
    assert "政务大厅" in said(ask(ScanEvent(**COMMON, event="SCAN", key="政务大厅", scene="政务大厅")))


@pytest.mark.parametrize(
    "event",
    [
        UnsubscribeEvent(**COMMON, event="unsubscribe"),
        ViewEvent(**COMMON, event="VIEW", key="https://example.org"),
        LocationEvent(**COMMON, event="LOCATION", latitude=34.2, longitude=117.2),
        TemplateSentEvent(**COMMON, event="TEMPLATESENDJOBFINISH", status="success"),
        SubscriptionEvent(**COMMON, event="subscribe_msg_popup_event"),
        OtherEvent(**COMMON, event="kf_create_session"),
        UnknownMessage(**COMMON, type="2030"),
    ],
)
def test_what_wants_no_answer_gets_success(event: Event) -> None:
    assert ask(event) == Silence()


# A person


def test_phone_hours_and_address_are_always_told() -> None:
    for now in (NOON, SUNDAY, EVENING):
        for transfer in (False, True):
            context = make_context(account=account(customer_service_transfer=transfer), now=now)
            answer = said(ask("人工", context))
            assert all(BUREAU[fact] in answer for fact in ("bureau_phone", "office_hours", "bureau_address"))


def test_in_office_hours_a_hand_over_is_one_tap_away_where_it_is_switched_on() -> None:
    context = make_context(account=account(customer_service_transfer=True))

    assert taps(ask("人工", context))[0] == "转人工"
    assert ask("1", context) == Transfer()
    assert ask("转人工", context) == Transfer()


def test_while_a_form_is_open_a_person_and_help_lead_back_to_it() -> None:
    for transfer, now in ((False, NOON), (True, NOON), (True, SUNDAY)):
        for word in ("人工", "帮助"):
            context = make_context(account=account(customer_service_transfer=transfer), now=now)
            context.conversation.form_open = True
            reply = ask(word, context)
            assert "没有填完" in said(reply)
            assert "继续" in taps(reply)
            assert "反馈" not in taps(reply)
            assert ("转人工" in taps(reply)) == (word == "人工" and transfer and now == NOON)


@pytest.mark.parametrize("now", [SUNDAY, EVENING])
def test_out_of_hours_nobody_is_handed_over_and_feedback_is_offered(now: datetime) -> None:
    context = make_context(account=account(customer_service_transfer=True), now=now)

    reply = ask("转人工", context)

    assert "不是办公时间" in said(reply)
    assert taps(reply) == ["反馈"]


def test_where_it_is_switched_off_nobody_is_handed_over() -> None:
    assert taps(ask("转人工")) == ["反馈"]


def test_a_bureau_without_a_phone_says_where_to_go_instead_of_inventing_one() -> None:
    reply = ask("人工", make_context(account=account(bureau={})))

    assert "请到登记管理机关窗口咨询" in said(reply)
    assert "电话：" not in said(reply)
    assert taps(reply) == ["反馈"]


# What was not understood


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("帮助", "您可以这样使用"),
        ("？", "您可以这样使用"),
        ("都不是", "换个说法"),
        ("", "请用文字"),
        ("   ", "请用文字"),
        ("。。。", "请用文字"),
        ("😀👍", "请用文字"),
        ("啊吧啊吧", "没有明白"),
        ("\u0000\u0001", "请用文字"),
        ("编" * 10_000, "没有明白"),
        (VideoMessage(**MESSAGE, media_id="m"), "视频"),
        (ShortVideoMessage(**MESSAGE, media_id="m"), "视频"),
        (LinkMessage(**MESSAGE, title="t", description="d", url="u"), "链接"),
        (ImageMessage(**MESSAGE, media_id="m"), "这类消息"),
    ],
)
def test_everything_else_gets_a_kind_sentence_that_says_what_to_do(message: Incoming | str, expected: str) -> None:
    assert expected in said(ask(message))


def test_none_of_these_offers_a_person_and_feedback() -> None:
    assert taps(ask("都不是")) == ["人工", "反馈"]


@pytest.mark.parametrize(
    "word", ["年报", "人工智能学院在哪", "帮助我查北大", "更多精彩", "你好医院", "查单位编制", "1号窗口"]
)
def test_a_question_that_only_begins_like_a_word_of_ours_is_left_to_the_topics(word: str) -> None:
    assert dispatch([router_first, router_unclear], text(word), make_context()) is None


def every_tap(words: Sequence[str]) -> set[str]:
    return {tap for word in words for tap in taps(ask(word))}


def test_every_text_of_ours_fits_and_every_tap_leads_somewhere() -> None:
    """Each link is a word of a topic or a question of the knowledge base; ours are followed here."""
    offered = every_tap(["帮助", "常见问题", "问登记", "问年报", "问证书", "查进度", "人工", "都不是", "啊吧啊吧"])

    unanswered = {tap for tap in offered if dispatch([router_first], text(tap), make_context()) is None}

    assert {tap for tap in unanswered if not tap.endswith("？")} <= OF_OTHER_TOPICS


def test_every_question_that_we_offer_stands_in_the_knowledge_base_word_for_word() -> None:
    starter = Path(knowledge.__file__).parent / "faq" / "data" / "starter.jsonl"
    known = {json.loads(line)["question"] for line in starter.read_text(encoding="utf-8").splitlines()}
    offered = every_tap(["常见问题", "问登记", "问年报", "问证书", "查进度"])

    assert {tap for tap in offered if tap.endswith("？")} <= known


def test_a_number_in_a_lost_talk_changes_nothing() -> None:
    picture = ImageMessage(**MESSAGE, media_id="m")

    assert resolve_choice(text("1"), Conversation()) == text("1")
    assert resolve_choice(picture, Conversation(choices=[Choice("甲", "甲")])) == picture
    assert as_text(picture) is picture
    assert replace(picture) == picture
