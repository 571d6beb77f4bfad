"""Talk that asks nothing of the office: greetings, thanks, small talk. It gets a kind line, never an entry."""
# ruff: noqa: E501 - one pattern a line reads better than one cut in pieces

from __future__ import annotations

import re
from typing import Literal

from knowledge.text.normalise import surface

Chitchat = Literal["greeting", "thanks", "farewell", "who", "praise", "unhappy", "talk"]

LONGEST = 24  # signs; small talk is short, and long texts would make the patterns slow
_TAIL = r"[呢啊呀吧哦噢哈嘛啦哇喔嘞咧诶欸呗了的么吗 ]*"
_YOU = r"(?:你|您|你们|小编|机器人|客服)"
_VERY = r"(?:真的?|很|好|太|非常|挺|超级?|特别|有点)"

# Whole messages only: a greeting before a question is stripped, and the question is what counts.
_PATTERNS: tuple[tuple[Chitchat, str], ...] = (
    (
        "greeting",
        rf"(?:{_VERY}?早|你好|您好|{_YOU}好|大家好|hi|hello|hey|嗨|哈喽|哈罗|喂|早上好|上午好|中午好|下午好|晚上好|早安|午安|good morning"
        rf"|(?:有人)?在(?:线|不在|不)?|有人|有没有人|在不在|{_YOU}在(?:线|不在|不)?|亲|同志你好|老师好)+",
    ),
    (
        "thanks",
        r"(?:好的?|行|嗯|ok|知道|明白|收到|了解|懂|可以|没事|没有|不用)?(?:了)? ?(?:非常|十分|多)?(?:谢谢|感谢|多谢|谢了|谢啦|辛苦|thanks?|thank you|thx|3q)"
        rf"(?:{_YOU}|大家|老师|了|啦|哈| |very much|a lot)*",
    ),
    (
        "thanks",
        r"(?:好的?|行|嗯|哦|噢|ok|okay|知道|明白|收到|了解|懂|可以|没事|没有|不用|清楚|这样子?|原来如此|是的?|对的?|没问题|哎呀|唉)+(?:知道|明白|收到)?",
    ),
    ("farewell", r"(?:再见|拜拜|拜|bye ?(?:bye)?|晚安|good ?night|回见|下次再聊|886|88)"),
    (
        "who",
        rf"{_YOU}(?:到底)?(?:是|叫)(?:谁|什么(?:名字|东西|人)?|啥|哪位|机器人|人工|真人|男的?|女的?|男[生孩]子?还是女[生孩]子?|女[生孩]子?还是男[生孩]子?|[男女][生孩]子?|人还是机器人?|多大|几岁)"
        rf"|{_YOU}(?:来自|住在?|家在|在)(?:哪里?|哪儿|什么地方)|{_YOU}(?:多大|几岁|叫什么名字)|who are you|{_YOU}的名字(?:是什么|叫什么)?"
        rf"|{_YOU}(?:每天)?(?:工作|上班)(?:几|多少)个?(?:小时|点)|{_YOU}(?:不|要不要|需要)?(?:休息|睡觉|吃饭|下班|累)(?:不累)?",
    ),
    (
        "praise",
        rf"(?:{_YOU}(?:长得|笑起来|说话|回答得?)?{_VERY}?(?:棒|好|可爱|聪明|厉害|漂亮|美|帅|好看|贴心|温柔|不错|好用))|(?:不错|点赞|赞|棒|厉害|666|牛|good|great|nice)"
        rf"|(?:我)?(?:也)?(?:喜欢|爱|想){_YOU}|i (?:love|like) (?:you|u)|love (?:you|u)",
    ),
    (
        "unhappy",
        rf"{_YOU}?(?:怎么)?(?:{_VERY}?(?:这么|那么)?)(?:笨|傻|蠢|丑|坏|烦|差劲?|垃圾|没用|讨厌|无语|不行|难用|智障|弱智|白痴)(?:蛋|子|死)?|{_YOU}(?:长得)(?:不行|丑)"
        rf"|{_YOU}(?:怎么)?(?:什么|啥)都(?:不会|不懂|不知道)|{_YOU}(?:不懂|不会|答错|说错)|{_YOU}(?:讨厌|恨|喜欢|爱)我|滚|我?不满意|去死|垃圾|傻[瓜子逼]?",
    ),
    (
        "talk",
        rf"(?:我|今天|心情|感觉)?{_VERY}?(?:无聊|难过|伤心|累|困|饿|开心|高兴|快乐|郁闷|烦|生气|孤独|寂寞|幸福|happy|sad)"
        rf"|(?:可以|能|能不能|要不要|来|快)?(?:跟|和|陪)我?(?:说说话|聊聊?天?|玩|说话)|聊聊?天"
        rf"|(?:{_YOU})?(?:会|能|可以|给我|帮我|来|再|能给我|能不能)*(?:唱|念|讲|背|说|写|来)(?:个|一个|首|一首|段)?(?:歌|诗|笑话|故事|绕口令|曲)(?:听听?)?",
    ),
    ("talk", r"哈哈|\d{1,2}|[a-z]|[一-鿿]|test|测试|(?:哈|呵|嘿|嘻|呜|啊|嗯|额|呃|哦){2,}|\.+"),
)
_COMPILED = tuple((kind, re.compile(rf"(?:{pattern}){_TAIL}")) for kind, pattern in _PATTERNS)


def chitchat(text: str) -> Chitchat | None:
    """The kind of small talk that the whole message is, or ``None``."""
    form = surface(text)
    if len(form) > LONGEST:
        return None
    for kind, pattern in _COMPILED:
        if pattern.fullmatch(form):
            return kind
    return None
