"""A platform that fails on the way: one record there, the ticket right, the citizen told."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from api.platform.reference import Failure
from knowledge.feedback.queries import Attempt, attempts, ticket_by_reference
from tests.api.worker.pictures import photo
from tests.e2e.bureau import Bureau
from tests.e2e.citizen import Citizen, plain_words
from tests.e2e.far_side import CALLBACK_SECRET, COUNTY, Platform, until

FORWARDED = "已转交承办平台"


def tried(bureau: Bureau, reference: str) -> list[Attempt]:
    """The oldest first."""
    with bureau.session() as session:
        ticket = ticket_by_reference(session, reference=reference)
        assert ticket is not None
        return attempts(session, ticket_id=ticket.id, vault=bureau.vault)[::-1]


def told(citizen: Citizen, reference: str, words: str) -> str:
    """What 进度 says once it holds ``words``."""

    def said() -> str:
        answer = plain_words(citizen.says(f"进度 {reference}"))
        return answer if words in answer else ""

    return until(said)


def test_three_failures_on_the_way_leave_one_record_and_the_right_ticket(bureau: Bureau, platform: Platform) -> None:
    platform.failures.next(Failure.ERROR, Failure.BUSY, Failure.HALF_BODY)
    citizen = bureau.citizen()

    reference = citizen.files("希望办事指南写清楚要带几份材料")

    told(citizen, reference, FORWARDED)
    [record] = platform.received(reference)
    assert record["text"] == "希望办事指南写清楚要带几份材料"
    assert [(one.outcome, one.status) for one in tried(bureau, reference)] == [
        ("retry", 500),
        ("retry", 429),
        ("unclear", None),
        ("found", 200),
    ]


def test_a_platform_that_took_it_and_then_fell_silent_has_it_once(bureau: Bureau, platform: Platform) -> None:
    platform.failures.next(Failure.ACCEPTS_SILENTLY, Failure.DOWN, Failure.HTML)
    citizen = bureau.citizen()

    reference = citizen.files("希望窗口增加自助打印机")

    told(citizen, reference, FORWARDED)
    assert len(platform.received(reference)) == 1
    outcomes = [one.outcome for one in tried(bureau, reference)]
    assert outcomes[0] == "unclear"
    assert outcomes[-1] == "found"


def test_what_the_platform_refuses_is_not_sent_again_and_staff_reads_why(bureau: Bureau, platform: Platform) -> None:
    platform.failures.next(Failure.REFUSES)
    citizen = bureau.citizen()

    reference = citizen.files("希望大厅增加座椅")

    [attempt] = until(lambda: tried(bureau, reference))
    assert (attempt.outcome, attempt.status) == ("refused", 422)
    assert "平台不受理" in attempt.detail
    assert platform.received(reference) == []
    answer = plain_words(citizen.says(f"进度 {reference}"))
    assert "等待受理" in answer
    assert FORWARDED not in answer


def test_what_the_platform_asks_for_is_added_in_chat_and_arrives_once(bureau: Bureau, platform: Platform) -> None:
    citizen = bureau.citizen(COUNTY)
    reference = citizen.files("希望修好大厅的门")
    told(citizen, reference, FORWARDED)

    assert platform.answers(reference, "need_info", "请说明是哪一扇门，并附照片") == 204
    [news] = until(lambda: bureau.wechat.pushed(citizen.openid))
    assert f"补充 {reference}" in news
    platform.failures.next(Failure.BUSY, Failure.HALF_BODY)
    citizen.taps(citizen.says(f"进度 {reference}"), "补充信息")
    citizen.says("东侧的那一扇")
    citizen.deliver(citizen.picture(bureau.wechat.take_picture(photo())))
    assert "工作人员办理时会看到" in citizen.says(f"附图到 {reference}")

    def added() -> list[dict[str, Any]]:
        entries = platform.entries(reference)
        return entries if len(entries) == 2 else []

    words, picture = until(added)
    assert (words["kind"], words["text"], words["attachments"]) == ("message", "东侧的那一扇", [])
    [file] = picture["attachments"]
    assert (picture["text"], file["media_type"]) == ("", "image/jpeg")
    assert len(platform.received(reference)) == 1
    assert "东侧的那一扇" in told(citizen, reference, "您补充了内容")


def test_the_platforms_answer_is_pushed_where_the_account_may_push(bureau: Bureau, platform: Platform) -> None:
    citizen = bureau.citizen(COUNTY)
    reference = citizen.files("希望网站能查到办理进度")
    told(citizen, reference, FORWARDED)

    assert platform.answers(reference, "replied", "下月上线，届时可以查询。") == 204

    [news] = until(lambda: bureau.wechat.pushed(citizen.openid))
    assert reference in news
    assert "下月上线，届时可以查询。" in news
    assert "已答复（示例科）" in told(citizen, reference, "下月上线，届时可以查询。")


def test_the_platforms_answer_waits_for_the_next_contact_where_the_account_may_not_push(
    bureau: Bureau, platform: Platform
) -> None:
    citizen = bureau.citizen()
    reference = citizen.files("希望电话能打得通")
    told(citizen, reference, FORWARDED)

    assert platform.answers(reference, "closed", "已增加两条线路。") == 204

    next_contact = until(lambda: (said := plain_words(citizen.says("帮助"))) and "反馈进展" in said and said)
    assert "已增加两条线路。" in next_contact
    assert "编事通" in next_contact
    assert "反馈进展" not in citizen.says("帮助")


def test_a_callback_that_is_forged_old_repeated_or_late_changes_nothing(bureau: Bureau, platform: Platform) -> None:
    citizen = bureau.citizen()
    reference = citizen.files("希望增加母婴室")
    told(citizen, reference, FORWARDED)

    def update(sequence: int, status: str, to: str = reference) -> str:
        data = {"reference": to, "status": status, "reply": None, "department": None}
        moment = datetime.now(UTC).isoformat()
        return json.dumps({"type": "feedback.updated", "sequence": sequence, "occurred_at": moment, "data": data})

    other_secret = "whsec_" + CALLBACK_SECRET[:5:-1]
    hour_ago = datetime.now(UTC) - timedelta(hours=1)
    assert platform.calls_back(update(9, "rejected"), secret=other_secret).status_code == 401
    assert platform.calls_back(update(9, "rejected"), at=hour_ago).status_code == 401
    assert platform.calls_back(update(9, "nonsense")).status_code == 422
    assert platform.calls_back(update(9, "rejected", to="F20200101-999")).status_code == 404
    assert platform.calls_back(update(5, "processing")).status_code == 204
    assert platform.calls_back(update(5, "rejected")).status_code == 204
    assert platform.calls_back(update(4, "rejected")).status_code == 204
    assert "状态：办理中" in plain_words(citizen.says(f"进度 {reference}"))
