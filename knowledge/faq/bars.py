"""What forbids a direct answer however sure the base is: the question names something that the entry does not speak of.

A confidence is learned from questions that belong to the base. 毕业证丢了怎么补 has nearly every sign of 证书丢了怎么补
and is no question about ours; 哪些情形要公开招聘 has every sign of 哪些情形不用公开招聘.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Container

from knowledge.faq.entry import Entry
from knowledge.faq.telling import tells
from knowledge.search.features import Features
from knowledge.search.profiles import EntryProfile
from knowledge.search.reading import Reading, negated, without_negated

# Kinds that a question names for a reason: an entry that names none of the group is not about them. 设立, 变更 and 注销
# are not among them, for one entry may speak of all registrations.
FOREIGN_GROUPS = ("主体", "证书", "证书形式")
SUBJECTS = "主体"  # the group whose commonest value goes without saying: a base about 事业单位 need not name them
# What only an entry that speaks of it can answer; 能否, 流程 and the like are asked in too many ways to be counted on.
HARD_ASPECTS = frozenset(("材料", "费用", "时限", "地点", "下载", "数量"))
NOTHING_SHARED = 0.9  # of the question's matter that the entry lacks; below, right answers begin (three bases)

_DOCUMENT = re.compile(r"(?<!许可)(?:证书|证件|证|卡|照|本)$")
_DOCUMENT_FOLLOWS = "(?:法人|资格|登记|等级)?(?:证书|证件|证|卡)"


def bar(
    read: Callable[[], Entry],
    profile: EntryProfile,
    features: Features,
    reading: Reading,
    *,
    known: Container[str],
    subject: str,
) -> str | None:
    """Why the entry may only be offered, in words for the explanation; ``None``: it may answer.

    ``read``: gives the entry, where its answer is looked at. ``known``: the words of the base. ``subject``: what the
    base is about, of the group ``SUBJECTS``.
    """
    unknown = sorted(word for word in reading.matter if len(word) > 1 and word not in known)
    if document := _unknown_document(reading.form, unknown):
        return f"“{document}”不在知识库中"
    if unknown and features.matter_missed >= NOTHING_SHARED:
        return f"问的是“{unknown[0]}”，条目没有说到"
    if foreign := _foreign_kind(profile, reading, subject):
        return f"问的是“{foreign}”，条目没有说到"
    if features.denial_clash == 1.0 and (denied := _denied_apart(profile, reading.form)):
        return f"“{denied}”一处肯定、一处否定"
    aspects = reading.aspects & HARD_ASPECTS if features.aspects_missed == 1.0 else ()
    if aspects and not any(tells(read(), {aspect}) for aspect in aspects):
        return f"问的是“{'、'.join(sorted(aspects))}”，条目没有说到"
    return None


def _unknown_document(form: str, unknown: Collection[str]) -> str | None:
    """毕业证, 老年证: a document that the base does not have."""
    solid = form.replace(" ", "")
    for word in unknown:
        if len(word) > 2 and _DOCUMENT.search(word):
            return word
        if found := re.search(re.escape(word) + _DOCUMENT_FOLLOWS, solid):
            return found[0]
    return None


def _foreign_kind(profile: EntryProfile, reading: Reading, subject: str) -> str | None:
    """机关证书过期了 before an entry that speaks of no kind of unit, in a base about another kind."""
    for group, value in sorted(reading.kinds):
        if group in FOREIGN_GROUPS and group not in profile.kinds and (group, value) != (SUBJECTS, subject):
            return value
    return None


def _denied_apart(profile: EntryProfile, form: str) -> str | None:
    """What the question denies and the entry says, or the other way round: 要公开招聘, 不用公开招聘."""
    asked, own = form.replace(" ", ""), [each.replace(" ", "") for each in profile.forms]
    said, ever_denied = [without_negated(each) for each in own], {pair for each in own for pair in negated(each)}
    for pair in negated(asked):
        if pair not in ever_denied and any(pair in each for each in said):
            return pair
    rest = without_negated(asked)
    for pair in negated(own[0]):
        if pair in rest and not any(pair in each for each in said):
            return pair
    return None
