"""The only reader of the environment. Every ``BST_`` name is listed here; an unknown one stops the start.

Source of the names: the contract with operators (docs/settings.md). Secrets have no working default.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from bot.account import Mode

PREFIX = "BST_"
# For the test suite's own servers; the product never reads them.
TEST_NAMES = frozenset({"BST_TEST_DATABASE_URL", "BST_TEST_REDIS_URL"})
SECRET_KEY_MIN = 32  # characters; 16 random bytes in hex, the least that AES-128-class secrecy asks for
AES_KEY_LENGTH = 43  # WeChat's EncodingAESKey


class SettingsError(Exception):
    """A setting that cannot be used; the message names it and says what to do."""


def _setting(doc: str, default: Any = None, *, secret: bool = False) -> Any:
    return field(default=default, repr=not secret, metadata={"doc": doc})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All settings, parsed. ``extra`` keeps the environment the accounts file names its secrets from."""

    database_url: str = _setting("Database; default: a SQLite file under the data folder", secret=True)
    redis_url: str | None = _setting("Redis; default: an embedded one, started and stopped by the product", secret=True)
    data_dir: Path = _setting("Folder for everything the product keeps", Path("data"))
    public_url: str | None = _setting("Address under which citizens' phones reach the product, https://…")
    secret_key: str = _setting("Encryption and signing keys are derived from it; ≥ 32 characters", "", secret=True)
    region: str | None = _setting("6-digit area code of the account `default`")
    wechat_app_id: str | None = _setting("App id of the account `default`")
    wechat_app_secret: str | None = _setting("App secret of the account `default`", secret=True)
    wechat_token: str | None = _setting("Token of the account `default`", secret=True)
    wechat_aes_key: str | None = _setting("EncodingAESKey (43 characters) of the account `default`", secret=True)
    wechat_previous_aes_key: str | None = _setting("The key before the last change, while still in use", secret=True)
    wechat_mode: Mode = _setting("safe, compatible or plain", Mode.SAFE)
    wechat_api_url: str = _setting("WeChat's API", "https://api.weixin.qq.com")
    wechat_max_age_minutes: int = _setting("How far a message's time may be off, in minutes", 10)
    accounts_file: Path | None = _setting("TOML file with further accounts")
    platform_url: str | None = _setting("The shared platform's API; unset: feedback is handled at the desk")
    platform_token: str | None = _setting("Bearer token for the platform", secret=True)
    platform_callback_secret: str | None = _setting("Signs the platform's callbacks (Standard Webhooks)", secret=True)
    demo: bool = _setting("1: simulator, reference platform and sample data; loopback only", False)
    environment: Mapping[str, str] = field(default_factory=dict, repr=False, metadata={"internal": True})


def setting_names() -> dict[str, str]:
    """Every name with its one-line description, in the order of the documentation."""
    return {PREFIX + f.name.upper(): f.metadata["doc"] for f in fields(Settings) if "doc" in f.metadata}


def read_settings(environment: Mapping[str, str] | None = None, *, dotenv: Path | None = Path(".env")) -> Settings:
    """From ``environment`` (default: the process's) over ``.env``. Raises ``SettingsError``, all mistakes at once."""
    settings, mistakes = usable_settings(environment, dotenv=dotenv)
    if mistakes:
        raise SettingsError("；\n".join(mistakes))
    return settings


def usable_settings(
    environment: Mapping[str, str] | None = None, *, dotenv: Path | None = Path(".env")
) -> tuple[Settings, list[str]]:
    """The settings without those that something is wrong with, and every mistake: for who wants to try the rest."""
    given = {**_read_dotenv(dotenv), **(os.environ if environment is None else environment)}
    known = setting_names()
    allowed = {*known, *TEST_NAMES, *_names_used_by(given.get("BST_ACCOUNTS_FILE", ""))}
    wrong = [name for name in given if name.startswith(PREFIX) and name not in allowed]
    mistakes = [f"{name} 不是本产品的设置项，请检查拼写（可用的见 docs/settings.md）" for name in sorted(wrong)]
    values: dict[str, Any] = {}
    for f in fields(Settings):
        raw = given.get(PREFIX + f.name.upper(), "").strip()
        if "doc" in f.metadata and raw:
            try:
                values[f.name] = _parse(f.name, raw)
            except ValueError as error:
                mistakes.append(f"{PREFIX}{f.name.upper()} {error}")
    data_dir = values.get("data_dir", Path("data"))
    values.setdefault("database_url", f"sqlite:///{data_dir / 'bianshitong.db'}")
    return Settings(**values, environment=given), mistakes


