"""The command line as an operator meets it: exit codes, one sentence on stderr, no traceback ever."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli import app

ROOT = Path(__file__).parents[2]


def run(*arguments: str, folder: Path, stdin: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("BST_")}
    environment = kept | {"BST_DATA_DIR": str(folder / "data"), "PYTHONPATH": str(ROOT), "COLUMNS": "200", **settings}
    return subprocess.run(
        [sys.executable, "-m", "api", *arguments],
        env=environment, cwd=folder, input=stdin, capture_output=True, text=True, timeout=100,
    )  # fmt: skip


def one_sentence(ended: subprocess.CompletedProcess[str]) -> str:
    assert "Traceback" not in ended.stderr
    lines = ended.stderr.strip().splitlines()
    assert lines
    return lines[-1]


@pytest.mark.parametrize(
    ("settings", "arguments", "named"),
    [
        ({"BST_WECHAT_TOKN": "x"}, ("serve",), "BST_WECHAT_TOKN"),
        ({"BST_WECHAT_AES_KEY": "a" * 42}, ("serve",), "BST_WECHAT_AES_KEY"),
        ({"BST_DEMO": "1"}, ("serve", "--host", "0.0.0.0"), "127.0.0.1"),
        ({}, ("serve", "--port", "8391"), "BST_SECRET_KEY"),
        ({"BST_DEMO": "1", "BST_PLATFORM_CALLBACK_SECRET": "?"}, ("serve", "--port", "8392"), "BST_PLATFORM_CALLBACK"),
        ({"BST_DATABASE_URL": "postgresql://u@127.0.0.1:9/nothing"}, ("migrate",), "BST_DATABASE_URL"),
        ({}, ("knowledge", "check", "missing.jsonl"), "missing.jsonl"),
        ({}, ("institutions", "import", "missing.csv"), "missing.csv"),
        ({"BST_SECRET_KEY": "k" * 40}, ("menu", "push"), "BST_WECHAT_APP_ID"),
        (
            {"BST_SECRET_KEY": "k" * 40, "BST_WECHAT_APP_ID": "wx0123456789abcdef", "BST_WECHAT_TOKEN": "abc"},
            ("serve", "--port", "8393"),
            "BST_WECHAT_AES_KEY",
        ),
    ],
)
def test_what_cannot_be_done_ends_with_one_sentence_and_exit_code_1(
    tmp_path: Path, settings: dict[str, str], arguments: tuple[str, ...], named: str
) -> None:
    ended = run(*arguments, folder=tmp_path, **settings)
    assert (ended.returncode, named in one_sentence(ended)) == (1, True), ended.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nonsense",), "没有命令 nonsense，可用的有：serve、"),
        (("ask",), "缺少参数 QUESTION（要问的话）"),
        (("ask", "年报", "什么时候报"), "多写了 什么时候报"),
        (("ask", "年报", "--acount", "a"), "没有选项 --acount，是不是想写 --account"),
        (("evaluate", "faq"), "缺少选项 --knowledge（知识库文件）"),
        (("evaluate", "faq", "--knowledge", "a.jsonl"), "二者选一"),
        (("evaluate", "faq", "--knowledge", "a.jsonl", "--damage", "y"), "应为 pinyin、shape、"),
        (("serve", "--port", "many"), "选项 --port（监听端口）的值不对，应为整数"),
        (("serve", "--port"), "选项 --port 后面要写一个值"),
        (("config",), "没有写要运行的命令"),
    ],
)
def test_a_wrong_call_ends_with_one_chinese_sentence_and_exit_code_2(
    tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    ended = run(*arguments, folder=tmp_path)
    assert ended.returncode == 2
    assert ended.stderr.count("\n") == 1
    assert said in ended.stderr
    assert "--help。" in ended.stderr


@pytest.mark.parametrize(
    "arguments",
    [(), ("serve",), ("worker",), ("migrate",), ("ask",), ("chat",), ("knowledge", "import"), ("knowledge", "export"),
     ("knowledge", "check"), ("institutions", "import"), ("menu", "push"), ("evaluate", "faq"),
     ("evaluate", "institutions"), ("config", "check")],
    ids=" ".join,
)  # fmt: skip
def test_help_is_everywhere_and_in_chinese(arguments: tuple[str, ...]) -> None:
    ended = CliRunner().invoke(app, [*arguments, "--help"])
    assert ended.exit_code == 0
    assert "用法：" in ended.stdout
    assert not re.search("Usage|Options|Commands|Arguments|Show this|required|default", ended.stdout)


def test_the_check_tries_everything_and_stops_at_no_mistake(tmp_path: Path) -> None:
    (tmp_path / "accounts.toml").write_text(
        """
