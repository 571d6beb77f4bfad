"""统一社会信用代码 (GB 32100-2015) and the older certificate number 事证第…号: cleaned up, judged, explained.

A wrong last digit means "please check", never a refusal: codes of the early pilots exist that are legal and do not
satisfy it. The subject code's own digit (GB 11714) is only a warning.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from stdnum.cn import uscc

LENGTH = 18
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
# The alphabet leaves these out because they are read as digits, so the repair is unambiguous.
LOOK_ALIKES = {"O": "0", "I": "1", "Z": "2", "S": "5"}
SUBJECT_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)  # GB 11714, characters 9 to 16
SUBJECT_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# One too few or too many is a slip worth naming; further off it is some other number.
NEAR_LENGTHS = (17, 19)
BAD_FORM, BAD_CHECK_DIGIT, BAD_SUBJECT_DIGIT = "form", "check_digit", "subject_digit"

_SEPARATORS = re.compile(r"[\s\-_.·,/‐-―]+")
_TYPED = re.compile(r"(?<![0-9A-Z])[0-9A-Z](?:[\s\-_.·,‐-―]{0,2}[0-9A-Z]){16,18}(?![0-9A-Z])")
_CERTIFICATE = re.compile(r"事证第\s*([0-9]{6,15})\s*号?")
_BIRTH_DATE = re.compile(r"(?:18|19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")


@dataclass(frozen=True, slots=True)
class CodeNote:
    """What a typed code looks like. ``expected`` is the right 18th sign, ``subject_expected`` the right 17th,
    each ``None`` where it is right already; ``repairs`` are pairs of (as typed, as read)."""

    code: str
    repairs: tuple[tuple[str, str], ...] = ()
    expected: str | None = None
    subject_expected: str | None = None

    @property
    def right_length(self) -> bool:
        return len(self.code) == LENGTH

    @property
    def sound(self) -> bool:
        return self.right_length and self.expected is None


def cleaned(text: str) -> str:
    """Width, case, spaces and dashes made plain; letters stay as they are."""
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", text).upper())


def well_formed(code: str) -> bool:
    """18 signs of the alphabet, the area in digits; says nothing about the check digits."""
    return len(code) == LENGTH and all(sign in ALPHABET for sign in code) and code[2:8].isdigit()


def check_digit(code: str) -> str:
    """The 18th sign that the first 17 ask for (mod 31)."""
    return str(uscc.calc_check_digit(code[:17]))


def subject_check_digit(subject: str) -> str:
    """The ninth sign that the eight of a subject code (组织机构代码) ask for (mod 11)."""
    total = sum(SUBJECT_ALPHABET.index(sign) * weight for sign, weight in zip(subject, SUBJECT_WEIGHTS, strict=False))
    return "0X987654321"[total % 11]


def examined(code: str, repairs: tuple[tuple[str, str], ...] = ()) -> CodeNote:
    """Both check digits of a code judged; nothing is judged where form or length is wrong."""
    if not well_formed(code):
        return CodeNote(code, repairs)
    last, subject_last = check_digit(code), subject_check_digit(code[8:16])
    return CodeNote(
        code,
        repairs,
        None if last == code[17] else last,
        None if subject_last == code[16] else subject_last,
    )


def code_problem(code: str | None) -> str | None:
    """What is wrong with a registered code, in a word that the table keeps; ``None`` where it is right or missing."""
    if not code:
        return None
    if not well_formed(code):
        return BAD_FORM
    note = examined(code)
    return BAD_CHECK_DIGIT if note.expected else BAD_SUBJECT_DIGIT if note.subject_expected else None


def read_code(text: str) -> CodeNote | None:
    """The credit code that stands in a text, slips repaired; ``None`` where there is none.

    A citizen's identity number has 18 signs too: what reads as one and fails as a code is left alone.
    """
    for found in _TYPED.finditer(unicodedata.normalize("NFKC", text).upper()):
        typed = cleaned(found.group())
        code = "".join(LOOK_ALIKES.get(sign, sign) for sign in typed)
        if not _could_be_code(code):
            continue
        repairs = tuple(sorted({(sign, LOOK_ALIKES[sign]) for sign in typed if sign in LOOK_ALIKES}))
        note = examined(code, repairs)
        if note.sound or not _BIRTH_DATE.fullmatch(code[6:14]):
            return note
    return None


def read_certificate_number(text: str) -> str | None:
    """The digits of 事证第…号; the certificate number of the time before the unified code."""
    found = _CERTIFICATE.search(unicodedata.normalize("NFKC", text))
    return found.group(1) if found else None


def certificate_key(number: str) -> str:
    """What two spellings of a certificate number share: its digits."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", number) if sign.isdigit())


def _could_be_code(code: str) -> bool:
    if any(sign not in ALPHABET for sign in code):
        return False
    if len(code) == LENGTH:
        return code[2:8].isdigit()
    # A bank card or an order number is a run of digits as well: only what begins like a public institution counts.
    return len(code) in NEAR_LENGTHS and code.startswith(("11", "12", "13"))
