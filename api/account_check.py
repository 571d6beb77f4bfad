"""What can be found out about one official account by asking WeChat, and what a person should do about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import httpx

from api.account_forms import aes_key_problem, app_id_problem, app_secret_problem, token_problem
from bot.account import Account, AccountKind, Mode
from bot.client.api import WeChatApi
from bot.client.errors import ApiError, Misconfigured
from bot.client.tokens import TokenHolder

NO_RIGHT_CODE = 48001
TRANSFER_OFF_CODES = frozenset({48001, 61451, 65400})  # no right, or 客服功能 not switched on in the back office


@dataclass(frozen=True, slots=True)
class CheckResult:
    """``what_to_do`` is one sentence; where ``ok`` it says what was found."""

    name: str
    ok: bool
    what_to_do: str


def account_results(account: Account, *, api_url: str, http: httpx.Client) -> Iterator[CheckResult]:
    """Forms first, then the token, then rights: each only where what it needs has worked."""
    named = f"公众号 {account.name}："
    yield from (CheckResult(named + what, ok, said) for what, ok, said in _forms(account))
    if account.credentials.app_secret is None:
        needed = account.verified
        said = "没有 AppSecret，只能被动回复，不能推送菜单和消息"
        yield CheckResult(named + "访问令牌", not needed, said + ("；请补上 AppSecret" if needed else ""))
        return
    holder = TokenHolder(account, api_url=api_url, http=http)
    api = WeChatApi(account, api_url=api_url, tokens=holder, http=http)
    token = _tried(named + "访问令牌", partial(_token, holder))
    yield token
    if token.ok:
        yield from (_tried(named + what, partial(asked, api)) for what, asked in _rights(account))


def _forms(account: Account) -> Iterator[tuple[str, bool, str]]:
    secrets = account.credentials
    checks: list[tuple[str, str | None, Callable[[str], str | None]]] = [
        ("AppID", account.app_id, app_id_problem),
        ("AppSecret", secrets.app_secret, app_secret_problem),
        ("Token", secrets.token, token_problem),
        ("旧 EncodingAESKey", secrets.previous_aes_key, aes_key_problem),
    ]
    if account.mode is not Mode.PLAIN:
        checks.append(("EncodingAESKey", secrets.aes_key or "", aes_key_problem))
    for what, value, check in checks:
        if value is not None:
            problem = check(value)
            yield what, problem is None, problem or "格式正确"


def _rights(account: Account) -> Iterator[tuple[str, Callable[[WeChatApi], str]]]:
    yield "微信认证与菜单", _verification
    yield "后台自动回复", _autoreply
    if account.verified:
        yield "账号类型与模板", _templates
    if account.customer_service_transfer:
        yield "人工客服", _agents


class _Wrong(Exception):
    """What was asked for is there, but not as the configuration says."""


def _tried(name: str, attempt: Callable[[], str]) -> CheckResult:
    try:
        return CheckResult(name, True, attempt())
    except _Wrong as wrong:
        return CheckResult(name, False, str(wrong))
    except Misconfigured as error:
        seen = f"；微信看到的 IP 是 {error.address}" if error.address else ""
        return CheckResult(name, False, f"{error}{seen}")
    except ApiError as error:
        return CheckResult(name, False, str(error))


def _token(holder: TokenHolder) -> str:
    holder.current()
    return "已取得"


def _verification(api: WeChatApi) -> str:
    """The menu is the right that every verified account has and no unverified one."""
    try:
        menu = api.get_menu()
    except Misconfigured as error:
        if error.code != NO_RIGHT_CODE:
            raise
        if api.account.verified:
            raise _Wrong("没有通过微信认证，却配置了 verified = true；请改为 false，或先完成微信认证") from None
        return "未认证：只能被动回复，没有菜单和客服消息"
    if not api.account.verified:
        raise _Wrong("已通过微信认证，配置却没有写 verified = true，不会使用客服消息；请在账号文件里把它改为 true")
    return "已认证，菜单已推送" if menu else "已认证，还没有菜单；请运行 bianshitong menu push"


def _autoreply(api: WeChatApi) -> str:
    """Every account may ask, verified or not (official). Server mode silences these rules."""
    rules = api.autoreply_rules()
    open_rules = [
        called
        for field, called in (("is_add_friend_reply_open", "关注后回复"), ("is_autoreply_open", "自动回复"))
        if rules.get(field)
    ]
    if not open_rules:
        return "后台没有打开自动回复"
    return f"后台打开了{'、'.join(open_rules)}，启用服务器配置后不再生效；其中的内容请移到知识库"


def _templates(api: WeChatApi) -> str:
    """Template ids can be read by a verified 服务号 only."""
    service = api.account.kind is AccountKind.SERVICE
    try:
        known = api.template_ids()
    except Misconfigured as error:
        if error.code != NO_RIGHT_CODE:
            raise
        if service:
            raise _Wrong("没有服务号的权限，却配置了 type = service；请改为 subscription") from None
        return "订阅号：没有模板消息和订阅通知"
    if not service:
        raise _Wrong("有服务号的权限，却配置了 type = subscription；请改为 service，才会使用订阅通知")
    missing = [name for name, template_id in api.account.template_ids.items() if template_id not in known]
    if missing:
        raise _Wrong(f"后台没有选用模板 {'、'.join(missing)}；请在后台添加模板，并核对 template_ids")
    return f"服务号，后台有 {len(known)} 个模板"


def _agents(api: WeChatApi) -> str:
    try:
        agents = api.customer_service_agents()
    except ApiError as error:
        if error.code not in TRANSFER_OFF_CODES:
            raise
        agents = 0
    if agents == 0:
        raise _Wrong(
            "后台没有客服人员，转人工会无人应答；请在后台“客服”添加人员，或把 customer_service_transfer 改为 false"
        )
    return f"有 {agents} 名客服人员"
