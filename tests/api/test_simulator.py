"""The simulator over real HTTP, against an account that opens and seals with our own envelope."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import Response

from api.simulator import SimulatorState, outgoing, simulator_router
from api.simulator.delivery import OUT_OF_ORDER, Delivery
from api.simulator.pictures import PictureRefused, picture_type, sample_picture
from api.simulator.text_parts import text_parts
from api.simulator.wechat_side import AnswerMalformed, WeChatSide
from bot.account import Account, Mode
from bot.links import menu_link
from bot.messages import (
    ClickEvent,
    ImageMessage,
    LocationMessage,
    ScanEvent,
    SubscribeEvent,
    SubscriptionEvent,
    TextMessage,
    UnsubscribeEvent,
    VoiceMessage,
)
from bot.replies import Article, Image, News, Silence, Text, Transfer
from tests.api.simulator_world import TEMPLATE, World, running, sample_account

PATIENCE_SECONDS = 8.0


@pytest.fixture
def world() -> Iterator[World]:
    with running(World(sample_account())) as world:
        yield world


@pytest.fixture
def page(world: World) -> Iterator[httpx.Client]:
    with world.page() as page:
        yield page


def bubbles(page: httpx.Client, citizen: int = 1) -> list[dict[str, Any]]:
    shown: list[dict[str, Any]] = (
        page.get("state", params={"citizen": citizen}).raise_for_status().json()["phone"]["bubbles"]
    )
    return shown


def until(look: Callable[[], Any]) -> Any:
    """The first truthy thing that ``look`` finds."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (found := look()):
        assert time.monotonic() < deadline, "nothing came"
        time.sleep(0.02)
    return found


def answered(page: httpx.Client, citizen: int = 1) -> dict[str, Any]:
    """The first thing shown after all that the citizen did."""
    return until(lambda: [b for b in bubbles(page, citizen) if b["side"] == "account" or b["kind"] == "trouble"])[-1]


def post(page: httpx.Client, path: str, **body: Any) -> None:
    page.post(f"citizens/1/{path}", json=body).raise_for_status()


@pytest.mark.parametrize("mode", list(Mode))
def test_a_text_goes_out_and_its_answer_comes_back_in_every_mode(mode: Mode) -> None:
    with running(World(sample_account(mode))) as world, world.page() as page:
        world.answer = lambda message: Text(f"您说：{message.content}")  # type: ignore[attr-defined]
        post(page, "text", content="你好 ]]> <b>&</b> 😀")
        assert answered(page)["content"] == {"parts": [{"text": "您说：你好 ]]> <b>&</b> 😀"}]}
        assert isinstance(world.received[0], TextMessage)
        assert world.received[0].openid == world.queries[0]["openid"]


def test_a_tapped_link_sends_its_content_and_id(world: World, page: httpx.Client) -> None:
    world.answer = lambda message: Text("请选：" + menu_link("办登记", "怎样办登记？&1", "7"))
    post(page, "text", content="你好")
    part = answered(page)["content"]["parts"][1]
    assert part == {"text": "办登记", "menu": "怎样办登记？&1", "id": "7"}
    post(page, "text", content=part["menu"], menu_id=part["id"])
    tapped = until(lambda: world.received[1:])[0]
    assert (tapped.content, tapped.menu_id) == ("怎样办登记？&1", "7")


