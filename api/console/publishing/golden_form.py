"""What was typed about a golden question, and keeping it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from starlette.requests import Request

from api.account_forms import region_problem
from api.console.request import actor, now, require
from api.console.texts import bench
from knowledge.curation import golden
from knowledge.curation.golden import Golden, GoldenRefused
from knowledge.curation.models import GoldenQuestion
from knowledge.staff.rights import Right

_BETWEEN = re.compile(r"[\s、，,；;|]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")  # PostgreSQL keeps no NUL


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldenForm:
    """``entries``: ids as one text, so that a refused form comes back as it was."""

    question: str = ""
    region: str = ""
    expected: str = "answer"
    entries: str = ""
    remark: str = ""

    @property
    def entry_ids(self) -> list[str]:
        return [part for part in _BETWEEN.split(self.entries) if part]


def golden_form(sent: Mapping[str, Any], *, of: GoldenForm | None = None) -> GoldenForm:
    """``of``: the one that is changed, whose question and region stay."""
    said = {name: _CONTROL.sub("", str(sent.get(name, ""))).strip() for name in GoldenForm.__slots__}
    form = GoldenForm(**said)
    return form if of is None else replace(form, question=of.question, region=of.region)


def form_of(row: GoldenQuestion) -> GoldenForm:
    return GoldenForm(
        question=row.question,
        region=row.region or "",
        expected=row.expected,
        entries="、".join(row.entry_ids),
        remark=row.note,
    )


def add_golden(request: Request, form: GoldenForm) -> Golden:
    """In the request's session. Raises ``GoldenRefused``; 404 outside of the person's scope."""
    if form.region and region_problem(form.region):
        raise GoldenRefused(bench.REGION_WRONG)
    require(request, Right.GOLDEN_WRITE, region=form.region or None)
    return golden.add(
        request.state.session,
        question=form.question,
        region=form.region or None,
        expected=form.expected,
        entry_ids=form.entry_ids,
        remark=form.remark,
        by=actor(request),
        now=now(request),
    )


def change_golden(request: Request, golden_id: str, form: GoldenForm) -> Golden:
    """In the request's session. Raises ``GoldenRefused``."""
    return golden.change(
        request.state.session,
        golden_id=golden_id,
        expected=form.expected,
        entry_ids=form.entry_ids,
        remark=form.remark,
        by=actor(request),
        now=now(request),
    )
