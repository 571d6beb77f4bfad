"""Files of a feedback: what is kept, in which form, and when it is given up."""

from __future__ import annotations

import io
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from api.worker.fetching import FetchAttachment
from api.worker.pictures import PIXELS_LIMIT, SIZE_LIMITS, NotUsable, checked
from api.worker.turns import Again
from bot.client.errors import Misconfigured, RateLimited, Rejected, Transient, UnclearOutcome
from knowledge.feedback.attachments import content_of
from knowledge.feedback.kinds import AttachmentKind, AttachmentState
from knowledge.feedback.models import TicketAttachment
from knowledge.store.vault import Vault
from tests.api.worker.conftest import WeChat, make_ticket
from tests.api.worker.pictures import photo


@pytest.fixture
def attachment_id(sessions: sessionmaker[Session], vault: Vault, now: datetime) -> str:
    with sessions.begin() as session:
        make_ticket(session, vault, text="附一张图", media=("media",), now=now)
        return session.execute(select(TicketAttachment.id)).scalar_one()


@pytest.fixture
def fetch(sessions: sessionmaker[Session], vault: Vault, wechat: WeChat, now: datetime) -> FetchAttachment:
    return FetchAttachment(sessions=sessions, vault=vault, download=wechat.download, clock=lambda: now)


def state(sessions: sessionmaker[Session], attachment_id: str) -> str:
    with sessions() as session:
        row = session.get(TicketAttachment, attachment_id)
        assert row is not None
        return row.state


def test_a_picture_is_kept_sealed_and_drawn_anew(
    fetch: FetchAttachment, wechat: WeChat, attachment_id: str, sessions: sessionmaker[Session], vault: Vault
) -> None:
    wechat.files = {"media": photo()}
    assert fetch.run(attachment_id) is None
    with sessions() as session:
        row = session.get(TicketAttachment, attachment_id)
        assert row is not None
        assert (row.state, row.media_type) == (AttachmentState.FETCHED, "image/jpeg")
        kept = content_of(session, attachment_id=attachment_id, vault=vault)
    assert kept is not None
    assert Image.open(io.BytesIO(kept)).size == (40, 30)
    assert fetch.run(attachment_id) is None
    assert wechat.asked == 1


@pytest.mark.parametrize("error", [Transient("忙"), RateLimited("慢"), UnclearOutcome("？"), Misconfigured("白名单")])
def test_what_may_pass_is_tried_again(
    fetch: FetchAttachment, wechat: WeChat, attachment_id: str, sessions: sessionmaker[Session], error: Exception
) -> None:
    wechat.files = {"media": error}
    assert fetch.run(attachment_id) == Again(counts=True)
    assert state(sessions, attachment_id) == AttachmentState.PENDING
    fetch.give_up(attachment_id)
    assert state(sessions, attachment_id) == AttachmentState.MISSING


@pytest.mark.parametrize("file", [Rejected("过期"), b"", b"<html>not a picture</html>", photo()[:300], b"MZ" * 500])
def test_what_is_no_picture_or_has_lapsed_is_given_up_at_once(
    fetch: FetchAttachment,
    wechat: WeChat,
    attachment_id: str,
    sessions: sessionmaker[Session],
    file: bytes | Exception,
) -> None:
    wechat.files = {"media": file}
    assert fetch.run(attachment_id) is None
    assert state(sessions, attachment_id) == AttachmentState.MISSING


def test_an_attachment_that_was_erased_is_no_error(fetch: FetchAttachment, wechat: WeChat) -> None:
    assert fetch.run("gone") is None
    assert wechat.asked == 0


def test_the_place_and_the_camera_do_not_travel_on_and_the_picture_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    exif[0x010F] = "SecretCamera"
    exif.get_ifd(0x8825)[1] = "N"  # GPS
    file = checked(AttachmentKind.IMAGE, photo(40, 30, exif=exif.tobytes()))
    drawn = Image.open(io.BytesIO(file.content))
    assert drawn.size == (30, 40)
    assert not drawn.getexif()
    assert b"SecretCamera" not in file.content


def test_what_shines_through_stays_a_png_and_a_huge_edge_is_made_smaller() -> None:
    written = io.BytesIO()
    Image.new("RGBA", (5000, 10), (0, 0, 0, 0)).save(written, "PNG")
    file = checked(AttachmentKind.IMAGE, written.getvalue())
    assert file.media_type == "image/png"
    assert max(Image.open(io.BytesIO(file.content)).size) == 4096


@pytest.mark.parametrize("width", [PIXELS_LIMIT // 1000 + 1, 120_000, 400_000])
def test_a_picture_made_to_fill_the_memory_is_refused(width: int) -> None:
    written = io.BytesIO()
    Image.new("1", (width, 1000)).save(written, "PNG")
    with pytest.raises(NotUsable):
        checked(AttachmentKind.IMAGE, written.getvalue())


@pytest.mark.parametrize(
    ("kind", "content", "media_type"),
    [
        (AttachmentKind.VOICE, b"#!AMR\n" + bytes(50), "audio/amr"),
        (AttachmentKind.VIDEO, bytes(4) + b"ftypisom" + bytes(50), "video/mp4"),
    ],
)
def test_voice_and_video_are_known_by_their_first_bytes(kind: AttachmentKind, content: bytes, media_type: str) -> None:
    assert checked(kind, content).media_type == media_type
    with pytest.raises(NotUsable):
        checked(kind, b"<html>")
    with pytest.raises(NotUsable):
        checked(kind, content + bytes(SIZE_LIMITS[kind]))


@settings(max_examples=60, deadline=None)
@given(cut=st.integers(0, 600), noise=st.binary(max_size=40), at=st.integers(0, 600))
def test_a_damaged_picture_is_kept_or_refused_and_never_breaks_the_worker(cut: int, noise: bytes, at: int) -> None:
    whole = photo()
    damaged = whole[:at] + noise + whole[at + len(noise) :]
    with suppress(NotUsable):
        checked(AttachmentKind.IMAGE, damaged[: len(damaged) - cut])


def test_the_picture_formats_of_phones_are_read(tmp_path: Path) -> None:
    for kind in ("JPEG", "PNG", "GIF", "WEBP", "BMP"):
        assert checked(AttachmentKind.IMAGE, photo(kind=kind)).media_type == "image/jpeg"