def test_everything_a_phone_can_send_arrives_as_what_it_is(world: World, page: httpx.Client) -> None:
    world.answer = lambda message: Silence()
    post(page, "sample", name="street")
    post(page, "location", latitude=30.27, longitude=120.15, label="示例县政务服务中心")
    post(page, "voice", recognition="我要反馈")
    post(page, "voice", recognition=None)
    post(page, "menu", kind="click", value="ask")
    post(page, "subscribe", template_id=TEMPLATE, choice="accept")
    post(page, "scan", scene="hall-1")
    until(lambda: len(world.received) == 7)
    got = {(type(m), getattr(m, "recognition", None)): m for m in world.received}
    assert got[LocationMessage, None].label == "示例县政务服务中心"  # type: ignore[attr-defined]
    assert (VoiceMessage, "我要反馈") in got
    assert (VoiceMessage, None) in got
    assert got[ClickEvent, None].key == "ask"  # type: ignore[attr-defined]
    assert got[ScanEvent, None].scene == "hall-1"  # type: ignore[attr-defined]
    assert got[SubscriptionEvent, None].choices[0].status == "accept"  # type: ignore[attr-defined]
    picture = got[ImageMessage, None]
    assert httpx.get(picture.picture_url, trust_env=False).content == sample_picture("street")  # type: ignore[attr-defined]


def test_following_by_a_code_and_leaving_again(world: World, page: httpx.Client) -> None:
    refused = page.post("citizens/4/text", json={"content": "你好"})
    assert (refused.status_code, refused.json()["detail"]) == (409, "还没有关注公众号，请先关注")
    page.post("citizens/4/scan", json={"scene": "hall-1"}).raise_for_status()
    assert answered(page, 4)["content"] == {"parts": [{"text": "收到"}]}
    page.post("citizens/4/unfollow").raise_for_status()
    until(lambda: len(world.received) == 2)
    followed, left = world.received
    assert isinstance(followed, SubscribeEvent)
    assert followed.scene == "hall-1"
    assert isinstance(left, UnsubscribeEvent)
    until(lambda: bubbles(page, 4)[-1]["state"] == "sent")
    assert [b["kind"] for b in bubbles(page, 4)] == ["notice", "text", "notice"], "nothing is shown to who has left"


def test_every_kind_of_answer_is_shown(world: World, page: httpx.Client) -> None:
    medium = world.state.shelf.put("image", sample_picture("document"), "image/png", now=datetime.now(UTC))
    answers = [News(Article("年度报告", "怎样报送", "https://example.org/a")), Image(medium.media_id), Transfer()]
    waiting = iter(answers)
    world.answer = lambda message: next(waiting)
    for count in range(1, len(answers) + 1):
        post(page, "text", content="你好")
        until(lambda: len(bubbles(page)) == 2 * count)  # noqa: B023
    assert [b["kind"] for b in bubbles(page) if b["side"] != "citizen"] == ["news", "image", "notice"]


@pytest.mark.parametrize("body", [b"success", b""])
def test_success_and_nothing_show_nothing(world: World, page: httpx.Client, body: bytes) -> None:
    world.answer = lambda message: Response(body)
    post(page, "text", content="你好")
    until(lambda: bubbles(page)[0]["state"] == "sent")
    assert len(bubbles(page)) == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{}", 200),
        (b"<xml><ToUserName>x</ToUserName></xml>", 200),
        (b"<xml><Encrypt>AAAA</Encrypt><MsgSignature>0</MsgSignature></xml>", 200),
        (b"\xff\xfe", 200),
        (b"<!DOCTYPE xml><xml></xml>", 200),
        (b"success", 500),
        (b"success", 404),
    ],
)
def test_what_wechat_cannot_read_shows_that_the_service_is_out_of_order(
    world: World, page: httpx.Client, body: bytes, status: int
) -> None:
    world.answer = lambda message: Response(body, status_code=status)
    post(page, "text", content="你好")
    assert answered(page)["content"] == {"text": OUT_OF_ORDER}
    assert len(world.received) == 1, "an answer, however bad, stops the resends"


async def _deliver(world: World, delivery: Delivery) -> None:
    state = world.state
    assert state is not None
    phone = next(iter(state.phones.values()))
    delivery.send(phone, outgoing.text("慢"), bubble=state.show(phone, "citizen", "text", {}))
    await delivery.idle()


