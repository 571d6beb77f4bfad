"""What every page of the console says: its title, its menu, its refusals."""

from __future__ import annotations

TITLE = "编事通 · 管理台"
HOME = "首页"
KNOWLEDGE, ASKED, FEEDBACK, INSTITUTIONS = "知识库", "群众提问", "反馈", "单位"
WORDS, SYSTEM = "话术与菜单", "系统"
NO_ROLE = "您的账号还没有角色，暂时不能使用管理台。请管理员为您分配角色。"
NO_WORKER = "后台任务没有运行：转发、通知和比对都在等待。请联系系统维护人员启动后台进程。"

REFUSED_TITLE = "不能打开"
PAGE_OUTWORN = "这个页面已经过期，刚才的操作没有保存。请返回上一页，刷新后再试。"
NOT_YOURS = "您的角色不能使用这项功能。如确有需要，请联系管理员。"
BROKEN_FORM = "没有读懂提交的内容，没有保存。请返回上一页，刷新后再试。"
TOO_LARGE = "提交的内容太大，没有保存。请精简文字，或者换一个小一些的文件。"
NOT_DONE = "没有做成，也没有保存。请刷新页面再试；仍不行请联系系统维护人员。"
NOTHING_THERE = "没有这一项，可能已被删除，或者不在您负责的地区。"
REFUSED_ALTOGETHER = "没有做成。请返回上一页，刷新后再试。"
REFUSED = {
    400: BROKEN_FORM,
    403: NOT_YOURS,
    404: NOTHING_THERE,
    405: REFUSED_ALTOGETHER,
    409: "别人刚刚改过这一项，您的修改没有保存。请刷新后再改。",
    413: TOO_LARGE,
    422: BROKEN_FORM,
    500: "系统出错，没有保存。请稍后再试；仍不行请联系系统维护人员。",
}
