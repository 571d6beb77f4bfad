"""Questions that this channel must not answer (机构编制敏感信息). They are told by words, never by judging secrecy.

Class A: never answered, looked up, repeated or kept. Class B: not given here; the answer is how to apply for it.
What only names a place, such as 公安局地址, is neither. A form that is being filled in is not filtered.
Sources of each pattern: the fact base's guide on sensitive information, sections A, B, C, D4 and E.
"""
# ruff: noqa: E501 - one pattern a line reads better than one cut in pieces

from __future__ import annotations

import re
from typing import Literal

from knowledge.text.normalise import normalise

Sensitivity = Literal["A", "B"]

_GUARDED = r"(?:公安|国安|国家安全(?:局|厅|机关|部门)|武警|监狱|戒毒|军队(?!转业)|部队(?!转业)|军区|解放军|特警|刑警|民警|警察|派出所|看守所|边防|海警|警力|政法专项)"
_COUNTED = r"(?:编制|空编|超编|满编|职数|在编|内设|科室|处室|几个编|多少编|多少个?人|几个人|人数|人员(?:数|情况|构成|总数)|警力|兵力|实力|花名册|名单|总额|员额)"
_EVERYBODY = r"(?:全[市县区省国州旗镇系]|各(?:个)?(?:部门|单位|局|乡镇|街道|县区?|市|级|机关|委办局)|所有(?:的)?(?:单位|部门|机关|局|事业单位)|全部(?:的)?(?:单位|部门)|整个[市县区]|本[市县区]所有|每个(?:单位|部门|局))"
_ESTABLISHMENT = r"(?:编制|空编|超编|缺编|职数|在编|编内|编外人员|用编|吃空饷)"
_TOTAL = r"(?:总数|总额|总量|明细|名单|多少|几个|汇总|统计|列表|清单|一共|合计|一览|台账|花名册|数据|数量|情况表|排名|对比|数$)"
_GIVE = r"(?:给我|发我|发给我|发一[份下]|要一份|看看|看一下|查一下|查询|内容|全文|原文|说了什么|写了什么|写的什么|是什么|有哪些|告诉我|提供|拍给|传给我|调取|导出)"

