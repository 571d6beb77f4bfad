"""Which answers rest on which law, and what follows when a law or an article of it holds no more."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, String, cast, select, true
from sqlalchemy.orm import Session

from knowledge.audit.events import Actor, note
from knowledge.curation.law_keys import Repealed, article_key, article_keys, is_hit, law_key, repealed_of
from knowledge.curation.models import LawRepeal
from knowledge.curation.pulling import pull, put_back
from knowledge.curation.revision import LONGEST_REASON, NotAllowed, NotThere, reason_of
from knowledge.faq.entry import PUBLISHED, Basis
from knowledge.faq.models import FaqEntry
from knowledge.faq.queries import LOADED

LONGEST_NAME = 300  # the columns
REPEALS = 2_000  # in the list and in force; an office knows some dozen


@dataclass(frozen=True, slots=True)
class Law:
    """``name``: the way of writing most entries use. ``answering``: published ones among its ``entries``."""

    key: str
    name: str
    entries: int
    answering: int
    articles: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Citing:
    """An entry that rests on a law. ``articles``: as it cites them."""

    id: str
    question: str
    status: str
    region: str | None
    category: str
    owner: str
    law: str
    articles: str

    @property
    def answers(self) -> bool:
        return self.status == PUBLISHED


def laws_of(session: Session, *, within: ColumnElement[bool] | None = None) -> list[Law]:
    """Every law that an entry rests on, the most cited first. ``within``: a condition on ``FaqEntry``."""
    names: dict[str, Counter[str]] = {}
    articles: dict[str, Counter[str]] = {}
    entries: Counter[str] = Counter()
    answering: Counter[str] = Counter()
    for citing in _all_citing(session, within):
        key = law_key(citing.law)
        names.setdefault(key, Counter())[citing.law] += 1
        articles.setdefault(key, Counter()).update(article_keys(citing.articles))
        entries[key] += 1
        answering[key] += citing.answers
    laws = (
        Law(key, _usual(names[key]), entries[key], answering[key], tuple(sorted(articles[key].items(), key=_by_number)))
        for key in names
    )
    return sorted(laws, key=lambda law: (-law.entries, law.key))


def entries_on(
    session: Session, *, law: str, article: str = "", within: ColumnElement[bool] | None = None
) -> list[Citing]:
    """By id. ``law`` in any way of writing, of whatever edition; ``article`` empty: the whole law."""
    meant = Repealed(law_key(law), article_keys(article), date.max.year + 1)
    return [each for each in _all_citing(session, within) if is_hit(Basis(each.law, each.articles), meant)]


def hit_by(session: Session, repealed: Repealed, *, within: ColumnElement[bool] | None = None) -> list[Citing]:
    """Entries that rest on what no longer holds; newer editions of the law are spared."""
    return [each for each in _all_citing(session, within) if is_hit(Basis(each.law, each.articles), repealed)]


def repeal(
    session: Session,
    *,
    law: str,
    article: str,
    repealed_on: date,
    document: str,
    reason: str,
    by: Actor,
    now: datetime,
    within: ColumnElement[bool] | None = None,
) -> tuple[str, int]:
    """Notes that it no longer holds and takes back every answer that rests on it; returns the repeal's id and how many.

    ``within``: where ``by`` may take entries back; drafts anywhere can no longer be submitted on this basis.
    Raises ``NotAllowed``.
    """
    law, article, document = law.strip(), article.strip(), document.strip()
    _refuse_unusable(law, article, document)
    keys = {"law_key": law_key(law), "article_key": article_key(article)}
    row = LawRepeal(id=str(uuid.uuid4()), law=law, article=article, repealed_on=repealed_on, by=by.name, at=now, **keys)
    row.document, row.reason = document, reason_of(reason)
    session.add(row)
    session.flush()
    ids = [each.id for each in hit_by(session, repealed_of(law, article, repealed_on), within=within)]
    count = pull(session, entry_ids=ids, by=by, reason=_because(row), repeal_id=row.id, now=now)
    after = {"law": law, "article": article, "on": repealed_on.isoformat(), "document": document, "pulled": count}
    note(session, actor=by, action="law.repealed", kind="law", object_id=row.id, at=now, after=after, reason=row.reason)
    return row.id, count


def undo_repeal(session: Session, *, repeal_id: str, by: Actor, reason: str, now: datetime) -> int:
    """A mistake: what it took back and nobody touched since answers again; returns how many. Raises ``NotThere``."""
    row = session.get(LawRepeal, repeal_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotThere("没有这条废止登记")
    if row.undone_at is not None:
        raise NotAllowed("这条废止登记已经撤销了")
    row.undone_by, row.undone_at = by.name, now
    said = reason_of(reason) or f"撤销废止登记：{row.law}{row.article}"[:LONGEST_REASON]
    count = put_back(session, repeal_id=row.id, by=by, reason=said, now=now)
    after = {"law": row.law, "article": row.article, "put_back": count}
    note(session, actor=by, action="law.repeal_undone", kind="law", object_id=row.id, at=now, after=after, reason=said)
    return count


def repeals(session: Session, *, law: str | None = None) -> list[LawRepeal]:
    """In the list, undone ones too, newest first."""
    query = select(LawRepeal).order_by(LawRepeal.at.desc(), LawRepeal.id).limit(REPEALS)
    return list(session.scalars(query if law is None else query.where(LawRepeal.law_key == law_key(law))))


def repealed_now(session: Session) -> list[Repealed]:
    """What a draft must not rest on."""
    columns = select(LawRepeal.law, LawRepeal.article, LawRepeal.repealed_on)
    rows = session.execute(columns.where(LawRepeal.undone_at.is_(None)).order_by(LawRepeal.id).limit(REPEALS))
    return [repealed_of(*row) for row in rows]


def _because(row: LawRepeal) -> str:
    document = f"（{row.document}）" if row.document else ""
    return f"依据已废止：{row.law}{row.article}{document}"[:LONGEST_REASON]


def _refuse_unusable(law: str, article: str, document: str) -> None:
    if not law_key(law):
        raise NotAllowed("请写明法规的名称")
    if max(map(len, (law, article, document))) > LONGEST_NAME:
        raise NotAllowed(f"法规、条款和文件名最多 {LONGEST_NAME} 字，请精简")
    if article and not article_keys(article):
        raise NotAllowed("条款请写作“第十四条”或“第十四条第二款”")


def _all_citing(session: Session, within: ColumnElement[bool] | None) -> Iterator[Citing]:
    """One an entry and law: what it cites of the law in several places is told together."""
    columns = select(
        FaqEntry.id,
        FaqEntry.question,
        FaqEntry.status,
        FaqEntry.region,
        FaqEntry.category,
        FaqEntry.owner,
        FaqEntry.basis,
    )
    cited = cast(FaqEntry.basis, String) != "[]"  # JSON knows no equality in PostgreSQL
    for row in session.execute(
        columns.where(cited, true() if within is None else within).order_by(FaqEntry.id).limit(LOADED)
    ):
        for each in row.basis:
            yield Citing(
                id=row.id,
                question=row.question,
                status=row.status,
                region=row.region,
                category=row.category,
                owner=row.owner,
                law=each["law"],
                articles=each.get("article") or "",
            )


def _usual(names: Counter[str]) -> str:
    return max(names.items(), key=lambda item: (item[1], item[0]))[0]


def _by_number(counted: tuple[str, int]) -> tuple[int, str]:
    number = counted[0].split(".")[0].split("-")[0]
    return (int(number) if number.isdecimal() else 10**6, counted[0])