[accounts.first]
app_id = "wx0123456789abcdef"
token_env = "FIRST_TOKEN"
mode = "plain"
[accounts.second]
app_id = "wx0123456789abcdee"
token_env = "SECOND_TOKEN"
mode = "plain"
""",
        encoding="utf-8",
    )
    ended = run(
        "config", "check", folder=tmp_path,
        BST_ACCOUNTS_FILE="accounts.toml", SECOND_TOKEN="abc12345", BST_REGION="1", BST_WECHAT_API_URL="http://127.0.0.1:9",
    )  # fmt: skip
    assert ended.returncode == 1
    for said in ("BST_REGION", "BST_SECRET_KEY", "FIRST_TOKEN 没有设置", "数据库：", "Redis：", "公众号 second：Token"):
        assert said in ended.stdout, said
    assert "项有问题" in one_sentence(ended)


def test_in_the_demo_the_check_and_the_menu_speak_with_the_simulator(tmp_path: Path) -> None:
    demo = {"BST_DEMO": "1"}
    checked = run("config", "check", "--port", "9", folder=tmp_path, **demo)
    assert "还没有公众号" not in checked.stdout
    assert "公众号 simulator：AppID：格式正确" in checked.stdout
    assert "公众号 simulator：访问令牌" in checked.stdout
    pushed = run("menu", "push", "--port", "9", folder=tmp_path, **demo)
    assert pushed.returncode == 1
    assert "还没有设置公众号" not in pushed.stderr


def test_ask_answers_from_the_starter_base_with_nothing_set_at_all(tmp_path: Path) -> None:
    ended = run("ask", "事业单位法人证书丢了怎么办", "--explain", folder=tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert "补领" in ended.stdout
    assert "置信度" in ended.stdout


def test_chat_keeps_the_thread_of_a_talk(tmp_path: Path) -> None:
    ended = run("chat", folder=tmp_path, stdin="反馈\n建议\n取消\n", BST_SECRET_KEY="k" * 40)
    assert ended.returncode == 0, ended.stderr
    assert "已取消" in ended.stdout


def test_a_talk_needs_no_key_and_says_what_that_means(tmp_path: Path) -> None:
    ended = run("chat", folder=tmp_path, stdin="年度报告什么时候报\n")
    assert ended.returncode == 0, ended.stderr
    assert "临时密钥" in ended.stderr
    assert ended.stdout.strip()


def test_nothing_is_started_without_a_secret_key(tmp_path: Path) -> None:
    ended = run("serve", "--port", "8391", folder=tmp_path)
    assert ended.returncode == 1
    assert "正在" not in ended.stderr
    assert "BST_SECRET_KEY" in one_sentence(ended)


def test_knowledge_exported_and_imported_again_changes_nothing(tmp_path: Path) -> None:
    assert run("knowledge", "export", "base.xlsx", folder=tmp_path).returncode == 0
    again = run("knowledge", "import", "base.xlsx", folder=tmp_path)
    assert again.returncode == 0, again.stderr
    assert "新增 0，更新 0" in again.stdout


def test_a_file_with_errors_lists_them_all_and_changes_nothing(tmp_path: Path) -> None:
    rows = [{"id": "a", "question": "问"}, {"id": "b", "answer": "答"}]
    (tmp_path / "bad.jsonl").write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    ended = run("knowledge", "import", "bad.jsonl", folder=tmp_path)
    assert ended.returncode == 1
    assert "answer" in ended.stderr
    assert "question" in ended.stderr
    assert "没有改动" in ended.stderr


def test_institutions_with_a_bad_row_are_imported_but_for_that_row(tmp_path: Path) -> None:
    rows = [{"name": "示例甲学校"}, {"name": "示例乙学校", "credit_code": "123"}]
    (tmp_path / "rows.jsonl").write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    ended = run("institutions", "import", "rows.jsonl", folder=tmp_path)
    assert ended.returncode == 1
    assert "credit_code" in ended.stderr
    assert "新增 1" in ended.stdout


def test_evaluate_prints_figures_and_writes_predictions(tmp_path: Path) -> None:
    base = [
        {"id": "a", "question": "年度报告什么时候报？", "answer": "三月底前。"},
        {"id": "b", "question": "公章丢了怎么办？", "answer": "补刻。"},
    ]
    asked = [{"query": "年度报告几时报", "id": "a"}, {"query": "怎么养猫", "id": None}]
    for name, rows in (("base", base), ("asked", asked)):
        (tmp_path / f"{name}.jsonl").write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    files = ("--knowledge", "base.jsonl", "--queries", "asked.jsonl", "--predictions", "out.jsonl")
    ended = run("evaluate", "faq", *files, folder=tmp_path)
    assert ended.returncode == 0, ended.stderr
    written = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [row["query"] for row in written] == ["年度报告几时报", "怎么养猫"]
    assert set(written[0]) >= {"decision", "candidates", "ms"}


def test_evaluate_prints_the_figures_of_damaged_questions_beside_the_others(tmp_path: Path) -> None:
    (tmp_path / "base.jsonl").write_text('{"id": "a", "question": "公章丢了怎么办？", "answer": "补刻。"}', "utf-8")
    (tmp_path / "asked.jsonl").write_text('{"query": "公章丢了怎么办", "id": "a"}', "utf-8")
    files = ("--knowledge", "base.jsonl", "--queries", "asked.jsonl", "--predictions", "out.jsonl")
    ended = run("evaluate", "faq", *files, "--damage", "traditional", folder=tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert "1.000 (1/1) → 1.000 (1/1)" in ended.stdout
    assert json.loads((tmp_path / "out.jsonl").read_text(encoding="utf-8"))["query"] == "公章丟了怎麼辦"


def test_the_audit_log_is_verified_and_a_changed_row_named(tmp_path: Path) -> None:
    knowledge = tmp_path / "k.jsonl"
    knowledge.write_text('{"id": "A", "question": "书丢了怎么办？", "answer": "照价赔偿。"}\n', encoding="utf-8")
    assert run("knowledge", "import", str(knowledge), folder=tmp_path).returncode == 0
    verified = run("audit", "verify", folder=tmp_path)
    assert (verified.returncode, verified.stderr) == (0, "")
    assert "核对 1 条，没有改动" in verified.stdout

    with sqlite3.connect(tmp_path / "data" / "bianshitong.db") as database:
        assert database.execute("SELECT by FROM faq_versions WHERE entry_id = 'A'").fetchall() == [("命令行导入",)]
        assert database.execute("SELECT actor, action FROM audit_events").fetchall() == [("命令行", "import.applied")]
        database.execute("DROP TRIGGER audit_events_no_update")
        database.execute("UPDATE audit_events SET actor = '别人'")
    database.close()
    broken = run("audit", "verify", folder=tmp_path)
    assert broken.returncode == 1
    assert "第 1 条" in one_sentence(broken)
