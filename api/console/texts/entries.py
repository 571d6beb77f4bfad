"""What the pages of the entries and their drafts call things."""

from __future__ import annotations

ENTRY_STATUS = {"published": "已发布", "draft": "草稿", "retired": "已停用"}
STATE = {
    "draft": "草稿",
    "review": "待审核",
    "secrecy": "待保密审查",
    "approved": "待发布",
    "published": "已发布",
    "dropped": "已作废",
}
STATE_COLOUR = {
    "draft": "secondary",
    "review": "blue",
    "secrecy": "purple",
    "approved": "green",
    "published": "green",
    "dropped": "secondary",
}
CHANGE = {"edit": "修改", "archive": "停用"}
SEVERITY = {"block": "须改正", "warn": "请确认", "note": "留意"}
SEVERITY_COLOUR = {"block": "red", "warn": "orange", "note": "azure"}
COLUMN = {
    "question": "问题",
    "paraphrases": "其他问法",
    "answer": "答复",
    "category": "类别",
    "audience": "对象",
    "basis": "依据",
    "region": "地区",
    "valid_from": "生效日",
    "valid_until": "失效日",
    "verified": "已核实",
    "article_confirmed": "条款已核对",
    "status": "状态",
    "owner": "负责人",
    "review_on": "复核日",
}
AUDIENCE = {"": "不限", "institution": "单位", "citizen": "群众", "bureau": "编办"}
SHOWN = {"true": "是", "false": "否"} | ENTRY_STATUS | {key: name for key, name in AUDIENCE.items() if key}
NATION = "全国"

SAVED = "已保存。还没有提交，群众看到的仍是原来的答复。"
SUBMITTED = "已提交，等待另一个人审核。"
SAVED_NOT_SUBMITTED = "已保存，但还不能提交：{why}。"
BACK_TO_DRAFT = "已退回给编辑。"
WITHDRAWN = "已撤回为草稿，可以继续修改；审核和保密审查要重新来。"
DROPPED = "草稿已作废；群众看到的答复没有变。"
APPROVED = "审核通过，等待保密审查。"
CLEARED = "保密审查通过，可以发布了。"
OPENED_THEIRS = "{author}已经在改这个条目，这是正在改的那份草稿；在这里接着改，不会另开一份。"
RESTORING = "已用第 {version} 版的内容开了一份草稿，提交、审核后才会生效。"
PULLED = "已撤下，5 秒内不再答复。负责人会在“已撤下”里看到它。"
NOT_PULLED = "这个条目本来就没有在答复。"
RESTS = "已确认停用。"
BATCH_MOVED = "整批已处理 {count} 份；有“须改正”的留在原处。"
READ_ANEW = "{said}。请看看现在的内容再决定。"

ABOUT_BATCH = "这是一次导入的草稿。整批处理前请抽看几份；有“须改正”的会留在原处。"
ABOUT_REVIEW = "通过后还要做保密审查，之后才能发布。您写过的草稿要由另一个人审核。"
REPEALED = "已登记废止，撤下 {count} 条答复，负责人会在“已撤下”里看到。"
UNDONE = "已撤销废止登记，{count} 条恢复答复；登记之后有人改过的不动。"
NO_DATE = "请填写废止日期。"

LONG = "整条答复 {size} 字节，超过微信一条消息的 {limit} 字节，会分成 {pieces} 条，群众要回复“更多”才看得到后面的"
UNFILLED = "公众号“{account}”没有配置{names}，那里的群众只会看到联系方式"

CHIPS = (("过了复核日", "review_on__in_past"), ("已过期", "valid_until__in_past"), ("已停用", "status__in=retired"))
MINE = "我负责的"