def _names_used_by(accounts_file: str) -> set[str]:
    """The accounts file names variables of its own choosing; a broken file is reported by its own reader."""
    try:
        content = Path(accounts_file).read_text(encoding="utf-8") if accounts_file else ""
    except (OSError, UnicodeDecodeError):
        return set()
    return set(re.findall(r'"(BST_[A-Z0-9_]+)"', content))


def _parse(name: str, raw: str) -> Any:
    parsers: dict[str, Callable[[str], Any]] = {
        "database_url": _database_url,
        "redis_url": _redis_url,
        "data_dir": Path,
        "accounts_file": Path,
        "public_url": _web_url,
        "wechat_api_url": _web_url,
        "platform_url": _web_url,
        "secret_key": _secret_key,
        "region": _region,
        "wechat_mode": _mode,
        "wechat_aes_key": _aes_key,
        "wechat_previous_aes_key": _aes_key,
        "wechat_max_age_minutes": _minutes,
        "demo": _switch,
    }
    return parsers.get(name, str)(raw)


def _database_url(raw: str) -> str:
    if raw.startswith(("sqlite:///", "postgresql+psycopg://")):
        return raw
    for short in ("postgresql://", "postgres://"):
        if raw.startswith(short):
            return raw.replace(short, "postgresql+psycopg://", 1)
    raise ValueError("应以 postgresql:// 或 sqlite:/// 开头")


def _redis_url(raw: str) -> str:
    if not raw.startswith(("redis://", "rediss://", "unix://")):
        raise ValueError("应以 redis://、rediss:// 或 unix:// 开头")
    return raw


def _web_url(raw: str) -> str:
    if not raw.startswith(("http://", "https://")):
        raise ValueError("应以 https:// 开头")
    return raw.rstrip("/")


def _secret_key(raw: str) -> str:
    if len(raw) < SECRET_KEY_MIN:
        raise ValueError(
            f"至少要 {SECRET_KEY_MIN} 个字符；可用 python -c 'import secrets; print(secrets.token_hex(32))' 生成"
        )
    return raw


def _region(raw: str) -> str:
    if len(raw) != 6 or not raw.isdecimal():
        raise ValueError("应为 6 位行政区划代码，例如 110000")
    return raw


def _mode(raw: str) -> Mode:
    try:
        return Mode(raw.lower())
    except ValueError:
        raise ValueError("只能是 safe、compatible 或 plain") from None


def _aes_key(raw: str) -> str:
    if len(raw) != AES_KEY_LENGTH or not raw.isalnum():
        raise ValueError(
            f"应为 {AES_KEY_LENGTH} 个字母或数字（现在是 {len(raw)} 个字符），请从公众号后台完整复制 EncodingAESKey"
        )
    return raw


def _minutes(raw: str) -> int:
    if not raw.isdecimal() or not 1 <= int(raw) <= 60 * 24:
        raise ValueError("应为 1 到 1440 之间的分钟数")
    return int(raw)


def _switch(raw: str) -> bool:
    if raw not in {"0", "1"}:
        raise ValueError("只能是 0 或 1")
    return raw == "1"


def _read_dotenv(path: Path | None) -> dict[str, str]:
    """``NAME=value`` lines; ``#`` begins a comment line; quotes around a value are dropped."""
    if path is None or not path.is_file():
        return {}
    found = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        name, sign, value = line.removeprefix("export ").partition("=")
        if not sign:
            raise SettingsError(f"{path} 第 {number} 行不是 名称=值 的形式，请改正")
        found[name.strip()] = value.strip().strip("\"'")
    return found
