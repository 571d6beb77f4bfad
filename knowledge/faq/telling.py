"""Whether an entry's answer speaks of what is asked: 材料, 时限, 费用 … Told by its words, which any office uses."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet

from knowledge.faq.entry import Entry

# What an answer says where it speaks of an aspect. General words of any office.
_TOLD = {
    aspect: re.compile(words)
    for aspect, words in {
        "材料": r"材料|申请书|申请表|复印件|原件|证明文件|携带|提交",
        "条件": r"条件|应当具备|符合|方可",
        "流程": r"流程|步骤|第一步|①|（1）|1[.、]|登录|先.{1,20}再|提交.{1,40}(?:审核|受理|核准)",
        "时限": r"\d+ ?(?:个)?(?:工作日|日|天)|当场|即时|即办|时限|办结",
        "期限": r"\d+ ?(?:个)?(?:工作日|日|天|年)[内前]?|期限|截止|\d+月\d+日|之日起|有效期",
        "费用": r"收费|免费|费用|工本费|缴纳|\d+元",
        "地点": r"窗口|地址|网站|系统|大厅|登记管理机关|\{\{(?:bureau_address|guide_link|registration_system)\}\}",
        "谁管": r"(?:由|向).{2,16}(?:负责|受理|办理|申请|提出)|登记管理机关|主管部门",
        "后果": r"处罚|警告|责令|撤销|罚款|信用|通报|处分",
        "电话": r"电话|\{\{bureau_phone\}\}|\{\{\w+_contact\}\}|热线",
        "下载": r"下载|模板|范本|样表",
        "网办": r"网上(?:办|申|提交|填|登记)|在线|登录",
        "能否": r"可以|不得|不能|允许|应当",
        "数量": r"\d|[一二两三四五六七八九十][个名位份次种项]",
        "需否": r"需要|不需|无需|必须|应当|不用",
    }.items()
}


def tells(entry: Entry, aspects: AbstractSet[str]) -> bool:
    """Whether its answer speaks of all these aspects; 多久 asks for a duration and a deadline alike."""
    wanted = aspects - {"期限"} if "时限" in aspects else aspects
    return all(aspect in _TOLD and _TOLD[aspect].search(entry.answer) for aspect in wanted)
