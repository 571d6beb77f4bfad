"""A question asked in the middle of the form: answered there and then, if the knowledge base is sure."""

from __future__ import annotations

from handlers.context import Context
from handlers.faq import answer_text
from handlers.feedback.words import looks_like_question
from handlers.texts import feedback as texts
from knowledge.faq.questions import QuestionRecord
from knowledge.text.deidentify import deidentify

MAX_QUESTION = 60  # characters; whoever writes more is telling, not asking


def answer_inside(context: Context, words: str) -> str | None:
    """The answer, or ``None`` where these words are for the form."""
    if not is_answered(context, words):
        return None
    decision = context.services.faq.decide(words, region=context.account.region, now=context.now)
    entry = decision.entries[0].entry
    said, missing = answer_text(entry, context.account.bureau)
    context.services.recorder.record(
        QuestionRecord(
            account=context.account.name,
            region=context.account.region,
            asked_at=context.now,
            text=deidentify(words),
            decision=decision.kind,
            entry_id=entry.id,
            confidence=decision.confidence,
            base_version=context.services.faq.version,
            unfilled=missing,
        )
    )
    return f"{said}\n{texts.ANSWERED_INSIDE}"


def is_answered(context: Context, words: str) -> bool:
    """Somebody asks, and the knowledge base would answer outright."""
    if len(words) > MAX_QUESTION or not looks_like_question(words):
        return False
    decision = context.services.faq.decide(words, region=context.account.region, now=context.now)
    return decision.kind == "answer"
