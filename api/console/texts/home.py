"""What the first page calls its numbers."""

from __future__ import annotations

TICKETS_OPEN = "未办结的反馈"
TICKETS_WAITING = "待转发"
TICKETS_STUCK = "转发受阻，请处理"
ENTRIES_STUCK = "补充内容受阻，请处理"
QUESTIONS_OPEN = "未解答的问题"
GAPS = "条目里还空着的本地信息"
UNKNOWN_UPDATES = "平台回传了本台没有的编号"
NOTHING_WAITS = "您好，{name}。请从菜单里选择要做的事。"
PUBLICATIONS_STOPPED = "被拦下或没完成的发布"
