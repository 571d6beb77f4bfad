"""What a check has to say of a draft."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Severity = Literal["block", "warn", "note"]
_ORDER: tuple[Severity, ...] = ("block", "warn", "note")


@dataclass(frozen=True, slots=True)
class Finding:
    """``block``: it cannot be submitted. ``warn``: who clears it must tick it. ``note``: to be looked at.

    ``place``: from and to which sign of the column (of variants: all of them, one a line). ``entry_id``: another entry
    that it is about. ``message``: a sentence for the curators, which quotes no number of a person.
    """

    severity: Severity
    column: str
    message: str
    place: tuple[int, int] | None = None
    entry_id: str | None = None

    @property
    def key(self) -> str:
        """The same for the same finding: what a tick in a form stands for."""
        return hashlib.sha256(f"{self.column}\n{self.message}".encode()).hexdigest()[:16]


def sorted_findings(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Gravest first, each once, otherwise as they came."""
    once = tuple(dict.fromkeys(findings))
    return tuple(finding for severity in _ORDER for finding in once if finding.severity == severity)


def blocks(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Those that forbid to submit and to clear."""
    return tuple(finding for finding in findings if finding.severity == "block")


def warnings(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Those that who clears must tick one by one."""
    return tuple(finding for finding in findings if finding.severity == "warn")
