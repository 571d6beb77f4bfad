"""Opening and sealing as WeChat does it, and refusing all that WeChat would not send."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.account import Mode
from bot.crypto import Cipher, signature
from bot.envelope import Envelope
from bot.errors import BadKey, BodyTooLarge, EnvelopeRefused
from bot.messages import TextMessage
from bot.replies import Silence, Text
from tests.bot import wechat
from tests.bot.wechat import AES_KEY, APP_ID, OTHER_KEY, PREVIOUS_KEY, Posted
from tests.conftest import NOON

SAFE = Envelope(wechat.account())
COMPATIBLE = Envelope(wechat.account(Mode.COMPATIBLE))
PLAIN = Envelope(wechat.account(Mode.PLAIN, aes_key=None, previous_aes_key=None))


def refused(envelope: Envelope, posted: Posted, said: str, *, now: datetime = NOON) -> EnvelopeRefused:
    with pytest.raises(EnvelopeRefused, match=said) as refusal:
        envelope.open(posted.query, posted.body, now=now)
    return refusal.value


@pytest.mark.parametrize("envelope", [SAFE, COMPATIBLE])
def test_an_encrypted_question_is_opened_and_its_answer_can_be_read(envelope: Envelope, now: datetime) -> None:
    posted = wechat.post_sealed(wechat.text_xml("你好", now), now)

    opened = envelope.open(posted.query, posted.body, now=now)
    sealed = envelope.seal(Text("您好！"), opened, now=now)

    assert isinstance(opened.message, TextMessage)
    assert (opened.message.content, opened.key_index, opened.format) == ("你好", 0, "xml")
    answer = wechat.read_xml(wechat.read_sealed(sealed.body))
    assert answer == {
        "ToUserName": "o-citizen",
        "FromUserName": "gh_account",
        "CreateTime": str(int(now.timestamp())),
        "MsgType": "text",
        "Content": "您好！",
    }
    assert sealed.media_type.startswith("application/xml")


def test_a_question_in_json_is_answered_in_json(now: datetime) -> None:
    posted = wechat.post_sealed(json.dumps(wechat.text_fields("你好", now)).encode(), now)

    opened = SAFE.open(posted.query, posted.body, now=now)
    sealed = SAFE.seal(Text("您好！"), opened, now=now)

    assert opened.format == "json"
    assert json.loads(wechat.read_sealed(sealed.body))["Content"] == "您好！"
    assert sealed.media_type.startswith("application/json")


def test_in_plain_mode_the_plain_signature_is_enough_and_the_answer_is_plain(now: datetime) -> None:
    posted = wechat.post_plain(wechat.text_xml("你好", now), now)

    opened = PLAIN.open(posted.query, posted.body, now=now)

    assert wechat.read_xml(PLAIN.seal(Text("您好！"), opened, now=now).body)["Content"] == "您好！"


def test_after_a_change_of_keys_the_old_one_still_opens_and_seals_its_answer(now: datetime) -> None:
    posted = wechat.post_sealed(wechat.text_xml("你好", now), now, key=PREVIOUS_KEY)

    opened = SAFE.open(posted.query, posted.body, now=now)

    assert opened.key_index == 1
    assert wechat.read_sealed(SAFE.seal(Text("您好！"), opened, now=now).body, key=PREVIOUS_KEY)


@pytest.mark.parametrize("envelope", [SAFE, PLAIN])
def test_nothing_to_say_is_success_unencrypted(envelope: Envelope, now: datetime) -> None:
    body = wechat.text_xml("你好", now)
    posted = wechat.post_plain(body, now) if envelope is PLAIN else wechat.post_sealed(body, now)
    opened = envelope.open(posted.query, posted.body, now=now)

    assert envelope.seal(Silence(), opened, now=now).body == b"success"


def test_compatible_mode_believes_only_the_encrypted_part(now: datetime) -> None:
    sealed = wechat.post_sealed(wechat.text_xml("真的", now), now)
    encrypted = wechat.read_xml(sealed.body)["Encrypt"]
    both = Posted(sealed.query, wechat.text_xml("假的", now, Encrypt=encrypted))

    opened = COMPATIBLE.open(both.query, both.body, now=now)

    assert isinstance(opened.message, TextMessage)
    assert opened.message.content == "真的"
    refused(COMPATIBLE, wechat.post_plain(wechat.text_xml("假的", now), now), "plain body in compatible mode")


def test_a_plain_body_is_refused_in_safe_mode_even_when_signed(now: datetime) -> None:
    posted = wechat.post_plain(wechat.text_xml("你好", now), now)

    refused(SAFE, posted, "plain body in safe mode")


def test_an_encrypted_body_is_refused_in_plain_mode(now: datetime) -> None:
    refused(PLAIN, wechat.post_sealed(wechat.text_xml("你好", now), now), "encrypted body in plain mode")


@pytest.mark.parametrize("name", ["msg_signature", "timestamp", "nonce"])
def test_a_changed_or_missing_part_of_the_query_is_refused(name: str, now: datetime) -> None:
    posted = wechat.post_sealed(wechat.text_xml("你好", now), now)

    refused(SAFE, Posted({**posted.query, name: "1"}, posted.body), "msg_signature is wrong")
    refused(SAFE, Posted({k: v for k, v in posted.query.items() if k != name}, posted.body), f"{name} is missing")


def test_the_plain_signature_does_not_stand_in_for_the_one_over_the_ciphertext(now: datetime) -> None:
    posted = wechat.post_sealed(wechat.text_xml("你好", now), now)
    plain = {**posted.query, "msg_signature": posted.query["signature"]}

    refused(SAFE, Posted(plain, posted.body), "msg_signature is wrong")


@pytest.mark.parametrize("minutes", [-11, 11, 24 * 60])
def test_an_old_or_early_request_is_refused_and_the_skew_is_told(minutes: int, now: datetime) -> None:
    posted = wechat.post_sealed(wechat.text_xml("你好", now), now)

    refusal = refused(SAFE, posted, "too old or too new", now=now + timedelta(minutes=minutes))

    assert refusal.skew == timedelta(minutes=minutes)


def test_within_the_window_the_skew_is_told_too(now: datetime) -> None:
    posted = wechat.post_sealed(wechat.text_xml("你好", now), now)

    assert SAFE.open(posted.query, posted.body, now=now + timedelta(minutes=9)).skew == timedelta(minutes=9)


def test_the_window_can_be_set(now: datetime) -> None:
    strict = Envelope(wechat.account(), max_age=timedelta(seconds=30))
    posted = wechat.post_sealed(wechat.text_xml("你好", now), now)

    refused(strict, posted, "too old", now=now + timedelta(seconds=31))


def test_a_stranger_is_told_nothing_of_our_clock(now: datetime) -> None:
    posted = wechat.post_sealed(wechat.text_xml("你好", now), now)

    refusal = refused(SAFE, Posted({**posted.query, "timestamp": "1"}, posted.body), "signature")

    assert refusal.skew is None


@pytest.mark.parametrize("timestamp", ["", "now", "-1", "1e9", "9" * 30, "１２３"])
def test_a_timestamp_that_is_no_time_is_refused(timestamp: str, now: datetime) -> None:
    query = {**wechat.plain_query(now), "timestamp": timestamp}
    query["signature"] = signature(wechat.TOKEN, timestamp, query["nonce"])

    refused(PLAIN, Posted(query, wechat.text_xml("你好", now)), "timestamp")


def test_another_app_id_is_refused(now: datetime) -> None:
    refused(SAFE, wechat.post_sealed(wechat.text_xml("你好", now), now, app_id="wx-another"), "another app id")


def test_an_unknown_key_is_refused(now: datetime) -> None:
    refused(SAFE, wechat.post_sealed(wechat.text_xml("你好", now), now, key=OTHER_KEY), "padding|length|app id")


@pytest.mark.parametrize("encrypted", ["!", "AAAA", "A" * 42, "not base64"])
def test_a_broken_ciphertext_with_a_right_signature_is_refused(encrypted: str, now: datetime) -> None:
    refused(SAFE, wechat.post_encrypted(encrypted, now), "base64|cut short")


def test_a_body_over_the_limit_is_refused_before_it_is_looked_at(now: datetime) -> None:
    with pytest.raises(BodyTooLarge):
        SAFE.open({}, b"x" * 2_000_000, now=now)


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE xml [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {c} "{f"&{p};" * 10}">' for p, c in zip("abcdefghi", "bcdefghij", strict=True))
    + "]><xml><ToUserName>&j;</ToUserName></xml>"
).encode()
EXTERNAL = b'<!DOCTYPE xml [<!ENTITY e SYSTEM "file:///etc/passwd">]><xml><ToUserName>&e;</ToUserName></xml>'
EXTERNAL_DTD = b'<!DOCTYPE xml SYSTEM "http://127.0.0.1:9/x.dtd"><xml><ToUserName>a</ToUserName></xml>'
UNDEFINED = b"<xml><ToUserName>&undefined;</ToUserName></xml>"
UTF16 = BOMB.decode().encode("utf-16")
HIDDEN = b"<!-- hidden --><!DOCTYPE xml [<!ENTITY e 'x'>]><xml><ToUserName>&e;</ToUserName></xml>"
DEEP_XML = b"<a>" * 50_000
DEEP_JSON = b'{"a":' + b"[" * 200_000
ENDLESS = [
    b"<xml><Encrypt>" + b" " * 900_000,
    b"<Encrypt>" * 100_000,
    b"<xml><Encrypt><![CDATA[" * 40_000,
    b" " * 900_000,
    b"<?xml " * 150_000,
    b'{"a":"' + b"\\" * 900_000,
    b'{"CreateTime":' + b"9" * 900_000 + b"}",
]
EMPTY = (b"", b" ", b"\xef\xbb\xbf", b"success", b"null", b"[]", b'"text"', b"\x00", b"\xff\xfe")


@pytest.mark.parametrize(
    "body",
    [BOMB, EXTERNAL, EXTERNAL_DTD, UNDEFINED, UTF16, HIDDEN, DEEP_XML, DEEP_JSON, b"<xml", b'{"a":}', *EMPTY, *ENDLESS],
    ids=lambda body: repr(body[:30]),
)
def test_a_hostile_or_empty_body_is_refused_at_once_sealed_or_not(body: bytes, now: datetime) -> None:
    began = time.process_time()

    refused(PLAIN, wechat.post_plain(body, now), ".")
    refused(SAFE, wechat.post_plain(body, now), ".")
    refused(SAFE, wechat.post_sealed(body, now), ".")

    assert time.process_time() - began < 1


def test_json_inside_an_envelope_of_xml_is_refused(now: datetime) -> None:
    inside = Cipher(AES_KEY, APP_ID).encrypt(json.dumps(wechat.text_fields("你好", now)).encode())

    refused(SAFE, wechat.post_encrypted(inside, now), "json inside an envelope of xml")


@pytest.mark.parametrize(
    "body", [b"<xml><Encrypt>a</Encrypt><Encrypt>b</Encrypt></xml>", b'{"Encrypt":"a","Encrypt":"b"}']
)
def test_two_ciphertexts_in_one_body_are_refused(body: bytes, now: datetime) -> None:
    refused(SAFE, wechat.post_plain(body, now), "Encrypt stands twice")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(min_value=0), flip=st.integers(1, 127))
def test_any_flipped_byte_of_the_ciphertext_is_refused(place: int, flip: int, now: datetime) -> None:
    posted = wechat.post_sealed(wechat.text_xml("你好", now), now)
    start = posted.body.index(b"<Encrypt><![CDATA[") + len(b"<Encrypt><![CDATA[")
    length = posted.body.index(b"]]></Encrypt>") - start
    damaged = bytearray(posted.body)
    damaged[start + place % length] ^= flip

    refused(SAFE, Posted(posted.query, bytes(damaged)), ".")


@given(place=st.integers(min_value=0), flip=st.integers(1, 255))
def test_a_flipped_byte_anywhere_is_refused_or_changes_nothing(place: int, flip: int) -> None:
    posted = wechat.post_sealed(wechat.text_xml("你好", NOON), NOON)
    damaged = bytearray(posted.body)
    damaged[place % len(damaged)] ^= flip

    try:
        opened = SAFE.open(posted.query, bytes(damaged), now=NOON)
    except EnvelopeRefused:
        return
    assert opened == SAFE.open(posted.query, posted.body, now=NOON)


def test_many_threads_open_and_seal_with_one_envelope(now: datetime) -> None:
    def exchange(number: int) -> str:
        posted = wechat.post_sealed(wechat.text_xml(f"第{number}问", now), now)
        opened = SAFE.open(posted.query, posted.body, now=now)
        assert isinstance(opened.message, TextMessage)
        sealed = SAFE.seal(Text(opened.message.content), opened, now=now)
        return str(wechat.read_xml(wechat.read_sealed(sealed.body))["Content"])

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(exchange, range(400))) == [f"第{number}问" for number in range(400)]


@given(body=st.binary(max_size=300))
def test_any_bytes_at_all_are_refused_with_our_own_error(body: bytes) -> None:
    refused(SAFE, Posted({}, body), ".")
    refused(PLAIN, wechat.post_plain(body, NOON), ".")


@pytest.mark.parametrize("envelope", [SAFE, COMPATIBLE, PLAIN])
def test_the_address_is_verified_by_the_plain_signature_in_every_mode(envelope: Envelope, now: datetime) -> None:
    query = wechat.plain_query(now) | {"echostr": "4375120948345356249"}

    assert envelope.verify_url(query, now=now) == "4375120948345356249"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"signature": "0" * 40}, "signature is wrong"),
        ({"signature": ""}, "signature is missing"),
        ({"echostr": ""}, "echostr is missing"),
        ({"echostr": "<script>"}, "echostr"),
        ({"nonce": "other"}, "signature is wrong"),
    ],
)
def test_a_verification_that_is_not_wechats_is_refused(change: dict[str, str], said: str, now: datetime) -> None:
    query = wechat.plain_query(now) | {"echostr": "1"} | change

    with pytest.raises(EnvelopeRefused, match=said):
        SAFE.verify_url(query, now=now)


def test_an_old_verification_is_refused(now: datetime) -> None:
    with pytest.raises(EnvelopeRefused, match="too old"):
        SAFE.verify_url(wechat.plain_query(now) | {"echostr": "1"}, now=now + timedelta(minutes=11))


@pytest.mark.parametrize(
    ("credentials", "said"),
    [
        ({"aes_key": "k" * 42}, "应为 43 个字符，现为 42 个"),
        ({"previous_aes_key": "k" * 42}, "应为 43 个字符，现为 42 个"),
        ({"aes_key": None}, "需要 EncodingAESKey"),
        ({"token": ""}, "没有设置 Token"),
    ],
)
def test_an_account_that_cannot_work_is_refused_when_it_is_built(credentials: dict[str, str | None], said: str) -> None:
    with pytest.raises(BadKey, match=said):
        Envelope(wechat.account(**credentials))