async def test_a_slow_account_is_sent_the_same_message_three_times(world: World) -> None:
    world.seconds = [1.0, 1.0, 1.0]
    await _deliver(world, Delivery(world.state, webhook_url=world.webhook_url, wait_seconds=0.3))
    assert len({m.identity for m in world.received}) == 1
    assert [len(world.received), len({q["nonce"] for q in world.queries})] == [3, 3]
    [exchange] = world.state.exchanges.values()
    assert [a.status for a in exchange.attempts] == [None, None, None]
    assert [b.kind for b in next(iter(world.state.phones.values())).bubbles][-1] == "trouble"


async def test_an_answer_to_the_third_delivery_is_shown_once(world: World) -> None:
    world.seconds = [1.0, 1.0, 0.0]
    await _deliver(world, Delivery(world.state, webhook_url=world.webhook_url, wait_seconds=0.3))
    bubbles = next(iter(world.state.phones.values())).bubbles
    assert [b.kind for b in bubbles] == ["text", "text"]


def test_the_last_message_can_be_sent_again_with_the_same_id(world: World, page: httpx.Client) -> None:
    assert page.post("citizens/1/resend").status_code == 409
    post(page, "text", content="你好")
    answered(page)
    post(page, "resend")
    first, second = until(lambda: len(world.received) == 2 and world.received)
    assert first == second
    assert world.queries[0]["msg_signature"] != world.queries[1]["msg_signature"]


def test_a_slow_line_still_brings_the_whole_message(world: World, page: httpx.Client) -> None:
    post(page, "text", content="慢" * 200, pace_seconds=0.5)
    assert answered(page)["kind"] == "text"
    [exchange] = world.state.exchanges.values()
    assert exchange.attempts[0].milliseconds >= 400
    assert world.received[0].content == "慢" * 200  # type: ignore[attr-defined]


def test_the_raw_exchange_shows_cipher_and_plain_text(world: World, page: httpx.Client) -> None:
    post(page, "text", content="看得见")
    raw = page.get(f"exchanges/{answered(page)['exchange']}").json()
    [attempt] = raw["attempts"]
    assert "看得见" in raw["plain"]
    assert "看得见" not in attempt["request_body"]
    assert "<Encrypt>" in attempt["request_body"]
    assert "Encrypt" in attempt["response_body"]
    assert "收到" in attempt["decrypted"]
    assert attempt["status"] == 200
    assert attempt["milliseconds"] >= 0
    assert page.get("exchanges/999999").status_code == 404


def test_the_address_is_verified_as_the_back_office_does(world: World, page: httpx.Client) -> None:
    assert page.post("verify", json={}).json()["outcome"] == "验证通过"


def test_only_the_page_itself_may_act(world: World) -> None:
    with httpx.Client(base_url=f"{world.base}/simulator/api/", trust_env=False) as stranger:
        assert stranger.post("citizens/1/unfollow").status_code == 403
        assert stranger.post("rights", json={"rights": "未认证订阅号"}).status_code == 403
    assert world.received == []


def test_a_file_that_is_no_picture_is_refused(world: World, page: httpx.Client) -> None:
    refused = page.post("citizens/1/picture", content=b"<script>", headers={"Content-Type": "image/png"})
    assert (refused.status_code, refused.json()["detail"]) == (422, "这不是图片，请选 JPG 或 PNG 文件")
    page.post("citizens/1/picture", content=sample_picture("document")).raise_for_status()
    assert isinstance(until(lambda: world.received)[0], ImageMessage)
    with pytest.raises(PictureRefused):
        picture_type(bytes(11 * 1024 * 1024))


def test_it_signs_for_its_own_account_alone() -> None:
    account = sample_account()
    with pytest.raises(ValueError, match="另一个公众号"):
        simulator_router(account=account, webhook_url="http://127.0.0.1/", state=SimulatorState(sample_account()))
    side, other = WeChatSide(account), WeChatSide(sample_account())
    assert other.decrypt(side.encrypt("同一密钥".encode())) == "同一密钥"
    stranger = WeChatSide(_renamed(account))
    with pytest.raises(AnswerMalformed, match="AppID"):
        stranger.decrypt(side.encrypt("别人的".encode()))


