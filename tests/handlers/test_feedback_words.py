"""Words of the form however they are said: with particles, in Traditional characters, as corrections, as contacts."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from handlers.feedback.contacts import Contact, read_contact
from handlers.texts import feedback as texts
from knowledge.feedback.kinds import TicketStatus
from knowledge.feedback.updates import apply_platform_update
from tests.handlers.citizens import Talker, content_of

MATTER = "上周三去办变更登记，材料齐全，窗口让我跑了三趟还没受理。"
TO_TEXT = ("反馈", "投诉", "跳过")
TO_MEDIA = (*TO_TEXT, MATTER)
TO_CONTACT = (*TO_MEDIA, "跳过")
TO_SUMMARY = (*TO_CONTACT, "张三 13800138000")


@pytest.mark.parametrize("words", ["投诉吧", "投诉啊", "我要投诉呀", "投訴"])
def test_a_kind_with_a_particle_is_chosen(citizen: Talker, words: str) -> None:
    assert "针对哪个单位" in citizen.says("反馈", words)
    assert content_of(citizen).kind == "complaint"


@pytest.mark.parametrize("words", ["取消吧", "取消了", "不填了吧", "退出啊"])
def test_cancel_with_a_particle_cancels(citizen: Talker, words: str) -> None:
    assert "已取消" in citizen.says("反馈", words)


def test_other_steering_words_with_a_particle_steer(citizen: Talker) -> None:
    assert "已选匿名" in citizen.says("反馈", "匿名吧")
    assert "请选择类型" in citizen.says("提交吧")
    citizen.says("投诉", "跳过吧", MATTER, "跳过吧")
    assert "已提交" in citizen.says("确认无误")


@pytest.mark.parametrize(
    "words", ["不是", "对", "无", "没有", "哈哈哈", "随便", "都不是", "什么意思", "我不知道选哪个好"]
)
def test_noise_at_the_first_step_is_not_kept(citizen: Talker, words: str) -> None:
    said = citizen.says("反馈", words)
    assert texts.NOT_UNDERSTOOD_STEP in said
    assert texts.ASK_KIND in said
    assert content_of(citizen).text == ""


@pytest.mark.parametrize("words", ["不对", "修改", "改一下", "不是", "错了", "写错了", "改一下吧", "修改一下", "錯了"])
def test_a_correction_at_the_summary_leads_back_and_is_not_added(citizen: Talker, words: str) -> None:
    assert "姓名和电话" in citizen.says(*TO_SUMMARY, words)
    assert content_of(citizen).text == MATTER


@pytest.mark.parametrize("words", ["不是", "没有", "不用", "没了", "好了", "没有了", "不用了", "沒有"])
def test_nothing_more_at_the_media_step_goes_on(citizen: Talker, words: str) -> None:
    assert "姓名和电话" in citizen.says(*TO_MEDIA, words)
    assert content_of(citizen).text == MATTER


def test_a_correction_at_the_media_step_shows_the_text_again(citizen: Talker) -> None:
    assert "将整段替换" in citizen.says(*TO_MEDIA, "错了")
    assert content_of(citizen).text == MATTER


@pytest.mark.parametrize("words", ["错了", "不对", "重新填", "重填"])
def test_a_correction_after_the_name_forgets_it_and_asks_again(citizen: Talker, words: str) -> None:
    assert "再发送联系电话" in citizen.says(*TO_CONTACT, "张三")
    assert "请重新发送姓名和电话" in citizen.says(words)
    assert content_of(citizen).name is None
    citizen.says("李四 13900139000")
    assert content_of(citizen).name == "李四"


@pytest.mark.parametrize("words", ["等一下", "稍等", "打这个", "明天再说", "打這個"])
def test_words_that_are_no_name_are_asked_again(citizen: Talker, words: str) -> None:
    assert texts.NOT_A_CONTACT in citizen.says(*TO_CONTACT, words)
    assert content_of(citizen).name is None


@pytest.mark.parametrize("words", ["不想说", "不方便", "没有", "不方便说", "不留"])
def test_who_gives_no_contact_goes_on_without(citizen: Talker, words: str) -> None:
    assert "联系方式：不留" in citizen.says(*TO_CONTACT, words)


def test_to_fill_in_anew_at_the_summary_asks_and_loses_nothing(citizen: Talker) -> None:
    assert "还没填完" in citizen.says(*TO_SUMMARY, "重新填写")
    assert "请核对" in citizen.says("继续")
    assert content_of(citizen).text == MATTER


@pytest.mark.parametrize(
    ("words", "contact"),
    [
        ("电话13800001111 微信 abc", Contact(None, "13800001111")),
        ("请打13800000000谢谢", Contact(None, "13800000000")),
        ("张三 110101199003074514 13800000000", Contact("张三", "13800000000")),
        ("微信同号13800138000 赵六", Contact("赵六", "13800138000")),
        ("微信13800138000", Contact(None, "13800138000")),
        ("我叫李四，电话是13900139000", Contact("李四", "13900139000")),
        ("買買提 13900139000", Contact("買買提", "13900139000")),
        ("0990-1234567 张三", Contact("张三", "0990-1234567")),
        ("张三", Contact("张三", None)),
        ("110101199003074514", None),
        ("6222 0202 0011 2233 445", None),
    ],
)
def test_name_and_phone_are_read_and_the_rest_ignored(words: str, contact: Contact | None) -> None:
    assert read_contact(words) == contact


def test_an_identity_number_among_the_contact_is_dropped_with_a_hint(citizen: Talker) -> None:
    assert texts.PRIVATE_DROPPED in citizen.says(*TO_CONTACT, "张三 110101199003074514 13800000000")
    kept = content_of(citizen)
    assert (kept.name, kept.phone, kept.text) == ("张三", "13800000000", MATTER)


def test_a_story_with_a_number_at_the_contact_step_is_kept_too(citizen: Talker) -> None:
    told = "当时在窗口值班的那位工作人员一直不理人，态度很差，我的电话13800000000"
    citizen.says(*TO_CONTACT, told)
    assert content_of(citizen).phone == "13800000000"
    assert told in content_of(citizen).text


def test_somebody_elses_number_in_a_sentence_at_the_summary_stays_text(citizen: Talker) -> None:
    citizen.says(*TO_SUMMARY, "当时的工作人员电话是13911112222，请核实")
    assert content_of(citizen).phone == "13800138000"
    assert "13911112222" in content_of(citizen).text


@pytest.mark.parametrize(
    "way",
    [
        ("反馈", "投诉", f"{MATTER}我的身份证是110101199003077758，他们说查不到我的材料，让我回家等。"),
        (*TO_MEDIA, "我的身份证是110101199003077758，请核查"),
        (*TO_SUMMARY, "我的身份证是110101199003077758，请核查"),
        ("反馈", "我的身份证是110101199003077758，窗口说查不到"),
        ("我要投诉示例县档案馆，我的身份证是110101199003077758，窗口说查不到",),
    ],
)
def test_an_identity_number_is_warned_about_wherever_it_is_told(citizen: Talker, way: Sequence[str]) -> None:
    assert texts.PRIVATE_NUMBERS in citizen.says(*way)


def test_the_whole_form_can_be_filled_in_traditional(citizen: Talker) -> None:
    matter = "上週三去辦變更登記，材料齊全，窗口讓我跑了三趟還沒受理。"
    assert "请选择类型" in citizen.says("反饋")
    assert "针对哪个单位" in citizen.says("投訴")
    assert "请选择类型" in citizen.says("上一步", "返回上一步")
    assert "个人信息说明" in citizen.says("隱私")
    citizen.says("投訴", "跳過", matter, "跳過", "跳過")
    assert content_of(citizen).text == matter
    assert "已提交" in citizen.says("確認")
    assert "F20261123-001" in citizen.says("我的反饋")
    assert "等待受理" in citizen.says("進度 F20261123-001")
    assert "已取消" in citizen.says("反饋", "取消")


def test_a_traditional_opening_is_kept_as_written(citizen: Talker) -> None:
    words = "我要投訴示例縣檔案館，窗口態度惡劣，讓我跑了三趟"
    citizen.says(words)
    kept = content_of(citizen)
    assert (kept.kind, kept.text) == ("complaint", words)


@pytest.mark.parametrize("inside", [False, True])
@pytest.mark.parametrize(
    "words",
    [
        "我要删除我的信息",
        "我想删除我的信息",
        "帮我删除我的信息",
        "請刪除我的信息",
        "我要刪除我的資料",
        "把我的信息删掉吧",
    ],
)
def test_erasure_is_understood_however_it_is_asked_for(citizen: Talker, words: str, inside: bool) -> None:
    citizen.says(*TO_SUMMARY, *([] if inside else ["确认"]))
    assert "不能恢复" in citizen.says(words)
    assert "已删除" in citizen.says("確認刪除")


def test_only_what_was_told_is_said_to_be_gone(citizen: Talker) -> None:
    citizen.says("我要举报")
    tapped = citizen.says("1")
    assert "12310" in tapped
    assert "没有留下" not in tapped
    assert "没有留下" in citizen.says("我要举报某局吃空饷")


def test_angle_brackets_of_others_never_reach_the_citizen(citizen: Talker) -> None:
    citizen.says("反馈", "投诉", "某某局<b>", MATTER, "跳过")
    assert "<b>" not in citizen.says("跳过")
    citizen.says("确认")
    with citizen.sessions.begin() as session:
        apply_platform_update(
            session,
            reference="F20261123-001",
            status=TicketStatus.PROCESSING,
            reply=None,
            department="教育局<b>",
            sequence=1,
            occurred_at=citizen.now,
            webhook_id="one",
            destination="default",
            now=citizen.now,
            vault=citizen.services.vault,
            tell=lambda notice_id: None,
        )
    said = citizen.says("进度 F20261123-001")
    assert "教育局＜b＞" in said
    assert "<b>" not in said


def test_the_promise_is_written_without_spaces() -> None:
    assert "一般15个工作日内答复" in texts.filed("F20261123-001", "15 个工作日")
