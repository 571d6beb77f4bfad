"""What operators set, and what they hear when they set it wrong."""

from pathlib import Path

import pytest

from api.settings import Settings, SettingsError, read_settings, setting_names
from bot.account import Mode


def read(**environment: str) -> Settings:
    return read_settings(environment, dotenv=None)


def test_nothing_set_gives_the_embedded_defaults() -> None:
    settings = read()
    assert settings.database_url == "sqlite:///data/bianshitong.db"
    assert settings.redis_url is None
    assert settings.wechat_mode is Mode.SAFE
    assert settings.secret_key == ""


def test_the_database_follows_the_data_folder() -> None:
    assert read(BST_DATA_DIR="/srv/bst").database_url == "sqlite:////srv/bst/bianshitong.db"


def test_a_postgresql_address_gets_the_driver_we_use() -> None:
    assert read(BST_DATABASE_URL="postgres://u@h/d").database_url == "postgresql+psycopg://u@h/d"


def test_an_unknown_name_stops_the_start_and_is_named() -> None:
    with pytest.raises(SettingsError, match="BST_WECHAT_TOKN"):
        read(BST_WECHAT_TOKN="x")


def test_every_mistake_is_told_at_once() -> None:
    with pytest.raises(SettingsError) as told:
        read(BST_REGION="12", BST_WECHAT_MODE="none", BST_PUBLIC_URL="example")
    assert all(name in str(told.value) for name in ("BST_REGION", "BST_WECHAT_MODE", "BST_PUBLIC_URL"))


def test_a_key_of_42_characters_is_refused_with_its_length() -> None:
    with pytest.raises(SettingsError, match="42"):
        read(BST_WECHAT_AES_KEY="a" * 42)


def test_no_secret_shows_when_settings_are_printed() -> None:
    settings = read(
        BST_WECHAT_APP_SECRET="very-secret", BST_SECRET_KEY="k" * 40, BST_DATABASE_URL="postgresql://u:pw@h/d"
    )
    assert not any(secret in repr(settings) for secret in ("very-secret", "k" * 40, "pw@"))


def test_a_variable_that_the_accounts_file_names_is_allowed(tmp_path: Path) -> None:
    accounts = tmp_path / "accounts.toml"
    accounts.write_text('[accounts.city]\ntoken_variable = "BST_CITY_TOKEN"\n', encoding="utf-8")
    settings = read(BST_ACCOUNTS_FILE=str(accounts), BST_CITY_TOKEN="t")
    assert settings.environment["BST_CITY_TOKEN"] == "t"


def test_the_environment_wins_over_the_dotenv_file(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text('# comment\nexport BST_REGION="110000"\nBST_WECHAT_TOKEN=fromfile\n', encoding="utf-8")
    settings = read_settings({"BST_WECHAT_TOKEN": "fromenvironment"}, dotenv=dotenv)
    assert (settings.region, settings.wechat_token) == ("110000", "fromenvironment")


def test_a_broken_dotenv_line_is_named(tmp_path: Path) -> None:
    dotenv = tmp_path / ".env"
    dotenv.write_text("BST_REGION\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="第 1 行"):
        read_settings({}, dotenv=dotenv)


def test_every_setting_is_described() -> None:
    assert all(setting_names().values())
