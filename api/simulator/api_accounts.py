"""What belongs to the account itself: its token, menu, codes, media, followers and settings."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from fastapi import Response

from api.simulator.api_call import ApiCall, Endpoint, Refused
from api.simulator.menu_rules import check_menu
from api.simulator.pictures import PictureRefused, picture_type
from api.simulator.rights import Right
from api.simulator.state import SimulatorState

SCENE_LIMIT = 64  # characters, official
TEMPORARY_LIMIT = timedelta(days=30)  # official
TEMPORARY_DEFAULT = timedelta(seconds=60)  # official, where expire_seconds is left out
OWN_ADDRESSES = ["127.0.0.1"]


def grant_token(state: SimulatorState, call: ApiCall) -> dict[str, Any]:
    """``stable_token``: the same token until it nears its end."""
    if call.text("grant_type") != "client_credential":
        raise Refused(40002)
    if not call.text("appid"):
        raise Refused(41002)
    if not call.text("secret"):
        raise Refused(41004)
    if call.text("appid") != state.account.app_id:
        raise Refused(40013)
    secret = state.account.credentials.app_secret or ""
    if not secret or not hmac.compare_digest(call.text("secret").encode(), secret.encode()):
        raise Refused(40125)
    granted = state.tokens.grant(force=call.payload.get("force_refresh") is True, now=call.now)
    if isinstance(granted, int):
        raise Refused(granted)
    token, lifetime = granted
    return {"access_token": token, "expires_in": int(lifetime.total_seconds())}


def create_menu(state: SimulatorState, call: ApiCall) -> dict[str, Any]:
    check_menu(call.payload)
    state.menu, state.menu_pushed = call.payload, True
    state.changed()
    return {"errcode": 0, "errmsg": "ok"}


def get_menu(state: SimulatorState, call: ApiCall) -> dict[str, Any]:
    """Only what ``create`` made: a menu that stands in a file nobody has pushed does not exist here."""
    if not state.menu_pushed or state.menu is None:
        raise Refused(46003)
    return {"menu": dict(state.menu)}


def create_code(state: SimulatorState, call: ApiCall) -> dict[str, Any]:
    scene = _scene(call)
    lifetime = _code_lifetime(call)
    code = state.add_code(scene, None if lifetime is None else call.now + lifetime)
    answer: dict[str, Any] = {"ticket": code.ticket, "url": f"http://weixin.qq.com/q/{code.ticket[:24]}"}
    return answer if lifetime is None else {**answer, "expire_seconds": int(lifetime.total_seconds())}


def _scene(call: ApiCall) -> str:
    info = call.payload.get("action_info")
    asked = info.get("scene") if isinstance(info, dict) else None
    scene = asked.get("scene_str", asked.get("scene_id")) if isinstance(asked, dict) else None
    if isinstance(scene, bool) or not isinstance(scene, str | int) or not 1 <= len(str(scene)) <= SCENE_LIMIT:
        raise Refused(40053)
    if isinstance(scene, str) != call.text("action_name").endswith("STR_SCENE"):
        raise Refused(40053)
    return str(scene)


def _code_lifetime(call: ApiCall) -> timedelta | None:
    match call.text("action_name"):
        case "QR_LIMIT_SCENE" | "QR_LIMIT_STR_SCENE":
            return None
        case "QR_SCENE" | "QR_STR_SCENE":
            seconds = call.payload.get("expire_seconds", TEMPORARY_DEFAULT.total_seconds())
            if isinstance(seconds, bool) or not isinstance(seconds, int | float) or seconds <= 0:
                raise Refused(40214)
            return min(timedelta(seconds=seconds), TEMPORARY_LIMIT)
        case _:
            raise Refused(40052)


def get_media(state: SimulatorState, call: ApiCall) -> Response:
    medium = state.shelf.get(call.query.get("media_id", ""), now=call.now)
    if medium is None:
        raise Refused(40007)
    return Response(
        medium.content,
        media_type=medium.media_type,
        headers={"Content-Disposition": f'attachment; filename="{medium.name}"'},
    )


def upload_media(state: SimulatorState, call: ApiCall) -> dict[str, Any]:
    if call.query.get("type") != "image":
        raise Refused(40004)
    if call.upload is None or not call.upload.content:
        raise Refused(41005)
    try:
        media_type = picture_type(call.upload.content)
    except PictureRefused:
        raise Refused(40005) from None
    medium = state.shelf.put("image", call.upload.content, media_type, now=call.now)
    return {"type": "image", "media_id": medium.media_id, "created_at": int(call.now.timestamp())}


def citizen_info(state: SimulatorState, call: ApiCall) -> dict[str, Any]:
    """Nickname and picture are empty, as WeChat has given them since the end of 2021."""
    phone = state.phones.get(call.query.get("openid", ""))
    if phone is None:
        raise Refused(40003)
    if not phone.following:
        return {"subscribe": 0, "openid": phone.openid, "tagid_list": []}
    return {
        "subscribe": 1,
        "openid": phone.openid,
        "nickname": "",
        "sex": 0,
        "language": "zh_CN",
        "headimgurl": "",
        "subscribe_time": int(phone.followed_at.timestamp()),
        "remark": "",
        "groupid": 0,
        "tagid_list": [],
        "subscribe_scene": "ADD_SCENE_QR_CODE" if phone.scene else "ADD_SCENE_SEARCH",
        "qr_scene": 0,
        "qr_scene_str": phone.scene,
    }


def auto_reply(state: SimulatorState, call: ApiCall) -> dict[str, Any]:
    """Server mode is on, and with it everything of the back office's own is off."""
    return {"is_add_friend_reply_open": 0, "is_autoreply_open": 0}


