"""The main job, end to end: encrypted message → answer, look-up, feedback → database → worker → platform over HTTP."""

from __future__ import annotations

import hashlib
import io

import pytest
from PIL import Image
from sqlalchemy import Engine, create_engine

from api.demo import demo_platform
from api.demo_routes import PLATFORM_FILE
from knowledge.store.vault import Vault
from tests.e2e.citizen import Citizen, plain_words, reference_in
from tests.e2e.far_side import answer_at, received, until
from tests.e2e.phone import Phone
from tests.e2e.product import SECRET, RunningProduct

MAKER = "示例相机厂"
PLACE_TAG, MAKER_TAG = 0x8825, 0x010F  # EXIF: where it was taken, and with what


@pytest.fixture
def platform_engine(demo: RunningProduct) -> Engine:
    return create_engine(f"sqlite:///{demo.data_dir / PLATFORM_FILE}")


def photo() -> bytes:
    """Two megapixels that remember where they were taken."""
    picture = Image.new("RGB", (1600, 1200), "#336699")
    exif = picture.getexif()
    exif[MAKER_TAG] = MAKER
    exif.get_ifd(PLACE_TAG)[1] = "N"
    written = io.BytesIO()
    picture.save(written, "JPEG", exif=exif, quality=95)
    return written.getvalue()


def test_a_question_a_look_up_and_a_feedback_reach_their_end(demo: RunningProduct, platform_engine: Engine) -> None:
    citizen = Citizen(demo.url, "o-main-path-citizen")

    assert "补领" in plain_words(citizen.says("事业单位法人证书丢了怎么办"))
    assert "统一社会信用代码" in plain_words(citizen.says("示例县第一中学"))

    reference = citizen.files("希望窗口周六上午也开放办理")

    [record] = until(lambda: received(platform_engine, reference))
    assert (record["text"], record["kind"]) == ("希望窗口周六上午也开放办理", "suggestion")
    assert (record["account"], record["contact"], record["attachments"]) == ("simulator", None, [])
    told = until(lambda: (said := citizen.says(f"进度 {reference}")) and "已转交承办平台" in said and said)
    assert reference in plain_words(told)


def test_a_picture_from_the_phone_arrives_drawn_anew_and_the_platforms_answer_is_pushed(
    demo: RunningProduct, platform_engine: Engine
) -> None:
    phone, sent = Phone(demo.url), photo()

    for answer in ("反馈", "投诉", "跳过", "门口的指示牌指错了方向"):
        phone.says(answer)
    assert "图片" in phone.shows(sent)
    for answer in ("没有了", "跳过"):
        phone.says(answer)
    reference = reference_in(phone.says("确认"))

    [record] = until(lambda: received(platform_engine, reference))
    [file] = record["attachments"]
    assert (file["media_type"], file["sha256"]) == ("image/jpeg", hashlib.sha256(file["content"]).hexdigest())
    with Image.open(io.BytesIO(file["content"])) as arrived:
        assert (arrived.format, arrived.size) == ("JPEG", (1600, 1200))
        assert not arrived.getexif()
    assert file["content"] != sent
    assert MAKER.encode() not in file["content"]

    ours = demo_platform(Vault(SECRET), base_url=demo.url)
    reply = "指示牌已经改好，谢谢您。"
    assert answer_at(platform_engine, reference, "replied", reply, ours.callback_url, ours.callback_secret) == 204
    [news] = until(phone.pushed)
    assert reference in news
    assert reply in news
    told = phone.says(f"进度 {reference}")
    assert "已答复" in told
    assert reply in told
    assert phone.pushed() == [news]


def test_a_foreign_number_gets_word_for_word_the_answer_for_one_that_does_not_exist(demo: RunningProduct) -> None:
    owner, stranger = Citizen(demo.url, "o-owner"), Citizen(demo.url, "o-stranger")
    reference = owner.files("希望窗口周日上午也开放办理")

    assert stranger.says(f"进度 {reference}") == stranger.says("进度 F20200101-001")
    assert stranger.says(reference) == stranger.says("F20200101-001")
    assert reference in plain_words(owner.says(f"进度 {reference}"))
    assert reference not in stranger.says("我的反馈")
