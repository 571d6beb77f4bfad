"""Is this a report of establishment violations (机构编制违规举报, 12310)? Such a report is never taken here.

The kinds are those of 机构编制工作条例 ch. 7 and 地方条例 (国务院令第486号) art. 6, 7, 15, 26, as the facts of our
knowledge base list them. Taking a report by mistake breaks the law, sending a complaint to 12310 costs a call: where
in doubt, it is a report. A question *about* violations is not one.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from knowledge.text.simplified import simplified

MAX_CHARACTERS = 20_000  # a whole feedback
_BODY = "(?:机构|编制|科室|内设|股室|处室|部门|单位|职数|岗位|中心|分局|支队|大队|办公室|议事协调)"
_STAFF = "(?:人员|人数|编制|实有|人头|工资|工资表|花名册|名册)"

# Each pattern is a violation by itself, whoever tells it.
_VIOLATIONS = (
    r"吃空(?:饷|额|响|晌|向|缺)",
    r"空饷",
    r"(?:超|无|没有?|不经)编(?:制)?(?:限额)?(?:，|的|违规|大量|又|还)?(?:录用|录取|聘用|招录|招聘|进|调|用|配|安排|招)(?:了)?(?:人|干部|人员|\d+|一|二|两|三|几|好)",
    r"超编(?!不|没)",
    r"满编.{0,6}(?:还|仍|又|继续).{0,4}(?:进|招|调)",
    r"(?:超|违规|违反规定|擅自)(?:核定|配备|设置|增加|提拔|占用|使用)?.{0,4}(?:领导)?职数",
    r"超(?:职数|规格)(?:配备|设置|提拔)?",
    rf"(?:擅自|私自|违规|违法|未经批准|未批先|未报批|偷偷|不经批准|随意|自行)(?:就|地|又|便)?(?:的)?(?:批准|审批)?(?:新)?(?:设立|增设|成立|设置|撤销|撤并|合并|分设|加挂|挂牌|组建|升格|改变|变更|提高|增加|扩大|设|建|增|撤|并)(?:了)?.{{0,12}}(?:{_BODY}|名称|规格|职责|级别|牌子)",
    r"(?:未经|没有?经过?|没经)(?:任何)?(?:批准|审批|编办|编委).{0,10}(?:设立|成立|增设|新设|升格|改名|更名|撤销|合并|增加编制|加挂)",
    r"(?:违规|违反规定|擅自|私自)(?:占用|使用|挤占|挪用|混用|核定|审批|批|增加|调整|调剂)(?:了)?.{0,6}编制",
    r"(?:挤占|挪用|混用|套用|骗取|倒卖|买卖|侵占|冒用|霸占)(?:了)?.{0,8}编制",
    r"(?:违规|违反规定|违纪|私自|偷偷)(?:给|为|帮|把)?.{0,10}(?:进编|入编|上编|调入|解决编制|安排编制|用编|进人)",
    r"(?:冒名顶替|顶替|冒充).{0,8}(?:编制|在编)",
    rf"(?:虚报|虚列|虚构|谎报|瞒报|伪造|篡改|造假|多报|假报|编造).{{0,10}}{_STAFF}",
    r"占(?:着|用|了)?(?:事业|行政)?编(?:制)?(?:却|但|还|又|而|，)?.{0,6}(?:不(?:在岗|上班|干活|来|到岗|工作|做事)|没(?:上过|来过)|从不)",
    r"(?:在编|有编制|带编)(?:却|但|而|，)?.{0,4}(?:不在岗|不上班|长期脱岗|从不上班|不到岗)",
    r"(?:不|没|从不|从没|从未|没有)(?:来|去)?(?:上过?班|到岗|干活)，?.{0,14}(?:照样|照|白|还|却|仍|继续|一直|都|每月|按月)?(?:领|拿|发)(?:着|取|了)?.{0,6}(?:工资|薪|钱|津贴|财政)",
    r"(?:领|拿|吃)(?:着|取)?(?:单位|国家|财政|公家)?(?:的)?(?:工资|薪水|财政饭|空头工资).{0,10}(?:不(?:上班|干活|在岗|来)|没(?:上过班|来过)|从不)",
    r"(?:挂名|空挂|挂空|挂靠|挂编).{0,8}(?:领|拿|吃|发)(?:着)?.{0,4}(?:工资|薪|财政|饷)",
    r"(?:死了?|去世|死亡|退休|离职|辞职|调走|判刑|坐牢).{0,12}(?:还|仍|继续|照样)(?:在)?(?:领|拿|发|占)(?:着)?.{0,6}(?:工资|编制|薪)",
    r"(?:没有?人|无人|不|没)(?:来|去)?上过?班，?.{0,4}(?:钱|工资|薪水?|津贴|财政.{0,4})(?:照样|照|还|却|仍|一直|每月|按月|都)(?:在)?(?:发|领|拿)",
    r"(?:在家|带孩子|带娃|做生意|打麻将|在?外地?打工|在国外|开店).{0,8}(?:照样|照|还|却|仍|一直|每月|按月)(?:在)?(?:领|拿|发)(?:着|取)?.{0,6}(?:工资|薪|钱|饷)",
    r"占(?:了|着|用)?(?:两|二|三|多|好?几|[2-9])个?(?:事业|行政)?编",
    rf"私(?:自)?(?:设|建|立)(?:立)?(?:了)?.{{0,6}}{_BODY}",
    r"(?:安排|塞|弄|招)(?:了|进)?.{0,6}(?:亲戚|亲属|亲信|关系户|熟人|子女|儿子|女儿|老婆|媳妇|侄|小舅子).{0,14}(?:编制|占编|进编|入编|上编)",
    r"(?:没走|没有走|不走|未走|没按|不按|绕过|没经过)(?:正规|招聘|招考|考试)?(?:的)?(?:程序|招考|考试).{0,8}(?:编制|占编|进编|入编|上编)",
    r"(?:设|配|配备|安排)(?:了)?(?:\d+|[两三四五六七八九十几多]+)(?:个|名|位)副.{1,4}长.{0,6}超(?:了|过|出)?(?:规定|职数|限额|核定|编)",
    r"条条干预",
    r"(?:上级|省|市|厅|局|主管部门|业务部门).{0,14}(?:干预|强令|强行|逼|逼迫|要求|硬性规定|变相要求).{0,16}(?:设.{0,4}(?:机构|科室|对口)|对口(?:设置|机构)|增加?编制|升格|加编|增编|机构设置|编制)",
    r"(?:不按|不执行|拒不执行|违反|变通执行|突破|架空).{0,6}三定",
    r"违反(?:了)?(?:国家|有关|党的)?(?:的)?(?:机构编制|编制)(?:管理)?(?:纪律|规定|条例|法规)?",
    r"(?:机构编制|编制)(?:管理)?(?:方面)?(?:的)?(?:存在)?(?:严重)?(?:的)?(?:违规|违纪|违法|腐败)(?:违纪|违规)?",
    r"(?:混编混岗|超编制|人编不符|编外冒充|违规设置机构|违规设立机构|机构编制违规)",
)
# These make a violation only out of words that say: I am reporting. With these signs it is about a service, or a lack.
_SERVICE = re.compile(
    r"办理|手续|备案|窗口|拖延|拖着|审核慢|没结果|没有结果|没下文|太少|不足|不够|紧缺|紧张|缺人|缺编|招不到|待遇"
)
_TOPICS = (r"12310", r"(?:机构)?编制(?:的)?(?:问题|情况|违规)", r"违规.{0,6}编制", r"进编", r"入编")

_REPORTS = re.compile(
    r"(?:举报|检举|揭发|控告|告发|曝光|实名反映|反映(?!意见的?渠道)|投诉|查处|查一查|查查|严查|彻查|核查一下|管管|管一管|要告|状告)"
)
_ACTOR = re.compile(
    r"(?:局|委|院|校|站|所|镇|乡|村|县|中心|单位)里"
    r"|(?:我们?|咱们?|他们?|她|俺|本|该|某|这个|那个|隔壁|有些?|X+|[\w]{2,})"
    r"(?:的)?(?:单位|局|委|厅|院|校|学校|中心|所|站|队|镇|乡|街道|村|科室|领导|部门|公司|办|社)"
    r"|(?:局长|书记|主任|院长|校长|镇长|乡长|县长|市长|站长|所长|科长|处长|领导|老婆|儿子|女儿|亲戚|媳妇|侄子|有人|有个人|某人|同事)"
)
# 张三吃空饷: whoever stands before the violation, if it is no word that opens a question or a topic.
_SOMEBODY = re.compile(
    r"^(?!关于|有关|对于|什么|如何|怎么|查处|治理|严禁|防止|禁止|整治|清理|处理|公务员|编制)[一-鿿]{2,4}(?:吃空饷|占编|占着|挂名领|超编进)|^[他她](?!们的)"
)
# An official notion, not somebody: 事业单位超编 is a topic, XX单位超编 is a report.
_GENERIC_ACTOR = re.compile(
    r"(?:事业|机关|行政|有关|用人|举办|主管|党政机关|哪些|什么|任何|一个|各)(?:单位|部门|机构|领导)|领导职数|编办|编委办?|机构编制(?:部门|委员会)"
)
_QUESTION = re.compile(
    r"[?？]|怎么|怎样|如何|什么|为啥|为何|哪些|哪里|哪儿|哪个|何处|多久|多少|几天|几年|是不是|是否|能否|可否|能不能|可不可以|会不会|算不算|有没有|属不属|吗|呢|么$|向谁|找谁|该不该|请问|咨询|了解|谁管|谁来管|后果"
)
_FIRST_PERSON_REPORT = re.compile(
    r"(?:我|我们|本人|现|特此?|实名|匿名)(?:想|要|来|向.{0,8}|在此|现在|实名|匿名|特此|在)*(?:举报|检举|揭发|控告|告发|投诉|反映)"
)
_SELF = re.compile(r"(?:我们?|本|咱们?|俺们?)(?:的)?(?:单位|局|委|厅|院|校|学校|中心|所|站|队|镇|乡|街道|部门|办)")
_ADVICE = re.compile(r"建议|希望|应当|应该|意见|加强|完善|治理|防止|杜绝|避免|规范|严禁|禁止|提醒|预防|宣传|公开")
_DENIED = re.compile(r"(?:没有?|并未|不存在|不是|并非|并不|未曾|从未|无)(?:发现|任何|出现|过)?.{0,3}$")
_SEVERAL_CLAUSES = re.compile(r"[。！!；;，,、\n?？]")
# Each violation holds one of these signs, simplified or traditional.
_MAYBE = re.compile(
    r"[空饷餉编編职職规規擅私违違薪资資钱錢津挂掛条條构構12定设設]|未经|未經|随意|隨意|自行|偷偷|不经|没经|没有经"
)
_CLAUSE = re.compile(r"[^。！!；;，,、\n\r]+[。！!；;，,、]?")
_SENTENCE = re.compile(r"[^。！!；;？?\n\r]+[。！!；;？?]?")
_BETWEEN = re.compile(r"(?<=[一-鿿])[\s\-_*·.~/|+＊]+(?=[一-鿿])")


def reports_violation(text: str) -> bool:
    """For words that start a talk: somebody reports a violation, rather than naming or asking about one.

    Asked of every message, so what cannot be one is let go before anything costly.
    """
    if not _MAYBE.search(text) or _is_one_question(text):
        return False
    return any(
        (_REPORTS.search(sentence) or _names_actor(sentence)) and not _only_asks(sentence)
        for sentence in _violating(_readable(text), reporting=_REPORTS.search(text) is not None)
    )


def tells_violation(text: str) -> bool:
    """For words written into a form: any violation told counts, unless all it does is ask or give general advice."""
    readable = _readable(text)
    return any(
        not _only_asks(sentence) and not _only_advises(sentence)
        for sentence in _violating(readable, reporting=_REPORTS.search(readable) is not None)
    )


def _is_one_question(text: str) -> bool:
    """A single clause that asks, such as most messages are."""
    whole = text.strip(" \n?？。")
    return not _SEVERAL_CLAUSES.search(whole) and _QUESTION.search(text) is not None and not _REPORTS.search(text)


def _violating(text: str, *, reporting: bool) -> list[str]:
    """The sentences that tell of a violation."""
    return [
        sentence
        for sentence in _SENTENCE.findall(text)
        if _holds(sentence, _compiled())
        or (reporting and not _SERVICE.search(sentence) and _holds(sentence, _compiled_topics()))
    ]


def _holds(sentence: str, patterns: tuple[re.Pattern[str], ...]) -> bool:
    return any(not _denied(sentence, found) for pattern in patterns for found in pattern.finditer(sentence))


def _only_asks(sentence: str) -> bool:
    """A question whose asker neither says that he is reporting nor first tells of somebody else."""
    if _FIRST_PERSON_REPORT.search(sentence):
        return False
    return _QUESTION.search(sentence) is not None and not any(_tells_of_other(c) for c in _CLAUSE.findall(sentence))


def _tells_of_other(clause: str) -> bool:
    """XX局有人吃空饷，你们管不管？ tells; 我单位超编了，还能进人吗？ asks for oneself."""
    violating = any(pattern.search(clause) for pattern in _compiled())
    return violating and not _QUESTION.search(clause) and not _SELF.search(clause) and _names_actor(clause)


def _only_advises(sentence: str) -> bool:
    return _ADVICE.search(sentence) is not None and not _REPORTS.search(sentence) and not _names_actor(sentence)


def _names_actor(sentence: str) -> bool:
    specific = _GENERIC_ACTOR.sub("", sentence)
    return _ACTOR.search(specific) is not None or _SOMEBODY.search(specific) is not None


def _denied(sentence: str, found: re.Match[str]) -> bool:
    return _DENIED.search(sentence[: found.start()]) is not None


def _readable(text: str) -> str:
    """Simplified, half width, without the blanks and signs that some put between the signs of a word."""
    plain = unicodedata.normalize("NFKC", text[:MAX_CHARACTERS]).replace("\u200b", "")
    plain = simplified(plain).replace(",", "，").replace("“", "").replace("”", "").replace('"', "")
    return _BETWEEN.sub("", plain)


@cache
def _compiled() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) for pattern in _VIOLATIONS)


@cache
def _compiled_topics() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) for pattern in _TOPICS)
