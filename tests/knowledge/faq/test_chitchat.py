"""Small talk is told from questions to the office by the whole message."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.faq.chitchat import chitchat
from tests.knowledge.faq.base import starter_service

SAID = {
    "greeting": "你好啊|您好，在吗|客服在吗|喂喂|有人吗|怎么没人|机器人你好|晚上好呀|新年快乐|为什么不理我|hello",
    "thanks": "太感谢了|好的，知道了，谢谢|嗯嗯好的|辛苦您了|不用了谢谢|没事了|真的吗|收到",
    "farewell": "再见|先走了拜拜|晚安",
    "who": "你是机器人吗|你几岁了|你叫什么名字呀|你是谁开发的|您住在哪儿|你要不要睡觉|你好，你是谁|你们是人工吗",
    "praise": "回答得不错|你太厉害了|真好用|给你点赞|我喜欢你|666",
    "unhappy": "真垃圾|你太笨了吧|什么破玩意儿|你有病吧|滚|我讨厌你|你什么都不懂|没用的东西",
    "talk": "讲个笑话|给我唱首歌吧|我想聊聊天|今天天气怎么样|明天会下雨吗|几点了|今天星期几|我失恋了|心情不好|哈哈哈哈"
    "|测试一下|test123|[微笑]|/::)|1+1等于几|啊啊啊",
}
ASKED = (
    "证书坏了|丢了|你们在哪里|你们放假吗|你们今天上班吗|几点上班|现在上班吗|你们是什么单位|可以吗|快吗|要钱吗|多久|在哪办|谁管"
    "|编制|改名|注销|系统登不上|密码忘了|不会报年报怎么办|你们管什么|画册|申请书怎么写|没用了怎么办|要交钱吗|节假日办吗|我要投诉"
)


@pytest.mark.parametrize(("kind", "words"), [(kind, words) for kind, all_ in SAID.items() for words in all_.split("|")])
def test_small_talk_is_told_by_its_kind(kind: str, words: str) -> None:
    assert chitchat(words) == kind


@pytest.mark.parametrize("words", ASKED.split("|"))
def test_a_short_question_to_the_office_is_no_small_talk(words: str) -> None:
    assert chitchat(words) is None


def test_no_question_of_the_base_is_small_talk() -> None:
    entries = starter_service()._live.matching.entries.values()
    assert [variant for each in entries for variant in each.variants if chitchat(variant)] == []


@given(st.text("好的了是不没事谢你我哈很真 可以吗呢", max_size=30))
def test_any_heap_of_its_words_is_read_at_once(words: str) -> None:
    chitchat(words)
