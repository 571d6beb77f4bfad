"""What the pages of the accounts' menus say."""

from __future__ import annotations

TITLE = "公众号菜单"
ABOUT = (
    "公众号底部的菜单：最多 3 栏，每栏最多 5 项。"
    "保存后还要点“推送”，微信里才会换；群众约五分钟后看到，重新关注可立即看到。"
)
LIMITS = "栏名最多 16 字节（微信只显示 4 个汉字），项名最多 60 字节（只显示 8 个汉字）。"
NO_ACCOUNTS = "还没有设置公众号。"
STATE = {
    "committed": "还没有在这里改过",
    "waiting": "正在推送",
    "failed": "没有推送成功",
    "changed": "有改动还没有推送",
    "pushed": "已推送",
}
COLOUR = {"committed": "secondary", "waiting": "azure", "failed": "red", "changed": "orange", "pushed": "green"}
NOTHING, SUB_MENU = "（请选择）", "打开下面的子菜单"
REPLIES, WEB_PAGE, MINI_PROGRAM, AS_BEFORE = "回复“{word}”", "打开网页", "打开小程序", "原有的功能（{kind}）"
NOT_CHOSEN = "{place}没有选“点了做什么”；请选择"
PLACE_COLUMN, PLACE_ITEM = "第 {column} 栏", "第 {column} 栏第 {item} 项"
UNKNOWN_KEY = "{place}点了没有反应：本产品不认识 {key}；请重新选择"
SAVED = "已保存，还没有推送。"
SAME = "没有改动，没有保存。"
PUSHING = "已开始推送，一般几秒钟；这一页会自己更新。"
UNSAVED_FIRST = "这份菜单还没有在这里保存过，已按现在的样子保存并推送。"
MEANWHILE = "您打开之后，别人改过这份菜单，您填的还没有保存，也没有丢：请核对下面的内容，再存一次就会盖过对方的。"
WORDS = (
    ("没有 name；请补上名称", "没有名称；请补上"),
    ("的 name", "的名称"),
    ("的 url 须以", "的网址须以"),
    ("的 url 有", "的网址有"),
    ("缺少 url", "缺少网址"),
    ("缺少 appid", "缺少小程序 AppID"),
    ("缺少 pagepath", "缺少小程序页面"),
    ("（miniprogram）", "（小程序）"),
    ("（view）", "（网页）"),
    ('菜单须为 {"button": […]}，且至少有一栏；请补上', "菜单至少有一栏；请填写"),
)


def in_words(problem: str) -> str:
    """A mistake as the file's reader is told it, for who never saw the file."""
    for said, instead in WORDS:
        problem = problem.replace(said, instead)
    return problem
