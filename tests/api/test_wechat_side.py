"""WeChat's side of the cipher, against published vectors and against the product's own envelope."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.simulator import outgoing
from api.simulator.wechat_side import AnswerMalformed, WeChatSide, flat_fields
from bot.account import Account, Credentials, Mode
from bot.envelope import Envelope
from bot.messages import TextMessage
from bot.replies import Text
from tests.api.simulator_world import sample_account

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
# What XML 1.0 can hold; a carriage return comes back as a line feed (section 2.11).
XML_TEXT = st.text(
    st.characters(exclude_categories=("Cs",), exclude_characters="\r\ufffe\uffff").filter(str.isprintable)
)


def side_of(app_id: str, token: str, key: str = KEY) -> WeChatSide:
    return WeChatSide(Account(name="a", app_id=app_id, credentials=Credentials(token=token, aes_key=key)))


def test_tencents_own_samples_are_read() -> None:
    """From the Java demo that Tencent publishes."""
    sample = "jn1L23DB+6ELqJ+6bruv21Y6MD7KeIfP82D6gU39rmkgczbWwt5+3bnyg5K55bgVtVzd832WzZGMhkP72vVOfg=="
    assert side_of("wxb11529c136998cb6", "pamtest").decrypt(sample) == "我是中文abcd123"


def test_tencents_own_signature_comes_out() -> None:
    """The documentation's sample of a plain signature."""
    side = side_of("wxba5fad812f8e6fb9", "AAAAA", "A" * 43)
    assert side._signature("1714036504", "1514711492") == "f464b24fc39322e44b38aa78f5edd27bd1441696"


@given(content=XML_TEXT, mode=st.sampled_from(list(Mode)))
def test_whatever_is_typed_arrives_and_whatever_is_said_comes_back(content: str, mode: Mode) -> None:
    account = sample_account(mode)
    side, envelope = WeChatSide(account), Envelope(account)
    plain = outgoing.text(content).xml(to_account="gh_0", openid="o0", sent_at=NOW, message_id=7)
    request = side.request(plain, openid="o0", to_account="gh_0", now=NOW)
    opened = envelope.open(request.query, request.body, now=NOW)
    assert isinstance(opened.message, TextMessage)
    assert (opened.message.content, opened.message.message_id) == (content, 7)
    said = Text(content[:300] or "。")
    answer = side.read_answer(envelope.seal(said, opened, now=NOW).body)
    assert answer is not None
    assert flat_fields(answer)["Content"] == said.content


@given(body=st.binary())
def test_no_bytes_but_a_sealed_answer_are_taken(body: bytes) -> None:
    side = WeChatSide(sample_account())
    try:
        assert side.read_answer(body) is None
    except AnswerMalformed:
        return
    assert body.strip() in (b"", b"success")


@given(position=st.integers(0, 127), bit=st.integers(0, 7))
def test_a_flipped_bit_never_passes(position: int, bit: int) -> None:
    account = sample_account()
    side, envelope = WeChatSide(account), Envelope(account)
    plain = outgoing.text("你好").xml(to_account="gh_0", openid="o0", sent_at=NOW, message_id=7)
    request = side.request(plain, openid="o0", to_account="gh_0", now=NOW)
    opened = envelope.open(request.query, request.body, now=NOW)
    fields = flat_fields(envelope.seal(Text("您好"), opened, now=NOW).body)
    cipher = bytearray(base64.b64decode(fields["Encrypt"]))
    cipher[position] ^= 1 << bit
    damaged = "".join(
        f"<{name}>{base64.b64encode(cipher).decode() if name == 'Encrypt' else value}</{name}>"
        for name, value in fields.items()
    )
    with pytest.raises(AnswerMalformed, match="MsgSignature"):
        side.read_answer(f"<xml>{damaged}</xml>".encode())


def test_an_entity_is_not_expanded() -> None:
    bomb = b'<!DOCTYPE xml [<!ENTITY a "aaaa">]><xml><Encrypt>&a;</Encrypt></xml>'
    with pytest.raises(AnswerMalformed):
        WeChatSide(sample_account()).read_answer(bomb)


@pytest.mark.parametrize("key", [None, "", "a" * 42, "a" * 44, "!" * 43])
def test_a_key_of_the_wrong_length_is_named_at_once(key: str | None) -> None:
    account = sample_account()
    wrong = replace(account, credentials=replace(account.credentials, aes_key=key))
    with pytest.raises(ValueError, match="EncodingAESKey"):
        WeChatSide(wrong)
