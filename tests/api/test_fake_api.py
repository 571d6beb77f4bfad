"""The far side of WeChat's API: its error codes, and what the switch of rights allows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.simulator import SimulatorState, fake_api
from api.simulator.outgoing import Outgoing
from api.simulator.pictures import sample_picture
from api.simulator.rights import AccountRights
from api.simulator.state import Phone
from api.simulator.window import Occasion
from tests.api.simulator_world import TEMPLATE, sample_account

START = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
SECRET = "secret-of-a-test"


@dataclass
class Api:
    """The fake with a clock that a test sets, and every event it told the account."""

    now: datetime = START
    told: list[Outgoing] = field(default_factory=list)
    token: str = ""

    def __post_init__(self) -> None:
        self.state = SimulatorState(sample_account(), clock=lambda: self.now)
        self.state.tell = lambda phone, event: self.told.append(event)
        self.client = TestClient(fake_api(self.state))
        self.token = self.new_token()["access_token"]

    @property
    def citizen(self) -> Phone:
        return next(iter(self.state.phones.values()))

    def new_token(self, **changed: Any) -> dict[str, Any]:
        asked = {"grant_type": "client_credential", "appid": "wx00000000000000aa", "secret": SECRET, **changed}
        answer: dict[str, Any] = self.client.post("cgi-bin/stable_token", json=asked).json()
        return answer

    def post(self, path: str, body: dict[str, Any] | bytes, *, token: str | None = None) -> dict[str, Any]:
        content = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        query = {"access_token": self.token if token is None else token}
        answer: dict[str, Any] = self.client.post(f"cgi-bin/{path}", params=query, content=content).json()
        return answer

    def get(self, path: str, **query: str) -> dict[str, Any]:
        answer: dict[str, Any] = self.client.get(f"cgi-bin/{path}", params={"access_token": self.token, **query}).json()
        return answer

    def text(self, content: str = "你好", to: str | None = None) -> int:
        body = {"touser": to or self.citizen.openid, "msgtype": "text", "text": {"content": content}}
        return int(self.post("message/custom/send", body)["errcode"])

    def notice(self, data: dict[str, Any] | None = None, template: str = TEMPLATE) -> int:
        values = data or {"thing1": {"value": "已受理"}}
        body = {"touser": self.citizen.openid, "template_id": template, "page": "", "data": values}
        return int(self.post("message/subscribe/bizsend", body)["errcode"])


@pytest.fixture
def api() -> Iterator[Api]:
    api = Api()
    with api.client:
        yield api


def test_the_token_stays_the_same_until_it_nears_its_end(api: Api) -> None:
    first = api.new_token()
    assert (first["access_token"], first["expires_in"]) == (api.token, 7200)
    api.now += timedelta(minutes=30)
    assert api.new_token() == {"access_token": api.token, "expires_in": 5400}
    api.now += timedelta(minutes=86)
    renewed = api.new_token()["access_token"]
    assert renewed != api.token
    assert api.get("menu/get")["errcode"] == 46003, "the former one works to its end"
    api.now += timedelta(minutes=5)
    assert api.get("menu/get")["errcode"] == 42001


def test_a_forced_refresh_ends_the_former_token_and_is_rationed(api: Api) -> None:
    forced = api.new_token(force_refresh=True)["access_token"]
    assert api.get("menu/get")["errcode"] == 40001
    assert api.get("menu/get", access_token=forced)["errcode"] == 46003
    codes = [api.new_token(force_refresh=True).get("errcode", 0) for _ in range(20)]
    assert codes == [0] * 19 + [45009]


@pytest.mark.parametrize(
    ("changed", "code"),
    [({"grant_type": "x"}, 40002), ({"appid": "wx1"}, 40013), ({"secret": "x"}, 40125), ({"secret": ""}, 41004)],
)
def test_a_token_is_given_to_the_right_account_alone(api: Api, changed: dict[str, str], code: int) -> None:
    assert api.new_token(**changed)["errcode"] == code


def test_calls_without_a_good_token_are_refused(api: Api) -> None:
    assert api.post("message/custom/send", {}, token="")["errcode"] == 41001
    assert api.post("message/custom/send", {}, token="x")["errcode"] == 40001
    api.state.tokens.revoke()
    assert api.text() == 40001


def test_bodies_that_wechat_would_not_read_are_refused(api: Api) -> None:
    assert api.post("message/custom/send", b"")["errcode"] == 44002
    assert api.post("message/custom/send", b"[1]")["errcode"] == 47001
    assert api.post("message/custom/send", b"{")["errcode"] == 47001
    assert api.post("message/custom/send", json.dumps({"touser": "你"}).encode())["errcode"] == 40033
    assert api.get("message/custom/send")["errcode"] == 43002
    assert api.post("menu/get", {})["errcode"] == 43001
    assert api.get("no/such/address")["errcode"] == 40066


@pytest.mark.parametrize(
    ("rights", "allowed"),
    [
        (AccountRights.UNVERIFIED, set()),
        (AccountRights.VERIFIED_SUBSCRIPTION, {"message/custom/send", "menu/create", "media/get", "user/info"}),
        (
            AccountRights.VERIFIED_SERVICE,
            {
                "message/custom/send",
                "menu/create",
                "media/get",
                "user/info",
                "message/template/send",
                "message/subscribe/bizsend",
                "qrcode/create",
            },
        ),
    ],
)
def test_the_switch_of_rights_decides_what_may_be_called(api: Api, rights: AccountRights, allowed: set[str]) -> None:
    api.state.rights = rights
    posts = (
        "message/custom/send",
        "menu/create",
        "message/template/send",
        "message/subscribe/bizsend",
        "qrcode/create",
    )
    codes = {path: api.post(path, {})["errcode"] for path in posts}
    codes |= {path: api.get(path)["errcode"] for path in ("media/get", "user/info")}
    assert {path for path, code in codes.items() if code != 48001} == allowed
    assert api.get("get_current_autoreply_info") == {"is_add_friend_reply_open": 0, "is_autoreply_open": 0}


def test_a_message_opens_five_for_48_hours(api: Api) -> None:
    assert api.text() == 45015
    api.citizen.window.open(Occasion.MESSAGE, now=api.now)
    assert [api.text() for _ in range(6)] == [0] * 5 + [45047]
    api.citizen.window.open(Occasion.MESSAGE, now=api.now)
    api.now += timedelta(hours=48)
    api.token = api.new_token()["access_token"]
    assert api.text() == 45015
    assert [b.content for b in api.citizen.bubbles] == [{"parts": [{"text": "你好"}]}] * 5


def test_a_menu_tap_opens_three_for_a_minute_and_they_go_first(api: Api) -> None:
    api.citizen.window.open(Occasion.MESSAGE, now=api.now)
    api.citizen.window.open(Occasion.MENU_CLICK, now=api.now)
    assert [api.text() for _ in range(3)] == [0, 0, 0]
    api.now += timedelta(minutes=2)
    assert [api.text() for _ in range(6)] == [0] * 5 + [45047]


def test_messages_need_somebody_to_read_them(api: Api) -> None:
    stranger = list(api.state.phones.values())[3]
    assert api.text(to="nobody") == 40003
    assert api.text(to=stranger.openid) == 43004


def test_what_a_customer_service_message_may_hold(api: Api) -> None:
    api.citizen.window.open(Occasion.MESSAGE, now=api.now)

    def send(kind: str, content: object) -> int:
        body = {"touser": api.citizen.openid, "msgtype": kind, kind: content}
        return int(api.post("message/custom/send", body)["errcode"])

    article = {"title": "标题", "description": "", "url": "https://example.org", "picurl": ""}
    choices = [{"id": "1", "content": "满意"}, {"id": "2", "content": "不满意"}]
    assert send("text", {"content": ""}) == 44004
    assert send("text", {"content": "字" * 683}) == 45002
    assert send("image", {"media_id": "x"}) == 40007
    assert send("news", {"articles": []}) == 44003
    assert send("news", {"articles": [article] * 2}) == 45008
    assert send("msgmenu", {"head_content": "x", "list": []}) == 47001
    assert send("text", "x") == 47001
    assert send("hologram", {}) == 40008
    assert api.citizen.window.left(now=api.now) == 5, "what is refused costs nothing"
    assert send("news", {"articles": [article]}) == 0
    assert send("msgmenu", {"head_content": "满意吗？", "list": choices, "tail_content": "谢谢"}) == 0
    taps = [part for part in api.citizen.bubbles[-1].content["parts"] if "menu" in part]
    assert taps == [{"text": "满意", "menu": "满意", "id": "1"}, {"text": "不满意", "menu": "不满意", "id": "2"}]


def test_one_subscription_pays_for_one_notice(api: Api) -> None:
    assert api.notice() == 43101
    api.citizen.subscriptions[TEMPLATE] = 1
    assert [api.notice(), api.notice()] == [0, 43101]
    assert api.notice(template="x") == 40037
    assert [event.event for event in api.told] == ["subscribe_msg_sent_event"]
    assert api.citizen.bubbles[-1].content["rows"] == [{"name": "thing1", "value": "已受理"}]


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("thing1", "字" * 20, 0),
        ("thing1", "字" * 21, 47003),
        ("thing1", "", 47003),
        ("character_string2", "F20261123-001", 0),
        ("character_string2", "编号", 47003),
        ("time3", "2026年11月23日 12:00", 0),
        ("time3", "明天", 47003),
        ("phrase4", "已受理", 0),
        ("phrase4", "已经受理完毕", 47003),
        ("whatever5", "x", 47003),
    ],
)
def test_fields_of_a_notice_are_typed(api: Api, name: str, value: str, code: int) -> None:
    api.citizen.subscriptions[TEMPLATE] = 1
    assert api.notice({name: {"value": value}}) == code


def test_a_template_message_tells_when_it_has_arrived(api: Api) -> None:
    body = {"touser": api.citizen.openid, "template_id": TEMPLATE, "data": {"first": {"value": "您好"}}}
    sent = api.post("message/template/send", body)
    [told] = api.told
    assert sent["errcode"] == 0
    assert ("MsgID", sent["msgid"]) in told.fields
    assert told.event == "TEMPLATESENDJOBFINISH"


def test_a_menu_is_checked_kept_and_given_back(api: Api) -> None:
    button = {"type": "click", "name": "问一问", "key": "ask"}
    assert api.get("menu/get")["errcode"] == 46003
    assert api.post("menu/create", {"button": [button] * 4})["errcode"] == 40016
    assert api.post("menu/create", {"button": [{**button, "name": "六个汉字以上"}]})["errcode"] == 40018
    assert api.post("menu/create", {"button": [{**button, "key": ""}]})["errcode"] == 40019
    assert api.post("menu/create", {"button": [{**button, "type": "x"}]})["errcode"] == 40017
    assert api.post("menu/create", {"button": [{"name": "问", "sub_button": [button] * 6}]})["errcode"] == 40023
    assert api.post("menu/create", {"button": [{"name": "问", "sub_button": [1]}]})["errcode"] == 40025
    menu = {"button": [{"name": "问", "sub_button": [button] * 5}]}
    assert api.post("menu/create", menu)["errcode"] == 0
    assert api.get("menu/get") == {"menu": menu}


def test_a_code_with_a_scene_lives_thirty_days_at_most(api: Api) -> None:
    def create(name: str, scene: object, **more: Any) -> dict[str, Any]:
        return api.post("qrcode/create", {"action_name": name, "action_info": {"scene": scene}, **more})

    made = create("QR_STR_SCENE", {"scene_str": "hall-1"}, expire_seconds=10**8)
    assert made["expire_seconds"] == 30 * 86400
    assert create("QR_LIMIT_STR_SCENE", {"scene_str": "x" * 64})["ticket"]
    assert create("QR_STR_SCENE", {"scene_str": "x" * 65})["errcode"] == 40053
    assert create("QR_STR_SCENE", {"scene_str": ""})["errcode"] == 40053
    assert create("QR_STR_SCENE", "x")["errcode"] == 40053
    assert create("QR_CODE", {"scene_id": 1})["errcode"] == 40052
    assert create("QR_SCENE", {"scene_id": 1}, expire_seconds=0)["errcode"] == 40214
    assert [code.scene for code in api.state.codes] == ["x" * 64, "hall-1"]


def test_media_come_back_as_they_were_for_three_days(api: Api) -> None:
    url = "cgi-bin/media/upload"
    query = {"access_token": api.token, "type": "image"}
    made = api.client.post(url, params=query, files={"media": ("a.png", sample_picture("street"))}).json()
    fetched = api.client.get("cgi-bin/media/get", params={"access_token": api.token, "media_id": made["media_id"]})
    assert fetched.content == sample_picture("street")
    assert fetched.headers["content-type"] == "image/png"
    assert api.get("media/get", media_id="x")["errcode"] == 40007
    assert api.client.post(url, params=query, files={"media": ("a.png", b"no")}).json()["errcode"] == 40005
    assert api.client.post(url, params=query).json()["errcode"] == 41005
    api.now += timedelta(days=3)
    api.token = api.new_token()["access_token"]
    assert api.get("media/get", media_id=made["media_id"])["errcode"] == 40007


def test_a_follower_is_known_without_name_or_picture(api: Api) -> None:
    shown = api.get("user/info", openid=api.citizen.openid)
    assert (shown["subscribe"], shown["nickname"], shown["headimgurl"]) == (1, "", "")
    stranger = list(api.state.phones)[3]
    assert api.get("user/info", openid=stranger)["subscribe"] == 0
    assert api.get("user/info", openid="x")["errcode"] == 40003


def test_a_test_can_have_the_next_call_refused(api: Api) -> None:
    api.citizen.window.open(Occasion.MESSAGE, now=api.now)
    api.state.refuse_next("cgi-bin/message/custom/send", -1)
    assert [api.text(), api.text()] == [-1, 0]


def test_the_list_of_calls_holds_no_secret_and_no_text(api: Api) -> None:
    api.text("我的电话是13800000000")
    kept = repr(list(api.state.calls))
    assert "custom/send" in kept
    assert "13800000000" not in kept
    assert SECRET not in kept
    assert api.token not in kept
