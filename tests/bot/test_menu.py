"""The menu file and WeChat's limits."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.menu import Menu, MenuWrong

FILE = Path(__file__).parents[2] / "deploy" / "menu.json"


def click(name: str = "热门问题", key: str = "ask_popular") -> dict[str, Any]:
    return {"type": "click", "name": name, "key": key}


def test_the_committed_menu_has_three_columns_and_every_key_of_the_house() -> None:
    menu = Menu.from_file(FILE)
    assert [column.name for column in menu.columns] == ["问一问", "查一查", "说一说"]
    assert menu.keys == (
        "ask_popular",
        "ask_registration",
        "ask_annual_report",
        "ask_certificate",
        "ask_help",
        "look_up_institution",
        "look_up_nearby",
        "look_up_code",
        "look_up_progress",
        "speak_feedback",
        "speak_mine",
        "speak_person",
        "speak_privacy",
    )


def test_a_menu_is_sent_as_it_was_written() -> None:
    assert Menu.from_file(FILE).to_json() == json.loads(FILE.read_text(encoding="utf-8"))


def test_a_menu_at_every_limit_is_taken() -> None:
    column = {"name": "一" * 5 + "x", "sub_button": [click("一" * 20, "k" * 128)] * 4}
    link = {"type": "view", "name": "网站", "url": "https://" + "x" * 1016}
    Menu.from_json({"button": [column, column, {"name": "三", "sub_button": [link] * 5}]})


@pytest.mark.parametrize(
    ("button", "said"),
    [
        (click("一" * 21), "最多 60 字节"),
        (click(key="k" * 129), "最多 128 字节"),
        (click(key=""), "缺少 key"),
        (click(name=" "), "没有 name"),
        ({"type": "view", "name": "网站", "url": "https://" + "x" * 1017}, "最多 1024 字节"),
        ({"type": "view", "name": "网站", "url": "javascript:alert(1)"}, "须以 https://"),
        ({"type": "dance", "name": "跳舞"}, "type 须为"),
        ({"type": ["click"], "name": "跳舞"}, "type 须为"),
        ({"type": "click", "name": "套娃", "key": "k", "sub_button": [click()]}, "不能再有子菜单"),
        ("文字", "不是 JSON 对象"),
    ],
)
def test_a_wrong_item_is_named_by_its_place(button: Any, said: str) -> None:
    with pytest.raises(MenuWrong, match="第 1 栏第 2 项") as caught:
        Menu.from_json({"button": [{"name": "问一问", "sub_button": [click(), button]}]})
    assert said in str(caught.value)


def test_all_mistakes_are_told_at_once() -> None:
    columns = [{"name": "五个字的栏", "sub_button": [click()] * 6}, click("一" * 6), {"name": "x"}, 7]
    with pytest.raises(MenuWrong) as caught:
        Menu.from_json({"button": columns})
    assert len(caught.value.problems) == 5


@pytest.mark.parametrize("value", [None, [], {}, {"button": []}, {"button": {}}, "menu"])
def test_what_is_no_menu_is_refused(value: object) -> None:
    with pytest.raises(MenuWrong, match="button"):
        Menu.from_json(value)


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe", b""])
def test_a_file_that_is_no_json_is_refused_in_one_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "menu.json"
    path.write_bytes(content)
    with pytest.raises(MenuWrong, match=r"菜单文件 .*menu\.json"):
        Menu.from_file(path)


def test_a_missing_file_is_told_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(MenuWrong, match="读不出来"):
        Menu.from_file(tmp_path / "none.json")


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=6)
        | st.dictionaries(st.sampled_from(["button", "name", "type", "key", "url", "sub_button"]), inner, max_size=6)
    ),
    max_leaves=30,
)


@given(_json)
def test_any_json_is_a_menu_within_the_limits_or_is_refused(value: object) -> None:
    try:
        menu = Menu.from_json(value)
    except MenuWrong:
        return
    assert 1 <= len(menu.columns) <= 3
    assert Menu.from_json(menu.to_json()) == menu
