"""What the list of missed questions and its groups call things."""

from __future__ import annotations

REASON = {"none": "未答", "not_among": "都不是", "useless": "没用", "low": "把握低"}
STATE = {"open": "待处理", "planned": "已安排", "ignored": "已忽略", "filled": "已补上"}
STATE_COLOUR = {"open": "blue", "planned": "purple", "ignored": "secondary", "filled": "green"}
ORDER = {"times": "问得最多", "waiting": "等答案的最多", "last": "最近问到"}
ABOUT = "意思相同的提问合成一行。问题已去掉姓名和号码，也不记是谁问的；等答案的，只记自愿留下的。"
HELPED = "近 {days} 天群众对答复的评价：有用 {useful} 次，没用 {useless} 次。每条的次数见“知识库条目”。"
NOT_YET = "另有 {count} 条刚收到，后台正在归组，约 10 秒后出现。"
NOTHING = {
    "open": "没有待处理的问题。",
    "planned": "没有正在写答案的问题。",
    "ignored": "没有忽略的问题。",
    "filled": "还没有补上的问题。",
}
NOT_FOUND = "没有找到含“{words}”的问题。"
TREND = "最近 {weeks} 周，每周问到：{counts}"
WITHHELD = "（按规定不显示）"
NO_WORDS = "（只说了“没用”，没有文字）"
NATION = "全国"
NOW = {
    "answer": "现在会直接答复",
    "choices": "现在会给出选项",
    "none": "现在答不了",
    "sensitive": "现在按敏感问题处理",
}
TOLD_WHEN = "这一组补上并发布后，系统会自动告诉其中 {waiting} 位等答案的群众，每人一次。"
DRAFT_BEGUN = "已开了一份草稿，问法取自群众的提问。写好答复，提交、审核并发布后生效，等答案的人会收到通知。"
DRAFT_REASON = "补上群众问到而没有的答案"
VARIANT_REASON = "补上群众的问法"
VARIANTS_ADDED = "已把 {count} 个问法加到这份草稿；提交、审核并发布后生效，等答案的人会收到通知。"
ALL_KNOWN = "“{question}”已经有这些问法了；仍答不好，请修改它的答复，或者选另一个条目"
CHOOSE_WORDING = "请先勾选要加进去的问法"
CHOOSE_ENTRY = "没有这个条目，请重新选择"
IN_REVIEW = "这个条目的草稿正在审核或等待发布，请等它发布或退回之后再改"
OF_NATION = "您负责的地区之外还有 {count} 条提问或等答案的人，这一组须由负责那些地区的人处理；您可以写本地的条目来补"
NO_GROUP = "没有选到要合并的组，请从列表里选一组"
IGNORED = "已忽略。再问到 5 次会自动回到待处理。"
REOPENED = "已放回待处理。"
MERGED = "已合并到这一组。"
COLUMNS = ("问题", "状态", "次数", *REASON.values(), "等答案", "首次问到", "最近问到", "说明")
