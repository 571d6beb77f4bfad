"""What nobody should send, sent to the running product: refused in one way, and whoever comes next is served."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from api.simulator.wechat_side import flat_fields, xml_text
from bot.replies import TEXT_LIMIT_BYTES
from handlers.texts.messages import CROWDED
from tests.e2e.bureau import Bureau
from tests.e2e.citizen import Citizen, at_once, plain_words
from tests.e2e.far_side import COUNTY
from tests.e2e.forger import Forged, Forger

SECRET_WORDS = "紫色的长颈鹿"
QUESTION = "事业单位法人证书丢了怎么办"
FORGER = Forger(COUNTY)
BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + b"".join(
    b'<!ENTITY %c "%s">' % (b"bcdefgh"[n], b"&%c;" % b"abcdefg"[n] * 10) for n in range(7)
) + b"]>"  # fmt: skip
FILE = b'<!DOCTYPE x [<!ENTITY h SYSTEM "file:///etc/hostname">]>'


def message(content: str = SECRET_WORDS, *, prolog: bytes = b"", more: str = "") -> bytes:
    now = int(datetime.now(UTC).timestamp())
    return (
        prolog
        + (
            f"<xml><ToUserName>gh</ToUserName><FromUserName>o-forged</FromUserName><CreateTime>{now}</CreateTime>"
            f"<MsgType>text</MsgType><Content>{content}</Content><MsgId>{now}</MsgId>{more}</xml>"
        ).encode()
    )


def json_message(content: str) -> bytes:
    now = int(datetime.now(UTC).timestamp())
    fields = {"ToUserName": "gh", "FromUserName": "o-json", "CreateTime": now, "MsgType": "text", "Content": content}
    return json.dumps(fields | {"MsgId": now}).encode()


def sealed(plain: bytes, **changes: object) -> Forged:
    return FORGER.around(FORGER.encrypted(plain, **changes))  # type: ignore[arg-type]


def aged(minutes: int) -> Forged:
    return FORGER.around(FORGER.encrypted(message()), now=datetime.now(UTC) + timedelta(minutes=minutes))


def without(name: str) -> Forged:
    whole = sealed(message())
    return Forged({key: value for key, value in whole.query.items() if key != name}, whole.body)


FORGERIES: dict[str, Callable[[], Forged]] = {
    "signed with another token": lambda: FORGER.around(FORGER.encrypted(message()), token="nobodystoken"),
    "not signed": lambda: without("msg_signature"),
    "without a time": lambda: without("timestamp"),
    "eleven minutes old": lambda: aged(-11),
    "eleven minutes ahead": lambda: aged(11),
    "for another account": lambda: sealed(message(), app_id="wxffffffffffffffff"),
    "padded with nothing": lambda: sealed(message(), padding=b"\0"),
    "padded with too much": lambda: sealed(message(), padding=b"\x40"),
    "longer than it is": lambda: sealed(message(), length=0xFFFFFFFF),
    "shorter than it is": lambda: sealed(message(), length=3),
    "cut in the middle of its Base64": lambda: FORGER.around(FORGER.encrypted(message())[:-7]),
    "a block short": lambda: FORGER.around(FORGER.encrypted(message())[:-44]),
    "no Base64 at all": lambda: FORGER.around(SECRET_WORDS),
    "empty": lambda: FORGER.around(""),
    "with an empty body": lambda: Forged(sealed(message()).query, b""),
    "in plain": lambda: Forged(sealed(message()).query, message()),
    "half a document": lambda: Forged(sealed(message()).query, b"<xml><Encrypt>"),
    "bytes of no language": lambda: Forged(sealed(message()).query, bytes(range(256)) * 8),
    "a bomb outside": lambda: Forged(sealed(message()).query, BOMB + b"<xml><Encrypt>&h;</Encrypt></xml>"),
    "a bomb inside": lambda: sealed(message("&h;", prolog=BOMB)),
    "a file inside": lambda: sealed(message("&h;", prolog=FILE)),
    "the same tag twice": lambda: sealed(message(more="<Content>again</Content>")),
    "without a sender": lambda: sealed(b"<xml><MsgType>text</MsgType><Content>x</Content></xml>"),
    "JSON inside XML": lambda: sealed(json_message(SECRET_WORDS)),
    "XML inside JSON": lambda: FORGER.around(FORGER.encrypted(message()), as_json=True),
    "nested a thousand deep": lambda: sealed(b"<xml>" + b"<a>" * 1000 + b"</a>" * 1000 + b"</xml>"),
}


@pytest.fixture
def citizen(bureau: Bureau) -> Citizen:
    return bureau.citizen()


@pytest.fixture
def stranger(bureau: Bureau) -> Citizen:
    return bureau.citizen(COUNTY)


def posted(stranger: Citizen, forged: Forged) -> httpx.Response:
    return stranger.post(forged.query, forged.body, media_type=forged.media_type)


def test_every_forged_envelope_is_refused_alike_and_the_log_holds_nothing_of_it(
    bureau: Bureau, stranger: Citizen
) -> None:
    before = len(bureau.server.said)

    answers = {name: posted(stranger, forge()) for name, forge in FORGERIES.items()}

    told = {name: (answer.status_code, answer.content) for name, answer in answers.items()}
    assert told == dict.fromkeys(FORGERIES, (403, b""))
    said = bureau.server.said[before:]
    assert said.count("envelope_refused") == len(FORGERIES)
    for secret in (SECRET_WORDS, "Traceback", "o-forged", "aaaaaaaaaa", COUNTY.credentials.token):
        assert secret not in said


def test_two_megabytes_are_too_many(stranger: Citizen) -> None:
    whole = sealed(message("长" * 700_000))
    assert len(whole.body) > 2_000_000
    answer = posted(stranger, whole)
    assert (answer.status_code, answer.content) == (413, b"")


def test_an_account_that_nobody_set_up_is_not_found(bureau: Bureau) -> None:
    assert httpx.post(f"{bureau.server.url}/wechat/nobody", trust_env=False, timeout=30).status_code == 404


def test_a_type_and_an_event_of_2030_get_success(citizen: Citizen) -> None:
    assert citizen.deliver(citizen.message("hologram", "<Beam>1</Beam>")) == ""
    assert citizen.deliver(citizen.message("event", "<Event>brainwave</Event><EventKey></EventKey>")) == ""


def test_an_envelope_of_json_is_answered_in_json(stranger: Citizen) -> None:
    forged = FORGER.around(FORGER.encrypted(json_message("帮\u0000助")), as_json=True)

    answer = posted(stranger, forged)

    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/json")
    assert set(answer.json()) >= {"Encrypt", "MsgSignature", "TimeStamp", "Nonce"}


@pytest.mark.parametrize(
    "content",
    [
        "",
        " ",
        "\u3000\n\t",
        "好" * 10_000,
        "🐼" * 300,
        "👨‍👩‍👧‍👦🏳️‍🌈",
        "问\x01\x02\x1f题\u202e反转\ufeff",
        "]]>]]&gt;<xml>&amp;",
        "' OR 1=1 --; {{bureau_phone}} %s {0} ${jndi:x}",
        "\u0301\u0300" * 50,
        "９９９９９９９９９９９９９９９９９９",
        "进度 F99999999-999999999999",
    ],
    ids=lambda content: repr(content[:12]),
)  # fmt: skip
def test_whatever_is_typed_gets_a_well_formed_answer(citizen: Citizen, content: str) -> None:
    answer = citizen.says(content)

    assert answer
    assert "没能处理好" not in answer
    assert len(answer.encode()) <= TEXT_LIMIT_BYTES


def test_traditional_characters_are_understood(citizen: Citizen) -> None:
    assert plain_words(citizen.says("事業單位法人證書丟了怎麼辦")) == plain_words(citizen.says(QUESTION))
    assert "补领" in plain_words(citizen.says("事業單位法人證書丟了怎麼辦"))


def test_thirty_messages_at_once_are_all_answered_or_kindly_refused(citizen: Citizen) -> None:
    answers = at_once([(citizen, citizen.text(f"{QUESTION}（{n}）"), citizen.url) for n in range(30)])

    answered = [answer for answer in answers if answer != CROWDED]
    assert len(answers) == 30
    assert len(answered) >= 11
    assert all("补领" in plain_words(answer) for answer in answered)
    assert "补领" in plain_words(citizen.says(QUESTION))


def test_ten_thousand_characters_are_filed_wholly(bureau: Bureau, citizen: Citizen) -> None:
    words = "排队叫号的声音太小，坐在后排听不清楚。" * 500
    reference = citizen.files(words)

    record = bureau.platform.awaits(reference)
    assert record["text"] == words


def test_the_address_is_verified_over_http(bureau: Bureau) -> None:
    query = {**FORGER.around("").query, "echostr": "5927782489442352469"}
    address = f"{bureau.server.url}/wechat/county"
    right = httpx.get(address, params=query, trust_env=False, timeout=30)
    wrong = httpx.get(address, params=query | {"signature": "0" * 40}, trust_env=False, timeout=30)

    assert (right.status_code, right.text) == (200, "5927782489442352469")
    assert (wrong.status_code, wrong.content) == (403, b"")


def test_the_forms_answers_cannot_break_out_of_the_xml(citizen: Citizen) -> None:
    summary = citizen.fills_in("请看]]></Content><MsgType>news</MsgType> <a href='x'>这里</a>")
    assert "请看]]＞＜/Content＞" in summary
    assert flat_fields(f"<xml><a>{xml_text(summary)}</a></xml>")["a"] == summary
