"""How a form begins: by its word, from an institution's card, or with one message that tells it all."""

from __future__ import annotations

import re

from bot.replies import Reply
from handlers.answering import say
from handlers.context import Context
from handlers.conversation import Choice
from handlers.feedback import words as read
from handlers.feedback.asking import ask, begin, keep
from handlers.feedback.inside import is_answered
from handlers.feedback.steps import kept_hint, number_hint, take_opening
from handlers.feedback.targets import candidates_for, shown_last
from handlers.texts import feedback as texts
from knowledge.feedback.draft_content import Asking, Candidate, DraftContent
from knowledge.feedback.drafts import OpenDraft, open_draft
from knowledge.feedback.kinds import FeedbackKind

SHORTEST_SUGGESTION = 6  # characters after 建议 that make it somebody's suggestion
_ABOUT_NAMED = re.compile(r"(?:我要|我想)?对(?P<name>[\w（）()·]{2,40}?)(?:进行|提)?(?P<what>反馈|投诉|意见|建议)")


def starts_anew(words: str) -> bool:
    """Words that begin a form and are no answer to any question of an open one."""
    return read.starts_form(words) or read.about_shown_institution(words)


def start(words: str, context: Context) -> Reply | None:
    """Begin a form if that is what these words ask for. One that is open already is asked about first."""
    content = _first_content(words, context)
    if content is None:
        return None
    waiting = _open(context)
    if waiting is not None:
        return begin_second(waiting, content.institution, context)
    missing = read.about_shown_institution(words) and content.institution is None
    taken = texts.target_taken(content.institution.name) if content.institution else ""
    said = texts.NO_INSTITUTION_SHOWN if missing else taken
    return begin(context, content, said, *kept_hint(content), *number_hint(content.text))


def begin_second(draft: OpenDraft, target: Candidate | None, context: Context) -> Reply:
    """A second form while one is open: an empty one simply gives way, a filled one is asked about."""
    if draft.content.empty:
        return begin(context, DraftContent(institution=target))
    asked = draft.having(content=draft.content.having(asking=Asking.SECOND, next_target=target))
    keep(asked, context)
    return ask(asked, context)


def target_of_start(words: str, context: Context) -> Candidate | None:
    return shown_last(context) if read.about_shown_institution(words) else None


def ask_report(context: Context) -> Reply:
    """我要举报, and nothing else: two things it can mean go to two places."""
    return say(
        context, texts.ASK_REPORT, (Choice(texts.REPORT_LABEL, "12310举报"), Choice(texts.COMPLAINT_LABEL, "我要投诉"))
    )


def _open(context: Context) -> OpenDraft | None:
    return open_draft(
        context.session,
        account=context.account.name,
        citizen=context.citizen.pseudonym,
        now=context.now,
        vault=context.services.vault,
    )


def _first_content(words: str, context: Context) -> DraftContent | None:
    if read.starts_form(words):
        return DraftContent()
    if read.about_shown_institution(words):
        return DraftContent(institution=shown_last(context), kind=_kind_in(words))
    if (kind := read.kind_of(words)) is not None:
        return DraftContent(kind=kind)
    if (named := _ABOUT_NAMED.fullmatch(read.plain(words))) is not None:
        return _about_named(named["name"], named["what"], context)
    return _told_at_once(words, context)


def _about_named(name: str, what: str, context: Context) -> DraftContent:
    kind = None if what == "反馈" else _kind_in(what)
    match candidates_for(context, name):
        case (only,):
            return DraftContent(institution=only, kind=kind)
        case ():
            return DraftContent(topic=name, kind=kind)
        case several:
            return DraftContent(candidates=several, kind=kind)


def _told_at_once(words: str, context: Context) -> DraftContent | None:
    """我要投诉XX单位…: not a question, and not a consultation, which the knowledge base should see first."""
    opened = read.opening(words)
    if opened is None or not opened.rest or opened.kind is FeedbackKind.CONSULTATION or is_answered(context, words):
        return None
    content = take_opening(DraftContent(), words, context)
    if opened.outright or content.institution is not None:
        return content
    suggests = opened.kind is FeedbackKind.SUGGESTION and len(opened.rest) >= SHORTEST_SUGGESTION
    if not suggests or read.looks_like_question(words):
        return None
    decision = context.services.faq.decide(words, region=context.account.region, now=context.now)
    return None if decision.kind == "answer" else content


def _kind_in(words: str) -> FeedbackKind | None:
    words = read.plain(words)
    if "投诉" in words:
        return FeedbackKind.COMPLAINT
    return FeedbackKind.SUGGESTION if "建议" in words or "意见" in words else None