def templates(state: SimulatorState, call: ApiCall) -> dict[str, Any]:
    known = state.account.template_ids.items()
    return {"template_list": [{"template_id": template_id, "title": name} for name, template_id in known]}


def notices(state: SimulatorState, call: ApiCall) -> dict[str, Any]:
    known = state.account.template_ids.items()
    return {"errcode": 0, "errmsg": "ok", "data": [{"priTmplId": i, "title": name, "type": 2} for name, i in known]}


def agents(state: SimulatorState, call: ApiCall) -> dict[str, Any]:
    """Two invented people, where the account says that its customer-service client is in use."""
    if not state.account.customer_service_transfer:
        return {"kf_list": []}
    return {"kf_list": [{"kf_account": f"kf200{n}@sample", "kf_nick": f"客服{n}", "kf_id": f"100{n}"} for n in (1, 2)]}


def own_addresses(state: SimulatorState, call: ApiCall) -> dict[str, Any]:
    return {"ip_list": OWN_ADDRESSES}


ENDPOINTS: Mapping[str, Endpoint] = {
    "cgi-bin/stable_token": Endpoint("POST", grant_token, needs_token=False),
    "cgi-bin/menu/create": Endpoint("POST", create_menu, Right.MENU),
    "cgi-bin/menu/get": Endpoint("GET", get_menu, Right.MENU),
    "cgi-bin/qrcode/create": Endpoint("POST", create_code, Right.SCENE_CODE),
    "cgi-bin/media/get": Endpoint("GET", get_media, Right.MEDIA),
    "cgi-bin/media/upload": Endpoint("POST", upload_media, Right.MEDIA, upload=True),
    "cgi-bin/user/info": Endpoint("GET", citizen_info, Right.CITIZEN),
    "cgi-bin/get_current_autoreply_info": Endpoint("GET", auto_reply),
    "cgi-bin/template/get_all_private_template": Endpoint("GET", templates, Right.TEMPLATE),
    "wxaapi/newtmpl/gettemplate": Endpoint("GET", notices, Right.SUBSCRIPTION),
    "cgi-bin/customservice/getkflist": Endpoint("GET", agents, Right.CUSTOMER_SERVICE),
    "cgi-bin/getcallbackip": Endpoint("GET", own_addresses),
    "cgi-bin/get_api_domain_ip": Endpoint("GET", own_addresses),
}
