"""Whatever is said arrives as it was said, in XML and in JSON, less what XML cannot hold."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.messages import Incoming, UnknownMessage
from bot.rendering import clean, render
from bot.replies import TEXT_LIMIT_BYTES, Article, Image, News, Reply, Silence, Text, Transfer
from tests.bot.wechat import read_xml
from tests.conftest import NOON

ASKED = UnknownMessage(to_account="gh_a", openid="o-b", sent_at=NOON, type="any")
HEAD = {"ToUserName": "o-b", "FromUserName": "gh_a", "CreateTime": int(NOON.timestamp())}

ARTICLE = Article("标题", "说明", "https://example.org/?a=1&b=2", "https://example.org/p.png")
ITEM = {
    "Title": "标题",
    "Description": "说明",
    "PicUrl": "https://example.org/p.png",
    "Url": "https://example.org/?a=1&b=2",
}

REPLIES: list[tuple[Reply, dict[str, object]]] = [
    (Text("您好！"), {"MsgType": "text", "Content": "您好！"}),
    (Image("media-1"), {"MsgType": "image", "Image": {"MediaId": "media-1"}}),
    (Transfer(), {"MsgType": "transfer_customer_service"}),
    (Transfer("a@b"), {"MsgType": "transfer_customer_service", "TransInfo": {"KfAccount": "a@b"}}),
]


def as_xml(reply: Reply, to: Incoming = ASKED) -> dict[str, object]:
    return read_xml(render(reply, to=to, format="xml", now=NOON))


def as_json(reply: Reply) -> dict[str, object]:
    read: dict[str, object] = json.loads(render(reply, to=ASKED, format="json", now=NOON))
    return read


@pytest.mark.parametrize(("reply", "fields"), REPLIES)
def test_a_reply_has_its_fields_in_both_formats(reply: Reply, fields: dict[str, object]) -> None:
    assert as_xml(reply) == HEAD | fields | {"CreateTime": str(HEAD["CreateTime"])}
    assert as_json(reply) == HEAD | fields


def test_a_news_reply_holds_its_one_article() -> None:
    assert as_xml(News(ARTICLE))["Articles"] == {"item": ITEM}
    assert as_xml(News(ARTICLE))["ArticleCount"] == "1"
    assert as_json(News(ARTICLE))["Articles"] == [ITEM]


def test_silence_is_success() -> None:
    assert render(Silence(), to=ASKED, format="xml", now=NOON) == b"success"
    assert render(Silence(), to=ASKED, format="json", now=NOON) == b"success"


texts = st.text(st.characters() | st.sampled_from("]]>>\r\n\x00<&\ufffe\U0001f600")).filter(
    lambda t: len(t.encode(errors="surrogatepass")) <= TEXT_LIMIT_BYTES
)


@given(text=texts)
@example("a]]>b")
@example("]]]>]]>")
@example("]\x00]\x01>")
@example("]]\ufffe>")
@example("</Content><MsgType>image</MsgType>")
@example("a\r\nb\rc\n")
@example(" \t\n 前后空白 ")
def test_any_text_comes_back_as_it_was_less_what_xml_cannot_hold(text: str) -> None:
    assert as_xml(Text(text))["Content"] == clean(text)
    assert as_json(Text(text))["Content"] == clean(text)


def legal(character: str) -> bool:
    """XML 1.0, production 2."""
    code = ord(character)
    return code in (0x9, 0xA, 0xD) or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code >= 0x10000


@given(text=texts)
def test_cleaning_drops_exactly_what_xml_forbids(text: str) -> None:
    allowed = "".join(filter(legal, text))

    assert clean(text) == allowed.replace("\r\n", "\n").replace("\r", "\n")


def test_a_name_with_markup_stays_a_name(now: datetime) -> None:
    odd = UnknownMessage(to_account="gh]]>", openid="o<&>", sent_at=now, type="any")

    read = as_xml(Text("x"), to=odd)

    assert (read["ToUserName"], read["FromUserName"]) == ("o<&>", "gh]]>")
