"""No text, name, phone or openid of a citizen stands in plain in any log, any table, or Redis: all of them are read."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from PIL import Image
from sqlalchemy import text

from api.platform.reference import Failure
from handlers.texts.messages import SORRY
from knowledge.feedback.kinds import ForwardState
from knowledge.feedback.queries import ticket_by_reference
from tests.e2e.bureau import Bureau
from tests.e2e.citizen import Citizen
from tests.e2e.everything_kept import in_database, in_logs, in_redis, written_as
from tests.e2e.far_side import CALLBACK_SECRET, COUNTY, TOKEN, TOWN, until
from tests.e2e.forger import Forger
from tests.e2e.product import SECRET

TEXT = "蓝色鸭子在三号窗口唱了一上午的歌"
DRAFT = "橙色刺猬在二楼走廊里练习打鼓"
ANONYMOUS = "绿色河马在停车场里学骑自行车"
REFUSED = "灰色猫头鹰在档案室里睡着了"
BROKEN = "白色孔雀在电梯里跳了一支舞"
TOPIC = "关于唱歌鸭子的安排"
PLACE = "示例县鸭子巷八十八号"
REPLY = "鸭子已经请到休息室里去唱"
NAME, PHONE = "欧阳鹅毛", "13912345678"
OTHER_NAME, OTHER_PHONE = "司马羽翎", "13787654321"
PERSONAL = [TEXT, DRAFT, ANONYMOUS, REFUSED, BROKEN, TOPIC, PLACE, REPLY, NAME, PHONE, OTHER_NAME, OTHER_PHONE]


def found(words: list[str], kept: bytes) -> list[str]:
    return [word for word in words if any(way in kept for way in written_as(word))]


def photo() -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (64, 64), "#00ff00").save(written, "JPEG", comment=TEXT.encode())
    return written.getvalue()


@contextmanager
def table_away(bureau: Bureau, table: str) -> Iterator[None]:
    """Whatever needs it fails, with the whole statement in the error."""
    with bureau.database.begin() as connection:
        connection.execute(text(f"ALTER TABLE {table} RENAME TO {table}_away"))
    yield
    with bureau.database.begin() as connection:
        connection.execute(text(f"ALTER TABLE {table}_away RENAME TO {table}"))


def state_of(bureau: Bureau, reference: str) -> str:
    with bureau.session() as session:
        ticket = ticket_by_reference(session, reference=reference)
        assert ticket is not None
        return ticket.forward_state


def file_named(bureau: Bureau, citizen: Citizen) -> str:
    """With everything that a form can hold."""
    media_id = bureau.wechat.take_picture(photo())
    for answer in ("反馈", "投诉", TOPIC, TEXT):
        citizen.says(answer)
    citizen.deliver(citizen.picture(media_id))
    where = f"<Location_X>39.04</Location_X><Location_Y>90.26</Location_Y><Scale>15</Scale><Label>{PLACE}</Label>"
    citizen.deliver(citizen.message("location", where))
    citizen.says("没有了")
    summary = citizen.says(f"{NAME} {PHONE}")
    assert NAME in summary, summary
    return citizen.files_now()


@pytest.fixture(scope="module")
def citizens(bureau: Bureau) -> list[Citizen]:
    """What people do in a week, good and bad; all of them by the time this is over."""
    named, anonymous = bureau.citizen(COUNTY), bureau.citizen(COUNTY)
    refused, unlucky, drafting = bureau.citizen(TOWN), bureau.citizen(TOWN), bureau.citizen(TOWN)
    platform = bureau.platform
    reference = file_named(bureau, named)
    platform.awaits(reference)
    assert platform.answers(reference, "replied", REPLY) == 204
    until(lambda: any(REPLY in news for news in bureau.wechat.pushed(named.openid)))
    assert REPLY in named.says(f"进度 {reference}")

    platform.failures.next(Failure.REFUSES)
    turned_away = refused.files(REFUSED, contact=f"{OTHER_NAME} {OTHER_PHONE}")
    until(lambda: state_of(bureau, turned_away) == ForwardState.REFUSED)

    before = len(platform.heard)
    platform.awaits(anonymous.files(f"{ANONYMOUS}，请打{OTHER_PHONE}找我", contact="匿名"))
    sent = b"".join(platform.heard[before:])
    assert ANONYMOUS.encode() in sent
    assert found([NAME, PHONE, OTHER_NAME, OTHER_PHONE, anonymous.openid], sent) == []

    for answer in ("反馈", "求助", "跳过", DRAFT, "跳过", f"{OTHER_NAME}"):
        drafting.says(answer)

    for answer in ("反馈", "投诉", "跳过"):
        unlucky.says(answer)
    with table_away(bureau, "feedback_drafts"):
        assert unlucky.says(BROKEN) == SORRY
    with table_away(bureau, "feedback_events"):
        assert platform.answers(reference, "closed", REPLY) == 500
    forged = Forger(COUNTY).around(Forger(COUNTY).encrypted(BROKEN.encode(), padding=b"\0"))
    assert unlucky.post(forged.query, forged.body).status_code == 403
    plain = {"Content": BROKEN, "FromUserName": unlucky.openid}
    assert httpx.post(f"{unlucky.url}/wechat/{BROKEN}", params=plain, trust_env=False).status_code == 404
    return [named, anonymous, refused, unlucky, drafting]


def test_no_table_holds_a_citizens_words_or_who_it_was(bureau: Bureau, citizens: list[Citizen]) -> None:
    kept = in_database(bureau.database)

    assert found(["forward_ticket", "tell_citizen", "fetch_attachment", "county", "示例科"], kept)  # it does look
    assert found(PERSONAL + [citizen.openid for citizen in citizens], kept) == []


def test_redis_holds_nothing_in_plain(bureau: Bureau, citizens: list[Citizen]) -> None:
    kept = in_redis(bureau.settings["BST_REDIS_URL"])

    assert bureau.vault.pseudonym("county", citizens[0].openid).encode() in kept
    assert found(PERSONAL + [citizen.openid for citizen in citizens], kept) == []


def test_no_log_holds_a_citizens_words_or_who_it_was_or_a_secret(bureau: Bureau, citizens: list[Citizen]) -> None:
    kept = in_logs(bureau.folder)

    assert found(["envelope_refused", "message_failed"], kept) == ["envelope_refused", "message_failed"]
    assert found(PERSONAL + [citizen.openid for citizen in citizens], kept) == []
    assert b"no such table" in kept or b"UndefinedTable" in kept  # a traceback, and no value in it
    assert b"[parameters:" not in kept
    secrets = [SECRET, TOKEN, CALLBACK_SECRET, "access_token="]
    for account in (COUNTY, TOWN):
        ours = account.credentials
        secrets += [secret for secret in (ours.app_secret, ours.token, ours.aes_key) if secret]
    assert found(secrets, kept) == []
