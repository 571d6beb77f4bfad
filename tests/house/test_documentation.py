"""README and docs are true: every command, target, setting and file they name exists, and the reverse."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import typer.main

from api.cli import app
from api.settings import TEST_NAMES, setting_names

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CHINESE = (ROOT / "README.zh-CN.md").read_text(encoding="utf-8")
SETTINGS = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")


def commands() -> set[str]:
    """``serve``, ``knowledge import`` …, as typer knows them."""
    root = typer.main.get_command(app)
    found = set()
    for name, command in root.commands.items():  # type: ignore[attr-defined]
        inside = getattr(command, "commands", None)
        found |= {f"{name} {sub}" for sub in inside} if inside else {name}
    return found


def test_every_setting_is_in_the_settings_page_and_the_page_names_no_other() -> None:
    assert set(re.findall(r"BST_[A-Z_]+", SETTINGS)) == {*setting_names(), *TEST_NAMES} | set(
        re.findall(r'"(BST_[A-Z_]+)"', SETTINGS)
    )


@pytest.mark.parametrize("readme", [README, CHINESE], ids=["English", "Chinese"])
def test_every_setting_that_a_readme_names_exists(readme: str) -> None:
    assert set(re.findall(r"BST_[A-Z_]+", readme)) <= {*setting_names(), *TEST_NAMES}


@pytest.mark.parametrize("readme", [README, CHINESE], ids=["English", "Chinese"])
def test_every_command_is_in_the_readme_and_the_readme_names_no_other(readme: str) -> None:
    named = {" ".join(found.split()) for found in re.findall(r"\.venv/bin/bianshitong ([a-z]+(?: [a-z-]+)?)", readme)}
    known = commands()
    assert {name for name in named if name not in known and name.split()[0] not in known} == set()
    assert {name for name in known if not any(said == name or said.startswith(f"{name} ") for said in named)} == set()


@pytest.mark.parametrize("readme", [README, CHINESE], ids=["English", "Chinese"])
def test_every_make_target_that_a_readme_names_exists(readme: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z]+)", readme)) <= targets


@pytest.mark.parametrize(
    "page", sorted(p.relative_to(ROOT).as_posix() for p in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
)
def test_every_link_between_our_own_pages_leads_somewhere(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!https?://|#)([^)#]+)", text):
        assert ((ROOT / page).parent / target).exists(), target


def test_both_readmes_have_the_same_sections() -> None:
    assert len(re.findall(r"^#+ ", README, re.MULTILINE)) == len(re.findall(r"^#+ ", CHINESE, re.MULTILINE))
    assert re.findall(r"^```.*?^```", README, re.MULTILINE | re.DOTALL)
    assert len(re.findall(r"^```", README, re.MULTILINE)) == len(re.findall(r"^```", CHINESE, re.MULTILINE))


def test_nothing_committed_names_a_registry_or_a_path_of_a_makers_machine() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    files = [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]
    forbidden = re.compile(r"pypi\.org|pythonhosted|registry\.npmjs|deb\.debian|/opt/" + r"pypi|/" + r"work/|/root/")
    guilty = [
        f.name for f in files if f.stat().st_size < 1_000_000 and forbidden.search(f.read_text("utf-8", "ignore"))
    ]
    assert [name for name in guilty if name != Path(__file__).name] == []
