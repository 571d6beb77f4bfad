"""统一社会信用代码: the table of real codes of the domain notes, and what must not pass."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.institutions.codes import (
    ALPHABET,
    check_digit,
    examined,
    read_certificate_number,
    read_code,
    subject_check_digit,
    well_formed,
)

REAL = (
    "12100000470095016Q", "12100000425006117P", "12100000400000624D", "12100000400009127B", "12100000400012342E",
    "12310000425022547M", "124300004448750350", "12510000450717578Y", "12440100MB2E09933F", "1244030035002941X2",
    "124512234996585640", "12210000410581610Y",
)  # fmt: skip


@pytest.mark.parametrize("code", REAL)
def test_a_real_code_is_sound_in_both_digits(code: str) -> None:
    note = examined(code)
    assert note.sound
    assert note.subject_expected is None


@pytest.mark.parametrize(("code", "expected", "subject"), [
    ("12330000470533493L", "8", None),
    ("12100000400008888X", "5", None),
    ("121000009999999996", None, "8"),
    ("1244000045594645X9", "2", None),
    ("12100000400000678Y", None, "5"),
])  # fmt: skip
def test_a_made_up_code_names_the_digit_that_is_asked_for(code: str, expected: str | None, subject: str | None) -> None:
    note = examined(code)
    assert note.expected == expected
    assert note.subject_expected == subject


def test_the_published_example_whose_sum_leaves_no_rest() -> None:
    assert check_digit("91350100M000100Y4") == "3"
    assert any(check_digit(f"1210000{number:010d}") == "0" for number in range(40))


def test_the_codes_of_the_tuning_set_are_judged_as_noted(shared: Path) -> None:
    rows = [orjson.loads(line) for line in (shared / "data/institutions/credit_codes.jsonl").read_bytes().splitlines()]
    assert [row["code"] for row in rows if examined(row["code"]).sound != row["check_digit_ok"]] == []


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("12100000400000624d", "12100000400000624D"),
        ("１２１０００００４０００００６２４Ｄ", "12100000400000624D"),
        ("1210 0000 4000 0062 4D", "12100000400000624D"),
        ("12-100000-400000624-D", "12100000400000624D"),
        ("请问I2IOOOOO4OOOOO624D是谁", "12100000400000624D"),
        ("代码：1243 0000 4448 7S03 S0", "124300004448750350"),
        ("13800138000", None),
        ("6222021234567890123", None),
        ("12010119900101123X", None),
        ("1210000040000062", None),
    ],
)
def test_a_typed_code_is_read_through_its_slips(typed: str, code: str | None) -> None:
    note = read_code(typed)
    assert (note.code if note else None) == code


def test_what_was_repaired_is_told() -> None:
    note = read_code("1210000040000O624D")
    assert note is not None
    assert note.repairs == (("O", "0"),)


@pytest.mark.parametrize(("typed", "length"), [("12100000400000624", 17), ("12100000400000624DD", 19)])
def test_one_sign_too_few_or_many_is_still_a_code_to_check(typed: str, length: int) -> None:
    note = read_code(typed)
    assert note is not None
    assert len(note.code) == length
    assert not note.sound


@pytest.mark.parametrize(
    ("typed", "number"),
    [("事证第135020000060号", "135020000060"), ("事证第１３５０２０００００６０号", "135020000060"), ("第3号", None)],
)
def test_an_old_certificate_number_is_read(typed: str, number: str | None) -> None:
    assert read_certificate_number(typed) == number


@given(
    st.integers(0, 10**6 - 1),
    st.text(ALPHABET, min_size=8, max_size=8),
    st.integers(0, 17),
    st.sampled_from(ALPHABET),
)
def test_one_sign_read_wrongly_never_passes(area: int, subject: str, at: int, sign: str) -> None:
    body = f"12{area:06d}{subject}{subject_check_digit(subject)}"
    code = body + check_digit(body)
    assert examined(code).sound
    changed = code[:at] + sign + code[at + 1 :]
    if changed != code and well_formed(changed):
        assert not examined(changed).sound


@given(st.text(max_size=60))
def test_reading_never_fails_whatever_is_typed(typed: str) -> None:
    note = read_code(typed)
    assert note is None or note.code.isascii()
    read_certificate_number(typed)
