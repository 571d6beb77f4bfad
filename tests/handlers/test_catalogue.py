"""What a bureau may put in its own words, and that the handlers then say it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from bot.messages import SubscribeEvent
from bot.replies import TEXT_LIMIT_BYTES, Text
from bot.router import dispatch
from handlers.answering import fits, told
from handlers.context import Context
from handlers.events import EXAMPLES
from handlers.guide import POPULAR, WAYS
from handlers.routers import ROUTERS
from handlers.texts import common, faq, privacy
from handlers.texts.catalogue import CATALOGUE, filled, places_in
from tests.conftest import NOON
from tests.handlers.build import OPENID, make_context, make_services, text
from tests.knowledge.faq.base import entry, service_of

CHOICES = {"welcome": (*EXAMPLES, WAYS[0], WAYS[1]), "popular": POPULAR}  # the welcome: an example fewer than these


class Own:
    """Some sentences in the bureau's own words."""

    def __init__(self, **texts: str) -> None:
        self._texts = texts

    def of(self, name: str, account: str) -> str | None:
        return self._texts.get(name)

    def refresh(self, session: Session) -> bool:
        return False


def said(context: Context, words: str) -> str:
    reply = dispatch(ROUTERS, text(words), context)
    assert isinstance(reply, Text)
    return reply.content


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_sentence_fits_its_own_limit_and_has_its_places(name: str) -> None:
    sentence = CATALOGUE[name]
    assert len(sentence.default.encode()) <= sentence.longest
    assert set(places_in(sentence.default)) == sentence.fields


@pytest.mark.parametrize("name", CATALOGUE)
def test_the_longest_that_is_allowed_still_fits_one_message_with_its_choices(name: str) -> None:
    assert fits("字" * (CATALOGUE[name].longest // 3), CHOICES.get(name, WAYS))


def test_what_a_rule_words_is_not_to_be_changed() -> None:
    fixed = (faq.SENSITIVE_A, faq.SENSITIVE_B, faq.SENSITIVE_A_NO_PHONE, faq.ONLY_NUMBERS, faq.PERSONAL)
    fixed += tuple(value for value in vars(privacy).values() if isinstance(value, str))
    defaults = {sentence.default for sentence in CATALOGUE.values()}
    assert not defaults & set(fixed)
    assert not any("12310" in default or "违规" in default for default in defaults)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("help", "帮助"),
        ("chitchat.thanks", "谢谢"),
        ("unknown", "飞船票价是多少钱"),
        ("ask_code", "查代码"),
        ("too_little", "那个"),
        ("please_words", "。。。"),
        ("person_leave_word", "人工"),
        ("next", "图书室几点开门？"),
        ("next", "图书室几点开门？飞船票价是多少钱？"),
        ("popular", "常见问题"),
    ],
)
def test_the_bureaus_own_words_are_said(name: str, words: str) -> None:
    base = service_of(entry("K3", "图书室几点开门？", answer="早上九点。"))
    own = make_services(faq=base, sentences=Own(**{name: "本单位自己的话。"}))
    assert "本单位自己的话。" in said(make_context(services=own), words)
    assert "本单位自己的话。" not in said(make_context(services=make_services(faq=base)), words)


def test_the_welcome_names_the_bureau_in_either_wording() -> None:
    event = SubscribeEvent(to_account="gh", openid=OPENID, sent_at=NOON, event="subscribe", scene=None)
    for sentences, expected in (
        (Own(), "欢迎关注本号"),
        (Own(welcome="这里是{bureau}，您请问。"), "这里是本号，您请问。"),
    ):
        reply = dispatch(ROUTERS, event, make_context(services=make_services(sentences=sentences)))
        assert isinstance(reply, Text)
        assert expected in reply.content
        assert len(reply.content.encode()) <= TEXT_LIMIT_BYTES


@pytest.mark.parametrize("broken", ["{", "{nobody}", "{0}", "{bureau.real}", "{bureau"])
def test_a_text_that_lost_its_form_gives_way_to_the_committed_one(broken: str) -> None:
    assert filled(CATALOGUE["welcome"], broken, {"bureau": "编办"}) == common.WELCOME.format(bureau="编办")


def test_braces_in_a_sentence_without_places_are_only_signs() -> None:
    context = make_context(services=make_services(sentences=Own(help="写作 {{bureau_phone}}")))
    assert told(context, "help") == "写作 {{bureau_phone}}"
    assert told(replace(context, services=make_services()), "help") == common.HELP
