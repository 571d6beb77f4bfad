"""What the log of sign-ins and the audit log say alike."""

from __future__ import annotations

DAY_UNREADABLE = "日期应写作 2026-01-31 的形式；这次没有按日期筛选"
DAYS_REVERSED = "开始日期晚于结束日期；这次没有按日期筛选"
NOTHING = "没有符合的记录。"
EARLIER, NEWEST = "更早的", "回到最新"
EVERYTHING = "全部"
