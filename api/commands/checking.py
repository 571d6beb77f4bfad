"""``config check``, ``config health-key`` and ``menu push``: what an operator needs besides the server itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.chinese import Commands
from api.commands.opening import shown, told
from api.commands.serving import DEFAULT_PORT, LOOPBACK
from api.own_menu import OWN_MENU
from api.settings import Settings, SettingsError, read_settings

if TYPE_CHECKING:
    from api.config_check import DemoSide

DemoPort = Annotated[int, typer.Option(help="演示模式的服务所在的端口")]

config = Commands(help="检查设置。")
menu = Commands(help="公众号菜单。")


def add_to(app: typer.Typer) -> None:
    app.add_typer(config, name="config")
    app.add_typer(menu, name="menu")


@config.command("check")
def check_config(port: DemoPort = DEFAULT_PORT) -> None:
    """逐项实际试一遍，并说明该怎么办；全部通过时退出码为 0。"""
    from api.config_check import check, settings_results
    from api.log import configure_logging
    from api.settings import usable_settings
    from api.wiring import WECHAT_SECONDS, outgoing_http, utc_now

    settings, mistakes = usable_settings()
    configure_logging()
    accounts, results = settings_results(settings, mistakes)
    with outgoing_http(WECHAT_SECONDS) as http:
        results += check(
            accounts,
            database_url=settings.database_url,
            redis_url=settings.redis_url,
            api_url=settings.wechat_api_url,
            public_url=settings.public_url,
            platform_url=settings.platform_url,
            platform_token=settings.platform_token,
            http=http,
            now=utc_now(),
            demo=_demo_side(settings, port) if settings.demo else None,
        )
    for result in results:
        shown.print(f"{'通过' if result.ok else '有问题'}  {result.name}：{result.what_to_do}")
    if wrong := sum(not result.ok for result in results):
        told.print(f"有 {wrong} 项有问题，请按上面的说明改正后再检查一次。")
        raise typer.Exit(1)


@config.command("health-key")
def show_health_key() -> None:
    """显示从其他机器查看 /readyz 详情和 /metrics 所需的密钥。"""
    from api.health import health_key
    from api.secret_key import secret_key
    from knowledge.store.vault import Vault

    shown.print(health_key(Vault(secret_key(read_settings()))))


@menu.command("push")
def push_menu(
    file: Annotated[Path | None, typer.Option(help="菜单文件；默认用产品自带的", show_default=False)] = None,
    account: Annotated[str | None, typer.Option(help="只推送这个公众号；默认全部", show_default=False)] = None,
    port: DemoPort = DEFAULT_PORT,
) -> None:
    """把菜单推送到公众号；须为已认证的账号。"""
    import redis

    from api.log import configure_logging
    from api.secret_key import secret_key
    from api.wiring import WECHAT_SECONDS, configured_accounts, make_wechat_api, outgoing_http, wechat_api_url
    from bot.menu import Menu
    from knowledge.store.vault import Vault

    settings = read_settings()
    configure_logging()
    pushed = Menu.from_file(file or OWN_MENU)
    accounts = configured_accounts(settings, Vault(secret_key(settings)))
    chosen = [accounts[account]] if account in accounts else ([] if account else list(accounts.values()))
    if not chosen:
        raise SettingsError(
            f"没有名为 {account} 的公众号；现有：{'、'.join(accounts) or '无'}"
            if account
            else "还没有设置公众号；请先设置 BST_WECHAT_APP_ID 等"
        )
    shared = redis.Redis.from_url(settings.redis_url, socket_timeout=2.0) if settings.redis_url else None
    with outgoing_http(WECHAT_SECONDS) as http:
        for one in chosen:
            api_url = wechat_api_url(one, settings, _base_url(settings, port))
            make_wechat_api(one, api_url=api_url, http=http, shared=shared).create_menu(pushed)
            told.print(f"{one.name}：菜单已推送；重新进入公众号会话约五分钟后可见，重新关注可立即看到。")


def _base_url(settings: Settings, port: int) -> str:
    """Where the demo listens, as ``make run`` starts it."""
    return settings.public_url or f"http://{LOOPBACK}:{port}"


def _demo_side(settings: Settings, port: int) -> DemoSide:
    from api.config_check import DemoSide
    from api.demo import simulator_account
    from api.secret_key import secret_key
    from api.wiring import wechat_api_url
    from knowledge.store.vault import Vault

    account, base_url = simulator_account(Vault(secret_key(settings))), _base_url(settings, port)
    return DemoSide(account, base_url, wechat_api_url(account, settings, base_url))
