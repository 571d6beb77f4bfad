"""The outgoing API against a server of our own: what is sent, what comes back, and what every failure means."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import timedelta

import httpx
import pytest

from bot.account import Account, AccountKind, Credentials
from bot.client.api import WeChatApi
from bot.client.errors import (
    ApiError,
    Misconfigured,
    OtherChannel,
    PermanentForUser,
    RateLimited,
    Rejected,
    Transient,
    UnclearOutcome,
)
from bot.client.push import Outcome, push_reply
from bot.client.tokens import TokenHolder
from bot.client.transport import ANSWER_LIMIT_BYTES, Request, exchange
from bot.errors import ReplyTooLong
from bot.menu import Menu
from bot.replies import Article, Image, News, Reply, Silence, Text, Transfer
from tests.secret_watch import SECRETS, no_secret_in_logs, told_by  # noqa: F401
from tests.wechat_server import (
    APP_ID,
    APP_SECRET,
    Drip,
    Errcode,
    Failure,
    File,
    HalfBody,
    HangUp,
    Json,
    Slow,
    Status,
    WeChatServer,
    running,
)

OPENID = "openid-of-a-citizen"
SEND = "/cgi-bin/message/custom/send"
MENU = "/cgi-bin/menu/get"


def account(*, verified: bool = True) -> Account:
    return Account(
        name="sample",
        app_id=APP_ID,
        kind=AccountKind.SERVICE,
        verified=verified,
        credentials=Credentials(app_secret=APP_SECRET),
    )


@pytest.fixture
def wechat() -> Iterator[WeChatServer]:
    with running(WeChatServer()) as server:
        yield server


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    with httpx.Client() as client:
        yield client


def make_api(url: str, http: httpx.Client, *, verified: bool = True) -> WeChatApi:
    holder = TokenHolder(account(verified=verified), api_url=url, http=http)
    return WeChatApi(account(verified=verified), api_url=url, tokens=holder, http=http)


@pytest.fixture
def api(wechat: WeChatServer, http: httpx.Client) -> WeChatApi:
    return make_api(wechat.url, http)


# What is sent


def test_a_text_goes_as_utf8_without_escapes(api: WeChatApi, wechat: WeChatServer) -> None:
    api.send_text(OPENID, "您好，“编事通”😀")
    (call,) = wechat.calls_to(SEND)
    assert call.query == {"access_token": wechat.token}
    assert call.json == {"touser": OPENID, "msgtype": "text", "text": {"content": "您好，“编事通”😀"}}
    assert b"\\u" not in call.body
    assert "您好".encode() in call.body


def test_a_text_one_byte_too_long_is_not_sent(api: WeChatApi, wechat: WeChatServer) -> None:
    with pytest.raises(ReplyTooLong):
        api.send_text(OPENID, "x" * 2001)
    assert wechat.calls == []


def test_a_menu_message_offers_its_choices(api: WeChatApi, wechat: WeChatServer) -> None:
    api.send_menu(OPENID, "满意吗？", [("1", "满意"), ("2", "不满意")], "谢谢")
    assert wechat.calls_to(SEND)[0].json["msgmenu"] == {
        "head_content": "满意吗？",
        "list": [{"id": "1", "content": "满意"}, {"id": "2", "content": "不满意"}],
        "tail_content": "谢谢",
    }


def test_a_picture_and_an_article_are_sent(api: WeChatApi, wechat: WeChatServer) -> None:
    api.send_image(OPENID, "m1")
    api.send_news(OPENID, Article("标题", "说明", "https://example.org/a", "https://example.org/p.jpg"))
    image, news = (call.json for call in wechat.calls_to(SEND))
    assert image["image"] == {"media_id": "m1"}
    assert news["news"]["articles"] == [
        {
            "title": "标题",
            "description": "说明",
            "url": "https://example.org/a",
            "picurl": "https://example.org/p.jpg",
        }
    ]


def test_a_subscription_message_and_a_template_return_their_message_id(api: WeChatApi, wechat: WeChatServer) -> None:
    assert api.send_subscription(OPENID, "t1", None, {"thing1": "登记"}) == "200228332"
    assert api.send_template(OPENID, "t2", "https://example.org", {"first": "您好"}) == "200228332"
    (notice,) = wechat.calls_to("/cgi-bin/message/subscribe/bizsend")
    (template,) = wechat.calls_to("/cgi-bin/message/template/send")
    assert notice.json == {"touser": OPENID, "template_id": "t1", "data": {"thing1": {"value": "登记"}}}
    assert template.json["url"] == "https://example.org"


def test_a_menu_is_pushed_as_it_stands_in_the_file(api: WeChatApi, wechat: WeChatServer) -> None:
    menu = Menu.from_json({"button": [{"type": "click", "name": "帮助", "key": "help"}]})
    api.create_menu(menu)
    assert wechat.calls_to("/cgi-bin/menu/create")[0].json == menu.to_json()
    assert "帮助".encode() in wechat.calls_to("/cgi-bin/menu/create")[0].body


def test_an_account_without_a_menu_has_none(api: WeChatApi, wechat: WeChatServer) -> None:
    assert api.get_menu() == {"button": []}
    wechat.script(MENU, Errcode(46003, "menu no exist"))
    assert api.get_menu() is None


def test_a_code_with_a_scene_is_made_for_a_time_or_for_ever(api: WeChatApi, wechat: WeChatServer) -> None:
    assert api.create_qr_code("窗口一", expires=timedelta(days=30)).ticket == "ticket-1"
    assert api.create_qr_code("窗口一", expires=None).content == "http://weixin.qq.com/q/1"
    for_a_time, for_ever = (call.json for call in wechat.calls_to("/cgi-bin/qrcode/create"))
    assert (for_a_time["action_name"], for_a_time["expire_seconds"]) == ("QR_STR_SCENE", 2592000)
    assert for_ever == {"action_name": "QR_LIMIT_STR_SCENE", "action_info": {"scene": {"scene_str": "窗口一"}}}


@pytest.mark.parametrize(
    ("scene", "expires"), [("", None), ("x" * 65, None), ("x", timedelta(days=31)), ("x", timedelta(0))]
)
def test_a_code_past_wechats_limits_is_not_asked_for(
    api: WeChatApi, wechat: WeChatServer, scene: str, expires: timedelta | None
) -> None:
    with pytest.raises(Rejected):
        api.create_qr_code(scene, expires=expires)
    assert wechat.calls == []


def test_a_citizens_picture_is_downloaded_with_its_name_and_type(api: WeChatApi) -> None:
    media = api.download_media("m1")
    assert (media.content, media.media_type, media.name) == (b"\xff\xd8 a picture", "image/jpeg", "photo.jpg")


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ("", "m1.png"),
        ('attachment; filename="../../etc/passwd"', "passwd"),
        ("attachment; filename=.照片.png", "_.png"),
    ],
)
def test_a_downloaded_name_is_safe_as_a_file_name(
    api: WeChatApi, wechat: WeChatServer, disposition: str, name: str
) -> None:
    wechat.script("/cgi-bin/media/get", File(b"png", "image/png", disposition.encode().decode("latin-1")))
    assert api.download_media("m1").name == name


def test_a_video_is_fetched_from_the_address_that_wechat_gives(api: WeChatApi, wechat: WeChatServer) -> None:
    wechat.script("/cgi-bin/media/get", Json({"video_url": f"{wechat.url}/video/1"}))
    wechat.script("/video/1", File(b"mp4", "video/mp4"))
    assert api.download_media("m1").content == b"mp4"
    assert wechat.calls_to("/video/1")[0].query == {}


def test_a_lapsed_media_id_is_rejected_at_once(api: WeChatApi, wechat: WeChatServer) -> None:
    wechat.script("/cgi-bin/media/get", Errcode(40007))
    with pytest.raises(Rejected):
        api.download_media("m1")
    assert len(wechat.calls_to("/cgi-bin/media/get")) == 1


def test_a_file_past_the_limit_is_not_read_to_its_end(api: WeChatApi, wechat: WeChatServer) -> None:
    wechat.script("/cgi-bin/media/get", File(b"x" * (ANSWER_LIMIT_BYTES + 1), "image/jpeg"))
    with pytest.raises(Rejected, match="太大"):
        api.download_media("m1")


def test_a_picture_is_uploaded_as_a_form(api: WeChatApi, wechat: WeChatServer) -> None:
    assert api.upload_image(b"\x89PNG", "地图 1.png") == "uploaded-1"
    (call,) = wechat.calls_to("/cgi-bin/media/upload")
    assert call.query["type"] == "image"
    assert b'name="media"; filename="_1.png"' in call.body
    assert b"Content-Type: image/png" in call.body
    assert b"\x89PNG" in call.body


@pytest.mark.parametrize("content", [b"", b"x" * (10 * 1024 * 1024 + 1)])
def test_a_picture_that_wechat_would_refuse_is_not_uploaded(
    api: WeChatApi, wechat: WeChatServer, content: bytes
) -> None:
    with pytest.raises(Rejected):
        api.upload_image(content, "a.jpg")
    assert wechat.calls == []


def test_user_info_rights_and_agents_are_asked(api: WeChatApi) -> None:
    assert api.user_info(OPENID)["subscribe"] == 1
    assert api.template_ids() == {"template-1", "notice-1"}
    assert api.customer_service_agents() == 1
    assert api.autoreply_rules()["is_autoreply_open"] == 0


def test_control_characters_in_an_answer_are_read(api: WeChatApi, wechat: WeChatServer) -> None:
    wechat.script("/cgi-bin/user/info", File(b'{"subscribe": 1, "remark": "a\x08b\xff"}', "text/plain"))
    assert api.user_info(OPENID)["subscribe"] == 1


# The token


def test_a_refused_token_is_fetched_anew_and_the_message_goes_out_once(api: WeChatApi, wechat: WeChatServer) -> None:
    api.send_text(OPENID, "一")
    wechat.revoke()
    api.send_text(OPENID, "二")
    assert [call.json["text"]["content"] for call in wechat.calls_to(SEND)] == ["一", "二", "二"]
    assert wechat.fetches == 2


@pytest.mark.parametrize("code", [40001, 40014, 42001])
def test_every_code_of_a_bad_token_makes_one_fetch(api: WeChatApi, wechat: WeChatServer, code: int) -> None:
    wechat.script(SEND, Errcode(code))
    api.send_text(OPENID, "一")
    assert (len(wechat.calls_to(SEND)), wechat.fetches) == (2, 2)


def test_a_token_that_stays_bad_ends_after_one_retry(api: WeChatApi, wechat: WeChatServer) -> None:
    wechat.token_stays_bad = True
    with pytest.raises(Misconfigured) as caught:
        api.send_text(OPENID, "一")
    assert caught.value.code == 40001
    assert (len(wechat.calls_to(SEND)), wechat.fetches) == (2, 2)


# What every failure means


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        *[(code, OtherChannel) for code in (45015, 45047)],
        *[(code, PermanentForUser) for code in (40003, 43004, 43019, 43101, 48002, 50005)],
        *[(code, Misconfigured) for code in (40013, 40125, 40164, 48001, 48004, 40200)],
        *[(code, RateLimited) for code in (45009, 45011)],
        *[(code, Rejected) for code in (47003, 40007, 99999)],
        (-1, UnclearOutcome),
    ],
)
def test_an_error_code_has_its_class_and_the_message_is_sent_once(
    api: WeChatApi, wechat: WeChatServer, code: int, kind: type[ApiError]
) -> None:
    wechat.script(SEND, Errcode(code, f"hint {OPENID}"))
    with pytest.raises(ApiError) as caught:
        api.send_text(OPENID, "您好")
    assert type(caught.value) is kind
    assert caught.value.code == code
    assert OPENID not in str(caught.value)
    assert len(wechat.calls_to(SEND)) == 1


BROKEN: list[Failure] = [
    Status(500),
    Status(502),
    Status(408),
    HalfBody(),
    HangUp(),
    Json([1]),
    Json({}),
    Json({"errcode": None}),
    Json({"errcode": float("inf")}),
    File(b"<html>", "text/html"),
    File(b"\x00\x01", "application/octet-stream"),
    File(b"[" * 100_000, "application/json"),
    File(b"", "application/json"),
]


@pytest.mark.parametrize("failure", BROKEN)
def test_a_message_of_unclear_outcome_is_never_sent_again(
    api: WeChatApi, wechat: WeChatServer, failure: Failure
) -> None:
    wechat.script(SEND, failure)
    with pytest.raises(UnclearOutcome) as caught:
        api.send_text(OPENID, "您好")
    assert len(wechat.calls_to(SEND)) == 1
    assert not [secret for secret in SECRETS if secret in told_by(caught.value)]


@pytest.mark.parametrize("late", [Slow(0.6), Drip(b'{"errcode":0}', pause=0.1)])
def test_an_answer_that_comes_too_late_leaves_a_message_unclear_and_a_read_repeatable(
    http: httpx.Client, wechat: WeChatServer, late: Failure
) -> None:
    wechat.script("/cgi-bin/late", late, late)
    url = f"{wechat.url}/cgi-bin/late"
    for repeatable, kind in ((False, UnclearOutcome), (True, Transient)):
        request = Request("POST", url, repeatable=repeatable, params={"access_token": wechat.token}, seconds=0.3)
        with pytest.raises(kind) as caught:
            exchange(http, request)
        assert not [secret for secret in SECRETS if secret in told_by(caught.value)]


@pytest.mark.parametrize("failure", [Errcode(-1), Status(500), HalfBody(), HangUp(), File(b"<html>", "text/html")])
def test_a_read_is_tried_twice_more(api: WeChatApi, wechat: WeChatServer, failure: Failure) -> None:
    wechat.script(MENU, failure, failure)
    assert api.get_menu() == {"button": []}
    assert len(wechat.calls_to(MENU)) == 3


def test_a_read_that_keeps_failing_ends_after_three_tries(api: WeChatApi, wechat: WeChatServer) -> None:
    wechat.script(MENU, Status(503), Status(503), Status(503))
    with pytest.raises(Transient) as caught:
        api.get_menu()
    assert len(wechat.calls_to(MENU)) == 3
    assert not [secret for secret in SECRETS if secret in told_by(caught.value)]


def test_a_redirect_is_not_followed_with_the_token(api: WeChatApi, wechat: WeChatServer) -> None:
    wechat.script(SEND, Status(302))
    with pytest.raises(Misconfigured, match="BST_WECHAT_API_URL"):
        api.send_text(OPENID, "您好")


@pytest.mark.parametrize(("status", "kind"), [(404, Rejected), (413, Rejected), (429, RateLimited)])
def test_a_refusal_of_a_proxy_is_certain(
    api: WeChatApi, wechat: WeChatServer, status: int, kind: type[ApiError]
) -> None:
    wechat.script(SEND, Status(status))
    with pytest.raises(kind):
        api.send_text(OPENID, "您好")


def test_a_server_that_was_never_reached_got_no_message(http: httpx.Client, wechat: WeChatServer) -> None:
    holder = TokenHolder(account(), api_url=wechat.url, http=http)
    unreachable = WeChatApi(account(), api_url="http://127.0.0.1:9", tokens=holder, http=http)
    with pytest.raises(Transient) as caught:
        unreachable.send_text(OPENID, "您好")
    assert not [secret for secret in SECRETS if secret in told_by(caught.value)]


@pytest.mark.parametrize("url", ["ftp://127.0.0.1", "nowhere", "http://[::1"])
def test_a_wrong_api_address_is_told_as_such(http: httpx.Client, url: str) -> None:
    with pytest.raises(Misconfigured, match="BST_WECHAT_API_URL"):
        make_api(url, http).get_menu()


def test_httpx_still_logs_the_path_but_no_query(api: WeChatApi, no_secret_in_logs: list[str]) -> None:  # noqa: F811
    logging.getLogger("httpx").info("HTTP Request: %s", httpx.URL("https://h/p?secret=s"))
    api.send_text(OPENID, "您好")
    told = [line for line in no_secret_in_logs if line.startswith("httpx ")]
    assert any("/cgi-bin/message/custom/send" in line for line in told)
    assert not any("secret=s" in line for line in told)


# Pushing an answer


@pytest.mark.parametrize(
    ("reply", "kind"),
    [(Text("您好"), "text"), (News(Article("题", "述", "https://example.org")), "news"), (Image("m1"), "image")],
)
def test_an_answer_is_pushed_in_its_own_form(api: WeChatApi, wechat: WeChatServer, reply: Reply, kind: str) -> None:
    assert push_reply(api, OPENID, reply) is Outcome.DELIVERED
    assert [call.json["msgtype"] for call in wechat.calls_to(SEND)] == [kind]


def test_tappable_links_are_pushed_unchanged(api: WeChatApi, wechat: WeChatServer) -> None:
    link = '<a href="weixin://bizmsgmenu?msgmenucontent=%E6%9B%B4%E5%A4%9A&msgmenuid=1">更多</a>'
    push_reply(api, OPENID, Text(link))
    assert wechat.calls_to(SEND)[0].json["text"]["content"] == link


def test_silence_is_delivered_and_a_transfer_cannot_be_pushed(api: WeChatApi, wechat: WeChatServer) -> None:
    assert push_reply(api, OPENID, Silence()) is Outcome.DELIVERED
    assert push_reply(api, OPENID, Transfer()) is Outcome.IMPOSSIBLE
    assert wechat.calls == []


def test_an_unverified_account_asks_nothing_of_wechat(wechat: WeChatServer, http: httpx.Client) -> None:
    api = make_api(wechat.url, http, verified=False)
    assert push_reply(api, OPENID, Text("您好")) is Outcome.REFUSED
    assert wechat.calls == []


def fails(failure: Failure) -> Callable[[WeChatServer], None]:
    return lambda server: server.script(SEND, failure)


@pytest.mark.parametrize(
    ("arrange", "outcome"),
    [
        (fails(Errcode(45015)), Outcome.REFUSED),
        (fails(Errcode(45047)), Outcome.REFUSED),
        (fails(Errcode(48001)), Outcome.REFUSED),
        (fails(Errcode(45011)), Outcome.REFUSED),
        (fails(Errcode(43004)), Outcome.IMPOSSIBLE),
        (fails(Errcode(-1)), Outcome.UNCLEAR),
        (fails(HangUp()), Outcome.UNCLEAR),
        (fails(Status(500)), Outcome.UNCLEAR),
        (lambda server: server.script("/cgi-bin/stable_token", *[Status(500)] * 3), Outcome.REFUSED),
    ],
)
def test_how_a_push_ended_is_told_without_an_error(
    api: WeChatApi, wechat: WeChatServer, arrange: Callable[[WeChatServer], None], outcome: Outcome
) -> None:
    arrange(wechat)
    assert push_reply(api, OPENID, Text("您好")) is outcome
    assert len(wechat.calls_to(SEND)) <= 1
