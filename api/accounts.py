"""The file of further accounts (``BST_ACCOUNTS_FILE``): TOML, schema in docs/settings.md, sample in deploy/.

Secrets are never written there: the file names the environment variables that hold them.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from api.account_forms import aes_key_problem, region_problem, token_problem
from api.settings import SettingsError
from bot.account import Account, AccountKind, Credentials, Mode

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")  # it stands in the address of the callback
VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
FACT_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
FACT_LIMIT_CHARACTERS = 300  # a fact stands inside an answer, which has 2000 bytes in all
RESERVED_NAME = "simulator"  # the demo's own account

# The facts that the starter knowledge base and the house's own texts leave open.
BUREAU_FACTS = (
    "bureau_name",
    "bureau_phone",
    "bureau_address",
    "office_hours",
    "official_site",
    "guide_link",
    "registration_system",
    "website_mark_system",
    "credit_code_site",
    "disclosure_contact",
    "duty_phone",
    "smz_contact",
    "hotline_consult_days",
    "hotline_complaint_days",
    "promise_days",
)
# The form of app id and app secret is looked at by ``config check``, which can ask WeChat whether they are right.
_SECRETS: dict[str, Callable[[str], str | None]] = {
    "app_secret_env": lambda secret: None,
    "token_env": token_problem,
    "aes_key_env": aes_key_problem,
    "previous_aes_key_env": aes_key_problem,
}
_TEXTS = ("app_id", "mode", "region", "type", *_SECRETS)
_SWITCHES = ("verified", "customer_service_transfer")
_TABLES = ("template_ids", "bureau")
KEYS = (*_TEXTS, *_SWITCHES, *_TABLES)
_CLOSE = 0.8  # difflib's ratio from which a name counts as a slip of another


class AccountsFileWrong(SettingsError):
    """``problems``: every mistake of the file, one sentence each, naming file, table and key."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("；\n".join(problems))
        self.problems = problems


def read_accounts(path: Path, environment: Mapping[str, str]) -> dict[str, Account]:
    """The accounts by name, in the order of the file. Raises ``AccountsFileWrong`` with all mistakes at once."""
    accounts, problems = usable_accounts(path, environment)
    if problems:
        raise AccountsFileWrong(problems)
    return accounts


def usable_accounts(path: Path, environment: Mapping[str, str]) -> tuple[dict[str, Account], tuple[str, ...]]:
    """The accounts that nothing is wrong with, and every mistake of the others. Nothing is raised."""
    try:
        tables = _tables(path)
    except AccountsFileWrong as error:
        return {}, error.problems
    problems = list(_repeated_app_ids(path, tables))
    usable = {}
    for name, table in tables.items():
        wrong = [f"{path} 的 [accounts.{name}] {said}" for said in _problems(name, table, environment)]
        problems += wrong
        if not wrong:
            usable[name] = _account(name, table, environment)
    return usable, tuple(problems)


def _tables(path: Path) -> dict[str, dict[str, Any]]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError:
        raise AccountsFileWrong((f"账号文件 {path} 读不出来；请检查 BST_ACCOUNTS_FILE 的路径和权限",)) from None
    except UnicodeDecodeError:
        raise AccountsFileWrong((f"账号文件 {path} 不是 UTF-8 编码；请另存为 UTF-8",)) from None
    except tomllib.TOMLDecodeError as error:
        raise AccountsFileWrong((f"账号文件 {path} 不是正确的 TOML（{_place(str(error))}）；请改正",)) from None
    accounts = content.pop("accounts", None)
    problems = [f"{path} 的 {name} 不认识；账号写在 [accounts.名称] 表里" for name in content]
    if not isinstance(accounts, dict) or not accounts:
        problems.append(f"{path} 里没有账号；请写一个 [accounts.名称] 表")
    elif wrong := [name for name, table in accounts.items() if not isinstance(table, dict)]:
        problems += [f"{path} 的 accounts.{name} 不是表；请写成 [accounts.{name}]" for name in wrong]
    if problems:
        raise AccountsFileWrong(tuple(problems))
    assert isinstance(accounts, dict)
    return accounts


def _place(error: str) -> str:
    """``Expected '=' … (at line 3, column 5)`` → 第 3 行第 5 列; the rest may repeat content."""
    found = re.search(r"line (\d+), column (\d+)", error)
    return f"第 {found[1]} 行第 {found[2]} 列" if found else "文件末尾"


