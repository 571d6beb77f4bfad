"""Talk that asks nothing of the office: greetings, thanks, small talk. It gets a kind line, never an entry.

Whole messages only: a greeting before a question is stripped elsewhere, and the question is what counts.
"""
# ruff: noqa: E501 - one thought a line reads better than one cut in pieces

from __future__ import annotations

import re
from typing import Literal

from knowledge.text.normalise import strip_politeness, surface

Chitchat = Literal["greeting", "thanks", "farewell", "who", "praise", "unhappy", "talk"]

LONGEST = 24  # signs; small talk is short, and long texts would make the patterns slow

_SAID = r"[啊呀吧哦噢哈嘛啦哇喔嘞咧诶欸呗哟呦耶了的滴 ]*+"
_ASKED = r"[呢啊呀吧哦噢哈嘛啦哇喔嘞咧诶欸呗哟呦耶了的么吗滴 ]*+"
# Who is spoken to: 你 is the account, 你们 may be the office: 你们在哪 and 你们放假吗 are questions.
_THOU = r"(?:你|您|小编事?|编事通|机器人|客服|小?助手)"
_YOU = rf"(?:你们|{_THOU})"
_ME = r"(?:我|俺|咱|人家|本人)"
_VERY = r"(?:真的?是?|好|很|太|非常|挺|超级?|特别|有点儿?|这么|那么|怎么|可真|实在|都|也|老|又|还|最|蛮|更|多么?)*"
_LET = r"(?:可以|可不可以|能不能|能|会不会|会|要不要|想|快|来|再|请|你|您|给我|帮我|跟我|和我|陪我|跟|和|陪|我|咱们?|一起)*"
_SOME = r"(?:[一1]?[个首段句支则篇下点些会]儿?|几[个句首])?"

