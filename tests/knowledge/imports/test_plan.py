"""A plan keeps a bounded part of what it counts, and gives it back from the database as it was."""

from __future__ import annotations

import orjson

from knowledge.curation.diff import Changed, Part, parts_of
from knowledge.imports.plan import SHOWN, Planning, as_json, from_json, joined


def test_of_many_rows_some_of_each_kind_are_kept_and_all_are_counted() -> None:
    planning, compared = Planning(), []
    for number in range(5000):
        planning.add("added", number, f"K{number}", lambda: compared.append(1) or ())  # type: ignore[func-returns-value]
        planning.error(number, "错")
    planning.add("changed", 1, "K")
    plan = planning.plan()
    assert (plan.added, plan.errors, plan.changed, len(plan.rows)) == (5000, 5000, 1, SHOWN)
    kinds = [row.what for row in plan.rows]
    assert (kinds.count("error") > 300, kinds.count("changed"), kinds.count("added") >= 100) == (True, 1, True)
    assert len(compared) == SHOWN


def test_the_parts_of_a_base_share_the_room() -> None:
    parts = [Planning(part) for part in ("a", "b")]
    for part in parts:
        for number in range(400):
            part.add("unchanged", number, "x")
    plan = joined(parts)
    assert (plan.unchanged, len(plan.rows)) == (800, SHOWN)


def test_a_row_is_kept_and_given_back() -> None:
    planning = Planning("entries.jsonl")
    change = Changed("answer", "一", "二", parts_of("一样的话，" * 40 + "一", "一样的话，" * 40 + "二"))
    names = Changed("aliases", "", "", (Part("same", "甲" * 90), Part("added", "乙")), listed=True)
    planning.add("changed", 7, "K\x00\ud800", lambda: (change, names))
    [row] = planning.plan().rows
    kept = from_json(orjson.loads(orjson.dumps(as_json(row))))
    assert (kept.row, kept.id, kept.what, kept.part) == (7, "K��", "changed", "entries.jsonl")
    same, removed, added = kept.changes[0].parts
    assert (len(same.text), "…" in same.text, removed.text, added.text) == (81, True, "一", "二")
    assert [part.text for part in kept.changes[1].parts] == ["甲" * 90, "乙"]


def test_a_long_text_is_shortened() -> None:
    planning = Planning()
    change = Changed("answer", "", "好" * 5000, (Part("added", "好" * 5000),))
    planning.add("added", 1, "K", lambda: (change,))
    [part] = as_json(planning.plan().rows[0])["changes"][0]["parts"]
    assert len(part[1]) == 600
