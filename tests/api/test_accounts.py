"""The file of further accounts: the committed sample loads, and every mistake is told at once without a secret."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.accounts import BUREAU_FACTS, KEYS, AccountsFileWrong, read_accounts
from bot.account import Account, AccountKind, Mode

SAMPLE = Path(__file__).parents[2] / "deploy" / "accounts.sample.toml"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
ENVIRONMENT = {
    "COUNTY_WECHAT_APP_SECRET": "0123456789abcdef0123456789abcdef",
    "COUNTY_WECHAT_TOKEN": "countytoken",
    "COUNTY_WECHAT_AES_KEY": AES_KEY,
    "TOWN_WECHAT_TOKEN": "towntoken",
    "TOWN_WECHAT_AES_KEY": AES_KEY,
    "PASTED": "p4ssw0rd!" * 5,
}
GOOD = """
[accounts.county]
app_id = "wx0123456789abcdef"
token_env = "COUNTY_WECHAT_TOKEN"
aes_key_env = "COUNTY_WECHAT_AES_KEY"
"""


def read(folder: Path, content: str | bytes) -> dict[str, Account]:
    path = folder / "accounts.toml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_accounts(path, ENVIRONMENT)


def problems(folder: Path, content: str | bytes) -> tuple[str, ...]:
    with pytest.raises(AccountsFileWrong) as caught:
        read(folder, content)
    assert not [secret for secret in ENVIRONMENT.values() if secret in str(caught.value)]
    return caught.value.problems


def test_the_committed_sample_loads() -> None:
    accounts = read_accounts(SAMPLE, ENVIRONMENT)
    assert list(accounts) == ["county", "town"]
    county, town = accounts["county"], accounts["town"]
    assert (county.kind, county.verified, county.mode, county.region) == (
        AccountKind.SERVICE,
        True,
        Mode.SAFE,
        "999901",
    )
    assert county.credentials.app_secret == ENVIRONMENT["COUNTY_WECHAT_APP_SECRET"]
    assert county.credentials.aes_key == AES_KEY
    assert county.template_ids == {"feedback_progress": "sample-template-id-to-be-replaced"}
    assert county.bureau["bureau_phone"] == "0999-0000000"
    assert (town.kind, town.may_push, town.credentials.app_secret) == (AccountKind.SUBSCRIPTION, False, None)


def test_an_accounts_secrets_are_not_in_its_repr() -> None:
    shown = repr(read_accounts(SAMPLE, ENVIRONMENT))
    assert not [secret for secret in ENVIRONMENT.values() if secret in shown]


def test_a_file_with_a_byte_order_mark_loads(tmp_path: Path) -> None:
    assert list(read(tmp_path, b"\xef\xbb\xbf" + GOOD.encode())) == ["county"]


def test_plain_mode_needs_no_key(tmp_path: Path) -> None:
    content = '[accounts.a]\napp_id = "wx0123456789abcdef"\ntoken_env = "TOWN_WECHAT_TOKEN"\nmode = "plain"\n'
    assert read(tmp_path, content)["a"].mode is Mode.PLAIN


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('mode = "secret"', "mode 须为 plain、compatible、safe 之一"),
        ('type = "服务号"', "type 须为 service、subscription 之一"),
        ("verified = 1", "verified 应为 true 或 false"),
        ('verified = "true"', "verified 应为 true 或 false"),
        ("region = 110101", "region 应为带引号的文字"),
        ('region = "1101"', "region 应为 6 位行政区划代码"),
        ("verifed = true", "verifed 不认识；是不是想写 verified"),
        ('colour = "red"', "colour 不认识；可用的键见"),
        ('token = "p4ssw0rd"', "token 不能写在文件里；请把它放进环境变量，在 token_env 写变量名"),
        ('app_secret_env = "NOT_SET"', "app_secret_env 指的环境变量 NOT_SET 没有设置"),
        ('app_secret_env = "0123456789abcdef 0123456789abcdef"', "app_secret_env 应写环境变量的名称"),
        ('previous_aes_key_env = "PASTED"', "previous_aes_key_env（环境变量 PASTED）不正确：EncodingAESKey 应为 43"),
        ('bureau = "电话"', "bureau 应为表"),
        ("[accounts.county.bureau]\nbureau_phone = 12345", "bureau_phone 应为带引号的文字"),
        ('[accounts.county.bureau]\nbureau_phome = "1"', "bureau_phome 不认识；是不是想写 bureau_phone"),
        ('[accounts.county.bureau]\n"电话" = "1"', "名称须为小写字母"),
        (f'[accounts.county.bureau]\nown_fact = "{"长" * 301}"', "超过 300 个字"),
        ('[accounts.county.template_ids]\nprogress = ""', "progress 应为带引号的文字，且不能为空"),
    ],
)
def test_a_mistake_names_file_table_and_key(tmp_path: Path, line: str, said: str) -> None:
    (problem,) = problems(tmp_path, GOOD + line + "\n")
    assert problem.startswith(f"{tmp_path / 'accounts.toml'} 的 [accounts.county] ")
    assert said in problem


def test_facts_of_the_bureaus_own_are_taken(tmp_path: Path) -> None:
    content = GOOD + '[accounts.county.bureau]\nparking = "门前有车位"\nbureau_phone = "1"\nbureau_phone_2 = "2"\n'
    assert read(tmp_path, content)["county"].bureau["parking"] == "门前有车位"


def test_all_mistakes_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    content = GOOD + '[accounts.Town]\nmode = "x"\n[accounts.simulator]\napp_id = "wx0123456789abcdef"\n'
    told = "\n".join(problems(tmp_path, content))
    for said in ("[accounts.Town] 的名称", "缺少 app_id", "缺少 token_env", "缺少 aes_key_env", "mode 须为"):
        assert said in told
    assert "[accounts.simulator] 的名称" in told
    assert "[accounts.simulator] app_id 与 [accounts.county] 相同" in told


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "没有账号"),
        ("[accounts]\n", "没有账号"),
        ("[accounts]\ncounty = 1\n", "accounts.county 不是表"),
        ("[account.county]\n" + GOOD, "account 不认识"),
        ("[accounts.county\n", "不是正确的 TOML（第 1 行第"),
        (GOOD + GOOD, "不是正确的 TOML"),
        ("[accounts.a]\napp_id = '", "不是正确的 TOML"),
        (b"\xff\xfe[", "不是 UTF-8"),
    ],
)
def test_a_file_of_the_wrong_form_is_told_in_one_sentence(tmp_path: Path, content: str | bytes, said: str) -> None:
    assert said in problems(tmp_path, content)[0]


def test_a_missing_file_is_told_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(AccountsFileWrong, match="读不出来"):
        read_accounts(tmp_path / "none.toml", ENVIRONMENT)


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda tail: (GOOD + tail).encode("utf-8", "ignore")))
def test_any_file_loads_or_is_refused_with_sentences(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    folder = tmp_path_factory.mktemp("any")
    with contextlib.suppress(AccountsFileWrong):
        assert read(folder, content)


def test_every_key_and_fact_is_documented() -> None:
    text = (SAMPLE.parents[1] / "docs" / "settings.md").read_text(encoding="utf-8")
    assert not [name for name in (*KEYS, *BUREAU_FACTS) if name not in text]
