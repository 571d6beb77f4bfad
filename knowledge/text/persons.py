"""Names of persons in what people write: a surname, one or two signs, and words around them that speak of a person.

A guess, and meant to be generous: what is masked for nothing costs a curator one word, what is missed is a person's
name on file. Only words of the language that begin like a surname (高中, 许可) are left alone, and what holds a sign of
an institution. ``surname_words.txt`` has them: jieba's dictionary (MIT), two or three signs, ten times or more in its
count, none of them listed there as a name.
"""

# ruff: noqa: E501 - one pattern a line reads better than one cut in pieces

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

# The most frequent ones, without those that open ordinary sentences (于, 何, 代, 万); 欧阳 and the like have two signs.
SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章苏潘葛范彭郎鲁韦昌马苗方俞袁柳鲍史唐费廉"
    "岑薛雷贺倪汤滕罗毕郝邬傅皮卞齐康伍顾孟黄穆萧肖尹姚邵汪祁毛狄臧戴谈宋庞熊纪舒屈项祝董梁杜阮蓝闵席季贾路娄江童颜郭梅盛"
    "林刁钟徐邱骆高夏蔡田樊胡凌霍虞柯管卢莫房丁邓洪石崔吉龚程邢裴陆荀甄曲封段焦侯甘刘景詹龙叶黎白赖乔翟谭冉桂牛尚温庄晏柴"
    "瞿阎向易廖耿寇聂辛阚简饶曾沙鞠荆游覃苟闫冀兰岳邸任何于万常安余文代"
)
_TWO_SIGN_SURNAME = "欧阳|司马|上官|诸葛|司徒|东方|皇甫|尉迟|公孙|慕容|令狐|端木|南宫|夏侯"
# No name holds them: they belong to institutions, to questions or to the grammar around a name.
_NO_NAME = "副局委会办院校园馆所站部处科室厅队心单位政府党县市区省乡镇村街的是有在和了吗呢不么什怎哪几个这那为要能可以就都也还没与或及后前中下上里内外时间件类种式法费数人员们"
_SIGN = f"[^\\W\\da-zA-Z_{_NO_NAME}〔〕]"
_SURNAME = f"(?:{_TWO_SIGN_SURNAME}|[{''.join(sorted(SURNAMES))}])"
PERSON = "〔姓名〕"

_NAME = rf"{_SURNAME}(?:[某xX×*＊]{{1,2}}|{_SIGN}{{1,2}})"
_TITLE = (
    "副?(?:科长|处长|局长|主任|书记|校长|院长|所长|站长|股长|主席|部长|厅长|经理|会长|园长"
    r"|[镇乡县市]长(?=$|[\W的在是有电]))"
    "|老师|教师|医生|大夫|护士|同志|先生|女士|小姐|师傅|警官|法官|干事|科员|教授|会计|律师|工程师"
)
# A name begins where a text, a clause, or what is done with a person begins; or after what a person belongs to.
_BEFORE = (
    r"(?:(?<=[^\w〕])|^|(?<=找)|(?<=叫)|(?<=问)|(?<=查)|(?<=让)|(?<=请)|(?<=跟)|(?<=和)|(?<=与)|(?<=对)|(?<=给)|(?<=把)|(?<=被)|(?<=的)|(?<=是)"
    r"|(?<=投诉)|(?<=举报)|(?<=反映)|(?<=检举)|(?<=揭发)|(?<=控告)|(?<=表扬)|(?<=感谢)|(?<=联系)|(?<=一下)|(?<=知道)|(?<=同事)|(?<=朋友)|(?<=领导)|(?<=单位)"
    r"|(?<=[局委会办院校园馆所站部处科室厅队]))"
)
_STATUS = (
    "在编|编制|编内|编外|正式编|事业编|行政编|有编|空饷|身份证|工号|档案|工资|待遇|职务|职级|家庭住址|住址|手机|电话"
)
_ASKED = rf"(?=(?:这个人|同志|老师)?(?:到底|现在|究竟|目前|也|还|都)?(?:的|是|有|算|属于|占|在|入|吃|什么|哪|多少|没|为什么|冒|已经|不).{{0,6}}?(?:{_STATUS})|入编|占编|在编|吃空饷|被举报)"
_BY_TITLE = re.compile(rf"{_BEFORE}(?P<name>{_SURNAME}(?:[某xX×*＊]{{1,2}}|{_SIGN}{{1,2}})?)(?={_TITLE})")
_BY_STATUS = re.compile(rf"{_BEFORE}(?P<name>{_NAME}|[小老]{_SURNAME}){_ASKED}")
_BY_INTRODUCTION = re.compile(
    rf"(?:我叫|我是叫|本人叫|我是|本人是|本人|名字(?:是|叫)|姓名(?:是|为|[:：])?)\s*(?P<name>{_NAME})(?=$|[\s,，。.、;；!！?？]|想|要|请|住|在|电|手|身)"
)
_BY_DEED = re.compile(
    rf"(?:投诉|举报|反映|检举|揭发|控告|表扬|感谢)(?:一下|你们|我们|单位|那个|这个|局里|所里|里|的)*\s*"
    rf"(?P<name>{_NAME})(?=$|[\s,，。.、;；!！?？]|这个人|吃|占|冒|态度|乱|长期|不|违|收|贪|服务|工作|迟|的)"
)
_BY_CALL = re.compile(
    rf"(?:找|联系|认识)\s*(?P<name>{_SURNAME}(?:[某xX×*＊]{{1,2}}|{_SIGN}{{2}}))(?=$|[\s,，。.、;；!！?？]|的|电话)"
)
# 张三、李四是不是在编: the first one stands beside a name that was found.
_BESIDE = re.compile(rf"{_BEFORE}(?P<name>{_NAME})(?=[\s,，、和与跟]+{PERSON})")
_PATTERNS = (_BY_INTRODUCTION, _BY_TITLE, _BY_STATUS, _BY_DEED, _BY_CALL, _BESIDE)
# One of these stands in every text that the patterns can match: most questions have none, and cost one search.
_MAY_NAME = re.compile(
    rf"{_TITLE}|{_STATUS}|入编|占编|我叫|我是|本人|姓名|名字|投诉|举报|反映|检举|揭发|控告|表扬|感谢|找|联系|认识"
)


def names_a_person(text: str) -> bool:
    return bool(_MAY_NAME.search(text)) and any(
        _is_name(found["name"]) for pattern in _PATTERNS for found in pattern.finditer(text)
    )


def without_persons(text: str) -> str:
    """The text with ``PERSON`` in the place of each name."""
    if not _MAY_NAME.search(text):
        return text
    for pattern in _PATTERNS:
        text = pattern.sub(_masked, text)
    return text


def _masked(found: re.Match[str]) -> str:
    whole, start, end = found[0], found.start("name") - found.start(), found.end("name") - found.start()
    return whole[:start] + PERSON + whole[end:] if _is_name(found["name"]) else whole


def _is_name(word: str) -> bool:
    return word not in _ordinary_words()


@cache
def _ordinary_words() -> frozenset[str]:
    return frozenset(Path(__file__).with_name("surname_words.txt").read_text(encoding="utf-8").split())
