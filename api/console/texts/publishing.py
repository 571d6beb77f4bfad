"""What the pages of publishing and of the golden set call things."""

from __future__ import annotations

ABOUT = (
    "审核和保密审查都通过的草稿在这里发布。发布前，系统会用金标准和最近的真实问题（已去除个人信息）"
    "把现在的知识库和发布后的各问一遍，列出哪些答复会变；金标准会答错的，不能发布。"
)
STAGE = {
    "waiting": "等待比对",
    "replaying": "正在比对",
    "ready": "可以发布",
    "refused": "金标准会答错",
    "overridden": "已放行，可以发布",
    "planned": "已定时",
    "failed": "没有完成",
    "published": "已发布",
    "cancelled": "已取消",
}
STAGE_COLOUR = {
    "waiting": "azure",
    "replaying": "azure",
    "ready": "green",
    "refused": "red",
    "overridden": "orange",
    "planned": "blue",
    "failed": "red",
    "published": "green",
    "cancelled": "secondary",
}
OUTCOME = {
    "answer": "直接回答",
    "choices": "请对方选择",
    "none": "不回答",
    "sensitive": "按敏感问题答复",
    "chitchat": "寒暄",
    "elsewhere": "属其他部门",
}
VERDICT = {
    "regression": "金标准会答错",
    "improvement": "金标准由错变对",
    "changed": "答复有变",
    "failing": "金标准一直答错",
}
VERDICT_COLOUR = {"regression": "red", "improvement": "green", "changed": "azure", "failing": "orange"}
CHANGE = {"edit": "新增或修改", "archive": "停用"}
REPLAYING = "正在比对，一般要几秒到一分钟；这一页会自己更新。"
WAITS_LONG = "已经等了 {seconds} 秒。后台任务可能没有运行，请联系系统维护人员。"
REFUSED = (
    "发布后有 {count} 道金标准问题会答错，所以不能发布。请改好草稿再来；确实应当改变的，"
    "由没有写过这些草稿的审核人员写明理由后放行。"
)
OVERRIDDEN = "{name}已放行：{reason}"
PLANNED = (
    "将在 {at} 自动发布；在那之前群众看到的仍是现在的答复。"
    "到时候如果知识库有变化，会先重新比对，有金标准会答错就不发布。"
)
LIVE = "已生效：公众号已经按第 {number} 版知识库答复。"
GOING_LIVE = "已写入，正在生效（一般 5 秒以内）。"
NOTHING_CHANGES = "问过的问题，答复都和现在一样。"
NOT_REPLAYED = "还没有比对结果。"
OVERTAKEN = "这份草稿从第 {based_on} 版开始写，条目现在已是第 {version} 版；发布会盖掉那之后的修改。"
NOT_YET = "{day} 才生效；发布后到那天之前，这个条目不会答复。"
NO_DRAFTS = "没有待发布的草稿。草稿通过审核和保密审查后会出现在这里。"
NO_PUBLICATIONS = "还没有发布过。"

ASKED_FOR = "已开始比对，结果出来后再决定是否发布。"
PUBLISHED = "已发布，5 秒内生效。"
MOVED_ON = "{why}，已经重新开始，请稍候再决定。"
ASKED_AGAIN = "已重新开始比对。"
PLANNED_SAID = "已定时。"
CANCELLED = "已取消；草稿仍是“待发布”，可以再发布。"
LET_THROUGH = "已放行，现在可以发布。"
TIME_UNREADABLE = "请填写发布的日期和时间。"
NOT_FREE = "有草稿不在“待发布”里了（可能刚被撤回，或在另一次发布里），请看看现在的列表再勾选。"
OUTSIDE = "其中有不在您负责范围内的草稿，请由负责的审核人员发布。"

GOLDEN_ABOUT = (
    "金标准是答案不许变坏的问题：每次发布前都会问一遍，原来答对而发布后会答错的，发布就被拦下。"
    "问题里的电话、证件号等会自动隐去。"
)
EXPECTED = {"answer": "直接回答", "offered": "直接回答，或在选项里", "none": "不回答（属他人职责、敏感或查无）"}
GOLDEN_ADDED = "已加入金标准。"
GOLDEN_CHANGED = "已保存。"
GOLDEN_DROPPED = "已移出金标准。"
NO_GOLDEN = "金标准里还没有问题。"
NOT_FOUND = "没有找到“{q}”。"
