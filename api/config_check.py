"""``bianshitong config check``: tries each thing for real and says what to do. Nothing is changed anywhere."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import httpx
import redis
from sqlalchemy import NullPool, create_engine, make_url, text
from sqlalchemy.exc import SQLAlchemyError

from api.account_check import CheckResult, account_results
from api.accounts import usable_accounts
from api.callback_check import callback_result
from api.platform.client import PlatformClient
from api.platform.outcomes import NotFound, Page, Refused
from api.secret_key import secret_key
from api.settings import Settings, SettingsError
from api.wiring import default_account
from bot.account import Account
from bot.client.errors import ApiError
from bot.client.transport import Request, exchange

CONNECT_SECONDS = 5


@dataclass(frozen=True, slots=True)
class DemoSide:
    """The simulator's account, where the demo listens, and the side of WeChat that it plays there."""

    account: Account
    base_url: str
    api_url: str


OLDEST_REDIS = (6, 2)
# A callback more than 10 minutes off is refused and WeChat's own signatures live 5: a clock this far off is a fault.
SKEW_LIMIT = timedelta(seconds=60)


def check(
    accounts: Mapping[str, Account],
    *,
    database_url: str,
    redis_url: str | None,
    api_url: str,
    public_url: str | None,
    platform_url: str | None,
    platform_token: str | None,
    http: httpx.Client,
    now: datetime,
    demo: DemoSide | None = None,
) -> list[CheckResult]:
    """Every result, the machine first, then each account. ``redis_url=None`` means the embedded one.

    In the demo the simulator plays WeChat's side, for its own account only.
    """
    if demo is not None and not accounts:
        api_url = demo.api_url
    results = [clock_result(api_url=api_url, http=http, now=now), database_result(database_url)]
    results.append(redis_result(redis_url))
    results.append(platform_result(platform_url, platform_token, http=http))
    if not accounts and demo is None:
        results.append(CheckResult("公众号", False, "还没有公众号；请设置 BST_WECHAT_APP_ID 等，或 BST_ACCOUNTS_FILE"))
    for account in accounts.values():
        results += account_results(account, api_url=api_url, http=http)
        results.append(_callback(account, public_url, http=http, now=now))
    if demo is not None:
        results += account_results(demo.account, api_url=demo.api_url, http=http)
        results.append(callback_result(demo.account, public_url=demo.base_url, http=http, now=now, from_outside=False))
    return results


def settings_results(settings: Settings, mistakes: Sequence[str]) -> tuple[dict[str, Account], list[CheckResult]]:
    """The accounts that can be tried, and all that is wrong with the settings and the others."""
    results = [CheckResult("设置", False, mistake) for mistake in mistakes]
    try:
        secret_key(settings)
        results.append(CheckResult("密钥", True, "已设置 BST_SECRET_KEY" if settings.secret_key else "演示用的密钥"))
    except SettingsError as error:
        results.append(CheckResult("密钥", False, str(error)))
    accounts: dict[str, Account] = {}
    try:
        accounts |= default_account(settings)
    except SettingsError as error:
        results += [CheckResult("公众号 default", False, said) for said in str(error).split("；\n")]
    if settings.accounts_file is not None:
        usable, problems = usable_accounts(settings.accounts_file, settings.environment)
        accounts |= usable
        results += [CheckResult("账号文件", False, problem) for problem in problems]
    return accounts, results


def clock_result(*, api_url: str, http: httpx.Client, now: datetime) -> CheckResult:
    """Our clock against the ``Date`` of WeChat's API; the call needs no token and is refused, which is enough."""
    request = Request("GET", f"{api_url.rstrip('/')}/cgi-bin/getcallbackip", repeatable=True)
    try:
        shown = exchange(http, request).headers.get("date", "")
        theirs = parsedate_to_datetime(shown)
    except ApiError as error:
        return CheckResult("微信接口与时间", False, str(error))
    except ValueError:
        return CheckResult("微信接口与时间", False, "接口的答复没有时间；请检查 BST_WECHAT_API_URL 与代理")
    skew = abs(now - (theirs if theirs.tzinfo else theirs.replace(tzinfo=UTC)))
    if skew > SKEW_LIMIT:
        said = f"服务器的时间与微信相差 {skew.total_seconds():.0f} 秒，回调会被当作过期；请打开 NTP 校时"
        return CheckResult("微信接口与时间", False, said)
    return CheckResult("微信接口与时间", True, "连得上，时间一致")


