"""The outgoing API against a server of our own: what is sent, and what comes back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.client.api import WeChatApi
from bot.client.errors import Misconfigured, Rejected
from bot.client.transport import ANSWER_LIMIT_BYTES
from bot.errors import ReplyTooLong
from bot.menu import Menu
from bot.replies import Article
from tests.bot.client.outgoing import MENU, OPENID, SEND
from tests.wechat_server import Errcode, File, Json, WeChatServer


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
