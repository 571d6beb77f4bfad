"""What was worked out is remembered, the newest only, and never a question that must not be kept."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from knowledge.faq.recent import Recent
from tests.knowledge.faq.base import starter_service

KEYS = st.integers(min_value=0, max_value=5)
STEPS = st.lists(st.tuples(st.booleans(), KEYS), max_size=60)


@given(STEPS, st.integers(min_value=1, max_value=4))
def test_it_holds_what_was_wanted_last(steps: list[tuple[bool, int]], limit: int) -> None:
    recent: Recent[int, str] = Recent(limit)
    model: OrderedDict[int, str] = OrderedDict()
    for keep, key in steps:
        if keep and key not in model:
            recent.keep(key, f"value {key}")
            model[key] = f"value {key}"
            while len(model) > limit:
                model.popitem(last=False)
        else:
            assert recent.get(key) == model.get(key)
            if key in model:
                model.move_to_end(key)
        assert len(recent) == len(model)


def test_a_decision_is_made_once_for_a_day_and_again_for_another_region(now: datetime) -> None:
    service = starter_service()
    asked = "年度报告什么时候交呢"
    first = service.decide(asked, region=None, now=now)
    assert service.decide(asked, region=None, now=now) is first
    assert service.decide(asked, region="440300", now=now) is not first


def test_a_sensitive_question_is_judged_anew_and_never_kept(now: datetime) -> None:
    service = starter_service()
    asked = "公安局有多少编制"
    first = service.decide(asked, region=None, now=now)
    assert first.kind == "sensitive"
    assert service.decide(asked, region=None, now=now) is not first
