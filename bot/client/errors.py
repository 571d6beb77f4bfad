"""How a call to WeChat's API can end badly, by what the caller may do next.

Source of the codes: the official return-code table, grouped as the callers need them. No error holds an address, a
token, an openid or WeChat's own wording (which repeats what was sent); ``code`` is WeChat's ``errcode``.
"""

from __future__ import annotations

from bot.errors import BotError

# The token was refused: fetch another one and ask once more.
TOKEN_CODES = frozenset({40001, 40014, 42001})
# "System busy": nobody knows whether it was done.
BUSY_CODE = -1

_OTHER_CHANNEL = {45015: "客服消息的时间窗口已过", 45047: "客服消息的条数已用完"}
_PERMANENT = {
    40003: "openid 不属于本公众号",
    43004: "用户没有关注本公众号",
    43019: "用户已被拉黑",
    43101: "用户没有订阅这个通知，或次数已用完",
    48002: "用户关闭了接收消息",
    50005: "用户没有关注本公众号",
}
_MISCONFIGURED = {
    40001: "AppSecret 不正确，或访问令牌不属于本公众号；请核对 AppID 与 AppSecret",
    40002: "凭证类型不正确；请核对 BST_WECHAT_API_URL",
    40013: "AppID 不正确；请在后台“设置与开发 → 基本配置”核对 AppID",
    40014: "访问令牌不正确；请核对 AppID 与 AppSecret",
    40125: "AppSecret 不正确；请在后台“基本配置”重置 AppSecret 后更新配置",
    40164: "服务器的 IP 不在白名单；请在后台“基本配置 → IP 白名单”加入服务器的出口 IP",
    40200: "这种账号不能使用此接口；请核对账号类型",
    40243: "AppSecret 已被冻结；请在后台“基本配置”解冻 AppSecret",
    41002: "缺少 AppID；请补上配置",
    41004: "缺少 AppSecret；请补上配置",
    42001: "访问令牌已过期；请核对服务器的时间",
    48001: "公众号没有此接口的权限；请完成微信认证，并核对配置中的 type 与 verified",
    48004: "此接口已被封禁；请登录后台查看站内信",
    50004: "账号被禁止获取访问令牌；请登录后台查看站内信",
    50007: "账号已被冻结；请登录后台查看站内信",
    89501: "这个 IP 正在等待管理员确认；请管理员在微信中确认",
    89503: "此 IP 的调用需要管理员确认；请管理员在微信中确认",
    89506: "此 IP 的调用 24 小时内被管理员拒绝两次；请 24 小时后再试",
    89507: "此 IP 的调用 1 小时内被管理员拒绝；请 1 小时后再试",
}
_RATE_LIMITED = {45009: "今天的调用次数已用完；请明天再试", 45011: "调用太频繁；请一分钟后再试"}


class ApiError(BotError):
    """A call that was not done, or of which nobody knows. ``code`` is ``None`` where WeChat gave none."""

    def __init__(self, message: str, *, code: int | None = None) -> None:
        super().__init__(f"{message}（微信错误码 {code}）" if code is not None else message)
        self.code = code


class UnclearOutcome(ApiError):
    """A message that may have been delivered: it must never be sent again."""


class OtherChannel(ApiError):
    """The customer-service window is closed or used up (45015, 45047): nothing was sent; another way may be open."""


class PermanentForUser(ApiError):
    """This citizen cannot be reached this way, now or later."""


class Misconfigured(ApiError):
    """The account, its secrets, its rights or the server's address: a person has to act.

    ``address`` is our IP as WeChat saw it, where it says so (40164).
    """

    def __init__(self, message: str, *, code: int | None = None, address: str | None = None) -> None:
        super().__init__(message, code=code)
        self.address = address


class RateLimited(ApiError):
    """Too many calls today (45009) or this minute (45011): nothing was done; wait."""


class Transient(ApiError):
    """Nothing was done, or doing it again does no harm: a later try may succeed."""


class Rejected(ApiError):
    """WeChat read the request and said no for another reason, such as a lapsed media id: trying again is of no use."""


def error_for(code: int, *, repeatable: bool, address: str | None = None) -> ApiError:
    """The error that an ``errcode`` stands for; ``repeatable`` is false for messages to citizens."""
    if code == BUSY_CODE:
        busy = Transient if repeatable else UnclearOutcome
        return busy("微信系统繁忙；请稍后再看", code=code)
    if code in _OTHER_CHANNEL:
        return OtherChannel(_OTHER_CHANNEL[code], code=code)
    if code in _PERMANENT:
        return PermanentForUser(_PERMANENT[code], code=code)
    if code in _MISCONFIGURED:
        return Misconfigured(_MISCONFIGURED[code], code=code, address=address)
    if code in _RATE_LIMITED:
        return RateLimited(_RATE_LIMITED[code], code=code)
    return Rejected("微信拒绝了这次调用", code=code)