_CLASS_A = (
    # documents with a mark of secrecy: what stands in them
    rf"(?:绝密|机密|秘密级|秘密文件|涉密|内部|工作秘密|密级)(?:级)?(?:的)?(?:文件|批复|资料|批文|文号|通知|方案|件).{{0,8}}{_GIVE}",
    rf"{_GIVE}.{{0,8}}(?:绝密|机密|秘密|涉密|内部|工作秘密)(?:级)?(?:的)?(?:文件|批复|资料|批文|通知|方案)(?!.{{0,6}}(?:吗|行不行|可以))",
    r"(?:标有?|标注|印有|盖有?|注明).{0,4}(?:绝密|机密|秘密|内部|工作秘密)",
    # guarded bodies and anything counted in them, in either order
    rf"{_GUARDED}.*{_COUNTED}",
    rf"{_COUNTED}.*{_GUARDED}",
    r"政法专项(?:编制)?|专项编制.{0,6}(?:多少|几个|总数|数量|数|明细)|(?:多少|几个).{0,4}专项编制",
    # sums and comparisons over many bodies
    rf"{_EVERYBODY}.*{_ESTABLISHMENT}.*{_TOTAL}",
    rf"{_EVERYBODY}.*{_TOTAL}.*{_ESTABLISHMENT}",
    rf"{_TOTAL}.*{_EVERYBODY}.*{_ESTABLISHMENT}",
    r"(?:超编|空编|满编|缺编)(?:的)?(?:单位|部门|人员|机关)?(?:的)?(?:名单|明细|清单|汇总|统计)",
    r"(?:哪些|哪几个|哪个)(?:单位|部门|局|机关).{0,4}(?:有|还有|存在)?(?:超编|空编|缺编)",
    r"(?:市|县|区|省)(?:里|直|级)?(?:的)?编制总(?:额|数|量)",
    r"编制总额.{0,4}(?:是|有)?(?:多少|几)",
)
_CLASS_B = (
    # 空编, plans, drafts
    r"(?:空编|剩余编制|编制空缺|空缺编制|缺编|职数空缺|空缺职数|空余编制)(?:的)?(?:数|数量|名额数|明细|情况|有?多少|还?有?几|统计)",
    r"(?:多少|几个|几名|剩多少|剩几个)(?:个|名)?(?:空编|空缺编制|空余编制|剩余编制|编制空缺|职数空缺|空缺职数)",
    r"(?:局|院|校|学|一中|二中|三中|四中|幼儿园|办|委|中心|站|所|厅|部|处|队|馆|会|政府)(?:现在|目前|今年|还|里|都)*(?:有|剩)(?:没有|多少|几个|无|不少)?(?:的)?空编",
    r"(?:局|院|校|学|一中|二中|三中|四中|幼儿园|办|委|中心|站|所|厅|部|处|队|馆|会|政府)(?:现在|目前|今年|还)*(?:剩|剩下|空|缺)(?:了|着)?(?:多少|几)个?(?:编|编制|名额)",
    r"(?:用编|进人|招人|增编|减编|编制使用)(?:的)?(?:计划|安排)(?!.*(?:怎么|如何|流程|申请|材料|申报|办))",
    r"(?:拟|准备|打算|即将)(?:进行)?(?:调整|撤销|合并|设立|撤并)(?:的)?(?:方案|名单|单位|机构|部门)",
    # papers of the commission
    r"编委会?(?:会议)?(?:的)?(?:议题|纪要|记录|会议材料|讨论)|编委会议?.{0,6}(?:讨论|研究|通过|审议|决定|说)(?:了|过)(?:什么|啥|哪些)",
    r"请示件|请示(?:的)?(?:内容|原文|全文|文件)|会签(?:件|稿|意见|内容|情况)|讨论记录|议题清单",
    r"(?:未印发|没印发|尚未印发|征求意见|送审|讨论|草)稿|未印发(?:的)?.{0,8}(?:三定|规定|方案|文件)|三定.{0,8}(?:草案|草稿|送审|初稿|未印发|没印发)",
    # persons
    r"领导班子(?:的)?(?:配备|成员|名单|情况|人选)|职数(?:的)?(?:使用|配备)?(?:明细|情况|台账)|花名册.{0,6}(?:给|发|要|看|查|提供|导出|有)|(?:给|发|要|看|查|提供|导出).{0,10}花名册|人员花名册|在编(?:人员)?名单",
    r"(?:他|她|别人|同事|某人|某某|朋友|邻居|老师|亲戚)(?:的)?.{0,6}(?:是不是|是否|有没有|算不算|有无)(?:在编|编制|有编|正式编)|(?:他|她|别人|他人|某人|某某|同事|个人)(?:的)?(?:编制|身份证)(?:信息|号码?|情况)(?!.{0,4}(?:错|填|改|更正))",
    r"(?:谁|哪些人|什么人)(?:是)?(?:在编|占编|有编制|没编制)",
    r"(?:查|告诉我|给我|提供|知道).{0,10}(?:的)?身份证(?:号码?)|身份证号码?.{0,4}(?:告诉我|给我|发我|是多少|查一下)",
    # those who report
    r"(?:谁|哪个人|什么人|是谁)(?:给|去|来)?(?:举报|投诉|检举|揭发)(?:了|的|过|我)|举报人(?:的)?(?:是谁|信息|姓名|名字|电话|身份|单位|是哪)|举报线索(?:的)?(?:内容|是什么|有哪些|情况|给|都)|(?:有没有|有无|是否有)人(?:举报|投诉|检举)",
    # reform that is not published, and "is it so" about any body
    r"(?:未公布|没公布|还没公布|尚未公布|内部|没公开|未公开)(?:的)?.{0,8}(?:机构改革|改革方案|撤并|三定|调整方案)|撤并名单|(?:机构改革|改革)(?:的)?(?:方案|名单|内幕|消息|计划)(?!.{0,6}(?:在哪|公布了吗|公开了吗|哪里))",
    r"(?:会不会|是不是要|要不要|是否|是否要|将|即将|快要|准备|什么时候)(?:被)?(?:撤并|撤掉|撤销|合并|裁撤|并掉|并到)(?!.*(?:登记|手续|材料|怎么办|流程|办理|注销))",
    r"哪些(?:单位|部门|局|机构)(?:要|会|将|即将|准备)?(?:被)?(?:撤|并|裁|合并|整合)",
    r"(?:局|院|校|学|办|委|中心|站|所|厅|部|处|队|馆|会|大学|政府|他们单位)(?:现在|目前|是不是|是否|有没有|到底|已经|都|不是)*超编(?:了|多少|几个|没有|没|吗|人数|了没)*$",
)
# Asked of nobody in particular, it is a question about the rule, and the base says how to apply.
_NOBODY = re.compile(r"某(?:个)?(?:单位|局|部门|机关)")
_A = re.compile("|".join(f"(?:{pattern})" for pattern in _CLASS_A))
_B = re.compile("|".join(f"(?:{pattern})" for pattern in _CLASS_B))


def sensitivity(question: str) -> Sensitivity | None:
    """The class of a question, or ``None`` where it may be answered. Stateless; a regular expression a class."""
    form = normalise(question).replace(" ", "")
    if _A.search(form):
        return "A"
    return "B" if _B.search(form) and not _NOBODY.search(form) else None
