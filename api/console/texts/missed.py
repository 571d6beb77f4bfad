"""What the list of missed questions calls things."""

from __future__ import annotations

UNANSWERED, NOT_AMONG, USELESS = "未答", "都不是", "没用"
DECISION = {"none": UNANSWERED, "useless": f"{NOT_AMONG}或{USELESS}"}
MARKED_HANDLED = "已标为处理完毕。"
NOT_ALL_MARKED = "有 {left} 条不在您负责的地区，仍留在清单上。"