def _renamed(account: Account) -> Account:
    return replace(account, app_id="wx00000000000000bb")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<b>粗</b>", [{"text": "<b>粗</b>"}]),
        ('<a href="javascript:alert(1)">点</a>', [{"text": '<a href="javascript:alert(1)">点</a>'}]),
        ('<a href="data:text/html,x">点</a>', [{"text": '<a href="data:text/html,x">点</a>'}]),
        (
            '<a href="https://例.cn/?a=1&amp;b">去</a>。',
            [{"text": "去", "href": "https://例.cn/?a=1&b"}, {"text": "。"}],
        ),
        ("见 http://a.cn/x 。", [{"text": "见 "}, {"text": "http://a.cn/x", "href": "http://a.cn/x"}, {"text": " 。"}]),
        ('<a href="https://a.cn" onclick="x()">点</a>', None),
        ('<a href="http://[">坏</a>', [{"text": '<a href="http://[">坏</a>'}]),
        ("（http://a.cn/x）。", [{"text": "（"}, {"text": "http://a.cn/x", "href": "http://a.cn/x"}, {"text": "）。"}]),
        ("http://a.cn.", [{"text": "http://a.cn", "href": "http://a.cn"}, {"text": "."}]),
        ("", []),
    ],
)
def test_a_bubble_knows_no_markup_but_links(text: str, expected: list[dict[str, str]] | None) -> None:
    parts = text_parts(text)
    if expected is None:
        assert all(set(part) <= {"text", "href"} for part in parts)
        assert "onclick" in "".join(p["text"] for p in parts)
    else:
        assert parts == expected


def test_the_page_names_no_other_host() -> None:
    folder = Path(__file__).parents[2] / "api" / "simulator"
    files = [*(folder / "assets").iterdir(), *(folder / "templates").iterdir()]
    assert len(files) >= 10
    for file in files:
        found = set(
            re.findall(r"https?://[A-Za-z0-9][A-Za-z0-9.-]*|url\(\s*['\"]?//", file.read_text(encoding="utf-8"))
        )
        assert found <= {"http://www.w3.org"}, f"{file.name}: {found}"


def test_the_page_and_all_it_names_are_served_under_a_strict_policy(world: World) -> None:
    with httpx.Client(base_url=world.base, trust_env=False) as browser:
        page = browser.get("/simulator")
        policy = page.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert not re.search(r"<script(?! type=\"module\" src)|\son\w+=|\sstyle=|<style", page.text)
        for address in re.findall(r"\"(/simulator/assets/[^\"]+)\"", page.text):
            assert browser.get(address).status_code == 200, address
        assert browser.get("/simulator/assets/..%2Frouter.py").status_code == 404


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("text", rb'{"content": "\ud800"}'),
        ("text", b'{"content": "' + b"x" * 20_001 + b'"}'),
        ("text", b'{"content": 1}'),
        ("text", b"{"),
        ("text", b'{"content": "x", "pace_seconds": 1e9}'),
        ("location", b'{"latitude": NaN, "longitude": 0}'),
        ("location", b'{"latitude": 91, "longitude": 0}'),
        ("scan", b'{"scene": ""}'),
        ("menu", b'{"kind": "open", "value": "x"}'),
        ("sample", b'{"name": "../x"}'),
        ("subscribe", b'{"template_id": "none", "choice": "accept"}'),
    ],
)
def test_what_the_page_would_never_ask_is_refused(world: World, page: httpx.Client, path: str, body: bytes) -> None:
    refused = page.post(f"citizens/1/{path}", content=body, headers={"Content-Type": "application/json"})
    assert 400 <= refused.status_code < 500
    assert (world.received, bubbles(page)) == ([], [])


def test_a_citizen_who_does_not_exist_is_not_found(page: httpx.Client) -> None:
    for number in (0, -1, 5, 10**20):
        assert page.post(f"citizens/{number}/text", json={"content": "你好"}).status_code == 404
        assert page.get("state", params={"citizen": number}).status_code == 404