_HELLO = (
    r"你好|您好|妮好|大家好|同志|老师|亲|亲爱的|hi|hello|hey|halo|嗨|嘿|哈喽|哈罗|喂|早上好|上午好|中午好|下午好|晚上好"
    r"|早安|午安|(?:怎么)?没(?:有)?人|人呢?|(?:为什么|怎么)?不理(?:我|人)|good (?:morning|afternoon|evening)|新年好|(?:新年|节日|周末|端午|中秋|国庆|春节|元旦)(?:快乐|愉快)"
    r"|(?:有|还有|有没有)人|在(?:线|不在|不|吗)?|还?在不在|回(?:个|一下)话|理(?:我|一下)|出来|吱[一1]?声|打扰"
)
_THANK = r"[感多]?谢++|3q|thanks?|thank you|thx|辛苦|费心|麻烦|感恩|有劳|劳驾"
_YES = (
    r"好|行|嗯|恩|哦|噢|喔|ok|okay|知道|明白|收到|了解|懂|可以|没事儿?|没有|不用|不客气|清楚|这样子?|原来(?:如此|这样)"
    r"|是|对|没问题|哎呀|哎|唉|算|随便|无所谓|呵呵|不必|晓得|就这样|先这样|没关系|ojbk|yes|no|不要|不"
)
_GOOD = (
    r"棒|好|可爱|聪明|厉害|漂亮|美|帅|好看|贴心|温柔|不错|好用|给力|优秀|牛|强|专业|耐心|暖心|甜|萌|乖|有才|机智|智能|懂事|到位|快"
    r"|细心|热情|周到|方便"
)
_BAD = (
    r"笨|傻|蠢|丑|坏|烦|烦人|差|差劲|垃圾|没用|讨厌|无语|不行|难用|智障|弱智|白痴|呆|慢|假|low|可恶|气人|恶心|离谱|无聊|不好用"
    r"|不智能|不专业|没水平|敷衍|扯淡|胡说|胡说八道|乱说|瞎说|骗人|废物|废话|坑|坑人|失望|生气"
)
_ABUSE = (
    r"滚蛋?|(?:什么|啥)?破?玩意儿?|什么鬼|你妈的?|去死|垃圾|废物|傻[瓜子逼帽]?|笨蛋|混蛋|王八蛋|神经病|有病|有毛病|脑残|二货|他妈的?|妈的|尼玛|操|靠|我[操靠去]|shit|fuck(?: you)?"
    r"|sb|呸|闭嘴|无语|服|晕|投诉你|差评"
)
_MOOD = (
    r"无聊|难过|难受|伤心|累|困|饿|渴|开心|高兴|快乐|郁闷|烦|烦躁|生气|孤独|寂寞|幸福|忧伤|失落|焦虑|紧张|激动|害怕|想哭|想家|不舒服|不爽|不开心"
    r"|不高兴|心累|头疼|冷|热|忙|闲|失眠|失恋|happy|sad|tired|bored"
)
_PLAY = r"说说话|说会儿?话|聊聊?天?|唠唠?嗑?|玩|玩游戏|说话|谈心|谈恋爱|吵架|交朋友|吃饭|睡觉|做(?:我)?的?(?:男|女)?朋友|逛街|看电影|打游戏|下棋|猜谜"
_ACTS = r"唱|念|朗诵|背|讲|说|写|来|跳|画|做|学|放|猜|出|算|吟"
_PIECES = r"歌曲?|儿歌|诗|古诗|唐诗|诗词|笑话|段子|故事|绕口令|曲|谜语|脑筋急转弯|谜|相声|舞|画|狗叫|猫叫|英语|情话|命|卦|成语接龙|作文"
_ASKED_OF_YOU = (
    r"(?:是|叫)(?:谁|什么(?:名字|东西|人)?|啥(?:名字)?|哪位|哪个|机器人?|人工(?:智能)?|真人|活人|人|人吗|ai|gpt|chatgpt|智能)"
    r"|是?男[的生孩人]?子?女[的生孩人]?子?|(?:是|到底是)?(?:男|女)[的生孩人]?子?(?:还是(?:男|女)[的生孩人]?子?)?|是?(?:真?人|机器人?|人工)(?:还是|或)(?:真?人|机器人?|人工)"
    r"|(?:今年)?(?:多大|几岁|多少岁)(?:年纪|岁数)?|(?:来自|住在?|家在?|在|是)(?:哪里?|哪儿|什么地方|哪里?人|哪儿人)"
    r"|(?:的)?(?:名字|姓名|年龄|生日|性别|爱好|星座|梦想|主人|爸爸|妈妈|老板|男朋友|女朋友|老婆|老公|家人|朋友)(?:是)?(?:什么|叫什么|谁|啥|多少|几号|哪天|在哪里?)?"
    r"|(?:有|有没有)(?:男朋友|女朋友|对象|老婆|老公|孩子|朋友|家|爸爸|妈妈|感情|名字|微信)|(?:结婚|单身|恋爱|成年)"
    r"|(?:每天|一天|今天|平时|现在)?(?:工作|上班|睡|休息)(?:几|多少|多久|多长时间)个?(?:小时|点|时间)?"
    r"|(?:不|要不要|需要|用|会不会|会|不会|也|还|不用|要)*(?:休息|睡觉|睡|吃饭|下班|上班|累|困|饿|疼|生气|死|放假|加班)(?:不累|不困)?"
    r"|(?:吃饭|吃|睡觉?|起床|下班|上班|忙完)(?:了没有?|没有?|什么)?|(?:在)?(?:干|做|忙)(?:嘛|啥|什么)|(?:喜欢|爱)(?:什么|吃什么|谁|干什么|不喜欢我?)"
    r"|(?:是)?(?:谁|哪个公司|哪家公司|什么人)(?:开发|发明|做|造|设计|生)(?:出来)?"
)
_TODAY = r"(?:今天|明天|后天|昨天|现在|今晚|这[几两]天|周末|外面|你那里?|你那边|这里|最近)"
_WORLD = (
    rf"(?:{_TODAY}|[一-鿿]{{2,3}})?(?:的)?天气(?:预报|情况)?(?:怎么样|怎样|如何|好不好|好|冷不冷|热不热)?"
    rf"|{_TODAY}(?:会不会|会|有没有|要不要|是不是|要)?(?:下雨|下雪|刮风|冷|热|降温|带伞)(?:不冷|不热)?"
    rf"|{_TODAY}?(?:是)?(?:几点|什么时间|星期几|周几|礼拜几|几月几号|几号|什么日子|什么节日|农历几号)(?:钟)?"
    r"|\d+ ?(?:加|减|乘以?|除以|x)? ?\d+(?:等于(?:几|多少)?|是多少|=)"
)

