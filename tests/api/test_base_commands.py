"""``base export|import`` as an operator uses it: from one installation to another."""

from __future__ import annotations

from pathlib import Path

from tests.api.test_command_line import one_sentence, run


def test_a_base_is_taken_from_one_installation_to_another(tmp_path: Path) -> None:
    here, there, file = tmp_path / "here", tmp_path / "there", tmp_path / "base.zip"
    for folder in (here, there):
        folder.mkdir()
    (tmp_path / "k.jsonl").write_text('{"id": "本地-1", "question": "图书室在哪？", "answer": "一楼。"}\n', "utf-8")
    assert run("knowledge", "import", str(tmp_path / "k.jsonl"), folder=here).returncode == 0
    exported = run("base", "export", str(file), folder=here)
    assert (exported.returncode, "条目 178" in exported.stdout) == (0, True), exported.stderr

    imported = run("base", "import", str(file), folder=there)
    assert imported.returncode == 0, imported.stderr
    assert "条目：新增 1，更改 0，未变 177" in imported.stdout
    assert "新增 0，更改 0，未变 178" in run("base", "import", str(file), folder=there).stdout


def test_what_is_no_base_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(b"PK")
    for call, code in ((("import", "x.zip"), 1), (("import", "none.zip"), 1), (("export", "x.csv"), 2)):
        refused = run("base", call[0], str(tmp_path / call[1]), folder=tmp_path)
        assert refused.returncode == code
        assert one_sentence(refused)