def _repeated_app_ids(path: Path, accounts: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    seen: dict[str, str] = {}
    for name, table in accounts.items():
        app_id = table.get("app_id")
        if isinstance(app_id, str) and app_id in seen:
            yield f"{path} 的 [accounts.{name}] app_id 与 [accounts.{seen[app_id]}] 相同；每个公众号只写一次"
        elif isinstance(app_id, str):
            seen[app_id] = name


def _problems(name: str, table: Mapping[str, Any], environment: Mapping[str, str]) -> Iterator[str]:
    if not NAME.fullmatch(name) or name == RESERVED_NAME:
        yield f"的名称须为小写字母、数字、下划线或短横（最多 32 个），且不能是 {RESERVED_NAME}；请改名"
    yield from (f"{key} {said}" for key in table if (said := _unknown(key)))
    yield from _type_problems(table)
    yield from _text_problems(table)
    yield from _secret_problems(table, environment)
    for key in _TABLES:
        if isinstance(table.get(key), dict):
            yield from _fact_problems(key, table[key])


def _unknown(key: str) -> str | None:
    if key in KEYS:
        return None
    if f"{key}_env" in _SECRETS:
        return f"不能写在文件里；请把它放进环境变量，在 {key}_env 写变量名"
    close = difflib.get_close_matches(key, KEYS, 1, _CLOSE)
    return f"不认识；是不是想写 {close[0]}" if close else "不认识；可用的键见 docs/settings.md"


def _type_problems(table: Mapping[str, Any]) -> Iterator[str]:
    for keys, kind, called in (
        (_TEXTS, str, "带引号的文字"),
        (_SWITCHES, bool, " true 或 false"),
        (_TABLES, dict, "表"),
    ):
        yield from (f"{key} 应为{called}；请改正" for key in keys if key in table and not isinstance(table[key], kind))


def _text_problems(table: Mapping[str, Any]) -> Iterator[str]:
    for key, kind in (("mode", Mode), ("type", AccountKind)):
        allowed = [str(one.value) for one in kind]
        if isinstance(table.get(key), str) and table[key] not in allowed:
            yield f"{key} 须为 {'、'.join(allowed)} 之一；请改正"
    if not table.get("app_id"):
        yield "缺少 app_id；请从后台“基本配置”复制 AppID"
    if isinstance(region := table.get("region"), str) and (said := region_problem(region)):
        yield said


def _secret_problems(table: Mapping[str, Any], environment: Mapping[str, str]) -> Iterator[str]:
    needed = ["token_env"] + (["aes_key_env"] if table.get("mode", Mode.SAFE) != Mode.PLAIN else [])
    yield from (f"缺少 {key}；请写上保存它的环境变量名" for key in needed if key not in table)
    for key, check in _SECRETS.items():
        variable = table.get(key)
        if not isinstance(variable, str):
            continue
        if not VARIABLE.fullmatch(variable):
            yield f"{key} 应写环境变量的名称，不是密钥本身；请改正"
        elif not (value := environment.get(variable, "").strip()):
            yield f"{key} 指的环境变量 {variable} 没有设置；请设置后再启动"
        elif said := check(value):
            yield f"{key}（环境变量 {variable}）不正确：{said}"


def _fact_problems(key: str, facts: Mapping[str, Any]) -> Iterator[str]:
    for name, value in facts.items():
        where = f"的 {key} 表里，{name}"
        if not isinstance(value, str) or not value.strip():
            yield f"{where} 应为带引号的文字，且不能为空；请改正，没有就删去这一行"
        elif len(value) > FACT_LIMIT_CHARACTERS:
            yield f"{where} 超过 {FACT_LIMIT_CHARACTERS} 个字；请缩短"
        if key != "bureau":
            continue
        if not FACT_NAME.fullmatch(name):
            yield f"{where} 的名称须为小写字母、数字和下划线；请改名"
        elif name not in BUREAU_FACTS and (slip := _slip(name, facts)):
            yield f"{where} 不认识；是不是想写 {slip}"


def _slip(name: str, facts: Mapping[str, Any]) -> str | None:
    """A house fact that ``name`` looks like and that is not given. Facts of the bureau's own invention are welcome."""
    close = difflib.get_close_matches(name, [known for known in BUREAU_FACTS if known not in facts], 1, _CLOSE)
    return close[0] if close else None


def _account(name: str, table: Mapping[str, Any], environment: Mapping[str, str]) -> Account:
    def secret(key: str) -> str | None:
        return environment[table[key]].strip() if key in table else None

    return Account(
        name=name,
        app_id=table["app_id"],
        mode=Mode(table.get("mode", Mode.SAFE)),
        kind=AccountKind(table.get("type", AccountKind.SUBSCRIPTION)),
        verified=table.get("verified", False),
        region=table.get("region"),
        customer_service_transfer=table.get("customer_service_transfer", False),
        template_ids=dict(table.get("template_ids", {})),
        bureau=dict(table.get("bureau", {})),
        credentials=Credentials(
            app_secret=secret("app_secret_env"),
            token=secret("token_env") or "",
            aes_key=secret("aes_key_env"),
            previous_aes_key=secret("previous_aes_key_env"),
        ),
    )