# In this order: the first pattern that is the whole message names its kind; then what may follow it.
_PATTERNS: tuple[tuple[Chitchat, str, str], ...] = (
    ("greeting", rf"(?:{_YOU}| )*(?:(?:{_VERY}(?:{_HELLO}|早)|{_YOU}(?:好|在(?:线|不在|不)?))(?:{_YOU}| )*)+", _ASKED),
    (
        "thanks",
        rf"(?:{_YES}|了|的| )*+(?:{_VERY}|十分|多)?(?:{_THANK})"
        rf"(?:{_THANK}|{_YOU}|{_YES}|大家|老师|同志|了|啦|哈| |very much|so much|a lot)*+",
        _SAID,
    ),
    ("thanks", rf"(?:{_YES}|{_ME}|了|的| )++|(?:是|真的|对)[吗吧]", _SAID),
    (
        "farewell",
        r"(?:再见|再会|拜拜?|bye ?(?:bye)?|晚安|good ?night|回见|回头见|下次(?:再)?(?:聊|见|来)|886|88|先?走|先?下|撤|睡|了| )++",
        _SAID,
    ),
    (
        "who",
        rf"{_THOU}(?:好|到底|究竟|现在|今天)?(?:{_ASKED_OF_YOU})|你们是(?:机器人?|真?人|人工(?:智能)?)|who are you|what is your name"
        rf"|(?:谁|哪个公司)(?:开发|发明|做|造|设计)(?:了|的|出来)*{_THOU}",
        _ASKED,
    ),
    (
        "praise",
        rf"(?:{_YOU}|这个?|答得|说得|回答得?)?(?:长得|笑起来|说话|回答得?|服务|态度|反应|答得|说得)?{_VERY}(?:{_GOOD}){{1,2}}"
        rf"|点赞|赞|666+|牛[逼批]?|good(?: job)?|great|nice|cool|perfect|给{_YOU}(?:点赞|好评)|好评"
        rf"|(?:爱死|么么哒|亲亲|抱抱|mua){_YOU}?|{_ME}?{_VERY}?(?:喜欢|爱|想|崇拜|佩服|欣赏){_YOU}|(?:i )?(?:love|like|miss) (?:you|u)",
        _SAID,
    ),
    (
        "unhappy",
        rf"(?:{_YOU}|这个?|这系统|答得|说得)?(?:长得|说话|回答得?|服务|态度|反应)?{_VERY}(?:{_BAD})(?:蛋|子|死|透顶|极)?|(?:{_ABUSE})+"
        rf"|{_YOU}是?个?(?:{_ABUSE}|(?:{_BAD})[子蛋瓜]?)|(?:{_BAD})的?(?:东西|玩意儿?|机器人?)|{_YOU}{_VERY}(?:什么|啥)都?(?:不会|不懂|不知道)"
        rf"|{_YOU}?(?:听不懂|看不懂|不懂|不会|答错|说错|错)|{_YOU}(?:讨厌|恨|喜欢|爱|想){_ME}"
        rf"|{_ME}?(?:对{_YOU})?{_VERY}(?:不满意|不满|失望)|{_ME}{_VERY}?(?:讨厌|恨|不喜欢|鄙视){_YOU}|要{_YOU}(?:有)?(?:何用|干嘛|什么用)",
        _ASKED,
    ),
    (
        "talk",
        rf"(?:{_ME}|{_ME}们|今天|最近|现在|心情|感觉|感到|觉得| )*{_VERY}(?:{_MOOD}|(?<=心情|感觉)不好)(?:死|坏|极)?(?:我)?"
        rf"|{_WORLD}|{_LET}(?:{_PLAY})|{_LET}(?:{_ACTS})?{_SOME}(?:{_ACTS})?{_SOME}(?:{_PIECES})(?:听听?|看看?|吧|来听)?",
        _ASKED,
    ),
    (
        "talk",
        r"\d{1,2}|[a-z]|test(?:ing)?\d*|测试(?:[一1]下|\d*|中)?|试试看?|试[一1]下|随便(?:看看|问问|说说)|没什么事?|路过"
        r"|(?:[哈呵嘿嘻呜啊嗯额呃哦嘎略噗]|lol|hah?a?){2,}|(.)\1{2,}",
        _SAID,
    ),
)
_COMPILED = tuple((kind, re.compile(f"(?:{pattern}){tail}")) for kind, pattern, tail in _PATTERNS)
# WeChat's own pictures arrive as their names: [微笑], /::), /:strong.
_PICTURES = re.compile(r"(?:\[[一-鿿A-Za-z]{1,8}\]|/:[^\s一-鿿]{1,8}|\s)+")


def chitchat(text: str) -> Chitchat | None:
    """The kind of small talk that the whole message is, or ``None``."""
    if len(text) <= LONGEST and _PICTURES.fullmatch(text.strip()):
        return "talk"
    form = surface(text)
    if len(form) > LONGEST:
        return None
    found, bare = _kind(form), strip_politeness(form)
    found = _kind(bare) if found is None and bare != form else found
    return "talk" if found is None and len(form) == 1 else found


def _kind(form: str) -> Chitchat | None:
    return next((kind for kind, pattern in _COMPILED if pattern.fullmatch(form)), None)
