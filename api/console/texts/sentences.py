"""What the pages of sentences say."""

from __future__ import annotations

TITLE = "固定话术"
ABOUT = (
    "公众号自己说的话：欢迎语、帮助、没有答案时、闲聊等。改后 5 秒内生效，不用重启。"
    "敏感问题、隐私、举报等按规定措辞的话不在这里改。"
)
GROUP = {
    "greeting": "欢迎与帮助",
    "unclear": "没有答案、没有听懂",
    "answering": "答复前后",
    "chitchat": "闲聊",
    "guide": "菜单与查询",
}
EVERY = "全部公众号"
CHANGED, OWN = "已修改", "{account}有自己的说法"
PLACES = {"bureau": "单位名称"}
PLACES_ABOUT = "必须保留 {places}，会换成{what}。"
LIMIT_ABOUT = "最多 {longest} 字节（一个汉字 3 字节，约 {signs} 个字）。"

EMPTY = "请填写内容；要用回系统自带的话，请点“恢复原话”"
TOO_LONG = "有 {size} 字节，最多 {longest} 字节（一个汉字 3 字节），请缩短"
BRACES = "花括号不成对，请检查"
NO_BRACES = "这一句里不能用花括号，群众会原样看到它们"
PLACE_MISSING = "缺少 {place}，请补上"
PLACE_UNKNOWN = "不认识 {place}，请删去"
SAVED = "已保存，5 秒内生效。"
SAME = "没有改动，没有保存。"
RESET = "已恢复原话，5 秒内生效。"
NOT_CHANGED = "本来就是原话。"
MEANWHILE = "您打开之后，别人刚改过这一句，您写的还没有保存。对方写的是："
MEANWHILE_RESET = "您打开之后，别人刚把这一句恢复成了原话，您写的还没有保存。"
