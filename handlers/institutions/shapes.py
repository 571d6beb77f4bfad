"""What a text looks like: a name, a word for a kind of institution, a question, or our own office's matter."""

from __future__ import annotations

import re

MAX_BARE_NAME = 40
SHORTEST_STRANGE_NAME = 5  # signs; 人社局 may be any county's, and what is shorter may be no name at all
MAX_KIND_WORD = 12  # 疾病预防控制中心 has eight signs; a longer word says which one is meant

# What a name ends in; a text that does not is offered as one only when it is spelled exactly so.
NAME_END = re.compile(
    r".*(?:[中小大]学|学校|学院|分校|校区|幼儿园|托儿所|[一二三四五六七八九十0-9][中小]|医院|卫生[院室所]|保健院|中心|图书馆|博物[馆院]|文化馆|美术馆"
    r"|档案馆|纪念馆|体育馆|科技馆|殡仪馆|文化站|服务站|水利站|[馆院所站局园队台社场处会部厅委办])"
)
# A kind of institution and not one of them; of the nearby kinds everybody has one or a few in mind.
_NEARBY_KIND = r"(?:医院|中学|小学|高中|初中|幼儿园|卫生院|图书馆|博物馆|公证处|居委会|村委会|银行|法院|检察院|派出所)"
_WIDE_KIND = (
    r"(?:学校|大学|高校|学院|研究所|研究院|中心|服务中心|事业单位|机关|编办|单位|协会|学会|社团|社会|公司|企业|窗口|登记机关|登记管理机关"
    r"|登记管理局|办公室|部门)"
)
_KIND = rf"(?:{_NEARBY_KIND}|{_WIDE_KIND})"
ONLY_A_KIND = re.compile(
    rf"(?:公办|民办|公立|私立|国有|县|市|省|区|乡|镇|我们|你们|这个|那个|的)*{_KIND}(?:[和、]?{_KIND})*"
)
ONE_NEARBY_KIND = re.compile(rf"(?:公办|民办|公立|私立|县|市|区|乡|镇|的)*{_NEARBY_KIND}")
DIGIT = re.compile(r"\d")
_SHORT_KIND = re.compile(r"疾控|妇幼|妇保院?")  # how people call what ends otherwise
# What these end in stands in the FAQ as well: only by its own name is it looked up.
FAQ_KIND = re.compile(r"编办|编委|(?<!不动产)(?<!婚姻)登记|事业单位|大厅|窗口|[你我咱]们|这里|[本贵]单位")
NAME_OF_AN_OFFICE = re.compile(
    r".*(?:[局院所站馆园队台厅委办社处]|中心|[中小大]学|学校|政府|委员会|协会|居委会|村委会|工会|妇联|银行|公司)"
)
QUESTION = re.compile(
    r"怎么|如何|什么|哪些|哪个|多少|多久|几[个天年月日]|吗|是否|能不能|可不可以|可以|需要|应该|为什么|办理|申请|流程|材料"
)

# Whose counter or phone is our own matter: the knowledge base knows them, or knows whom to ask.
OURS = re.compile(
    r"[你我咱]们|[本贵]单位|这里|这边|编办|编委|编制|登记|事业单位|政务|大厅|窗口|举报|投诉|公示|标识|审核|领证|发证|网站|赋码|办事处|咨询处|12310"
)
# What an office of the establishment is asked about any institution: no register says it, the base does.
MATTER = re.compile(
    r"登记|变更|改名|更名|注销|设立|成立|撤销|合并|分立|备案|证书|编制|入编|上编|在编|空编|年报|年度报告|材料|流程|手续|办理|怎么办|申请"
    r"|补领|换领|补办|挂标|域名|网站|代码|赋码|举报|投诉|公示|审核|法定代表人|法人|章程|清算|招聘|招考"
)
# Whose establishment is guarded; the register has few of them, and what only sounds like one of these is none.
GUARDED = re.compile(r"公安|武警|武装警察|警察|派出所|监狱|戒毒|国家?安全?局|看守所|军区|部队")
# What ends like a name and is none: 证书遗失补办, 挂标去哪办, 成立新局.
NO_BARE_NAME = re.compile(
    r"[哪谁咋，,。；;/]|附近|最近|成立|新建|撤|并入|(?:[补催代续没不]|一起|重新)办|建站|[出住]院|[住处场]所|单位|部门"
)


def is_kind_word(name: str) -> bool:
    """Whether it says a kind that everybody has one or a few of in mind: 图书馆, 疾控."""
    if len(name) > MAX_KIND_WORD or FAQ_KIND.search(name):
        return False
    if ONLY_A_KIND.fullmatch(name):
        return bool(ONE_NEARBY_KIND.fullmatch(name))
    return bool(NAME_END.fullmatch(name) or _SHORT_KIND.fullmatch(name))