def database_result(url: str) -> CheckResult:
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite":
            return _sqlite_result(Path(parsed.database or ""))
        engine = create_engine(parsed, poolclass=NullPool, connect_args={"connect_timeout": CONNECT_SECONDS})
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except (SQLAlchemyError, ValueError):
        return CheckResult("数据库", False, "连不上 BST_DATABASE_URL；请检查地址、用户名、密码，以及数据库是否已启动")
    return CheckResult("数据库", True, "PostgreSQL 连得上")


def _sqlite_result(path: Path) -> CheckResult:
    """Tries to write beside it (WAL files go there) and leaves nothing: making the file is for ``migrate``."""
    folder = next(parent for parent in path.absolute().parents if parent.exists())
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
        if path.exists():
            path.open("r+b").close()
    except OSError:
        return CheckResult("数据库", False, f"SQLite 文件 {path} 不能读写；请检查文件夹的权限")
    return CheckResult("数据库", True, "SQLite 文件可以读写" if path.exists() else "SQLite 文件将在首次启动时建立")


def redis_result(url: str | None) -> CheckResult:
    if url is None:
        return CheckResult("Redis", True, "没有设置 BST_REDIS_URL，使用内置的 Redis；多台服务器时请设置")
    try:
        with redis.Redis.from_url(
            url, socket_timeout=CONNECT_SECONDS, socket_connect_timeout=CONNECT_SECONDS
        ) as client:
            version = str(client.info("server")["redis_version"])
    except (redis.RedisError, ValueError):
        return CheckResult("Redis", False, "连不上 BST_REDIS_URL；请检查地址、密码，以及 Redis 是否已启动")
    numbers = re.match(r"(\d+)\.(\d+)", version)
    if numbers and (int(numbers[1]), int(numbers[2])) < OLDEST_REDIS:
        return CheckResult("Redis", False, f"Redis 版本是 {version}，至少要 6.2；请升级")
    return CheckResult("Redis", True, f"连得上，版本 {version}")


def platform_result(url: str | None, token: str | None, *, http: httpx.Client) -> CheckResult:
    """One institution is asked for: a read that needs the right base address and the right token."""
    if url is None:
        return CheckResult("共享平台", True, "没有设置 BST_PLATFORM_URL，反馈留在本单位办理")
    if not token:
        return CheckResult("共享平台", False, "没有设置 BST_PLATFORM_TOKEN；请向平台索取后设置")
    match PlatformClient(url, token, http=http).institutions(limit=1):
        case Page():
            return CheckResult("共享平台", True, "连得上，令牌有效")
        case Refused(status=401 | 403):
            return CheckResult("共享平台", False, "平台不认这个令牌；请核对 BST_PLATFORM_TOKEN")
        case NotFound():
            return CheckResult("共享平台", False, "平台没有这个接口；请核对 BST_PLATFORM_URL 的路径")
        case answer:
            return CheckResult("共享平台", False, f"{answer.reason}；请核对 BST_PLATFORM_URL，或联系平台")


def _callback(account: Account, public_url: str | None, *, http: httpx.Client, now: datetime) -> CheckResult:
    if public_url is None:
        said = "没有设置 BST_PUBLIC_URL，无法检查；请设置为微信能访问的 https 地址"
        return CheckResult(f"公众号 {account.name}：回调地址", False, said)
    return callback_result(account, public_url=public_url, http=http, now=now)
