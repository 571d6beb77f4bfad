"""确认: the draft becomes a ticket, and what must happen afterwards is enqueued in the same transaction."""

from __future__ import annotations

from datetime import timedelta

from bot.replies import Reply
from handlers.answering import say
from handlers.context import Context
from handlers.conversation import Choice
from handlers.feedback.asking import keep
from handlers.feedback.violating import answer_violation
from handlers.texts import feedback as texts
from knowledge.feedback.draft_content import Step
from knowledge.feedback.drafts import OpenDraft
from knowledge.feedback.filing import file_ticket
from knowledge.feedback.kinds import FeedbackKind
from knowledge.feedback.queries import own_tickets
from knowledge.feedback.violations import tells_violation

# A 确认 this soon after a filing is the same 确认 again.
CONFIRMED_AGAIN_WITHIN = timedelta(minutes=30)
# Which of the bureau's promises (working days) is told for which kind.
PROMISED_DAYS = {
    FeedbackKind.CONSULTATION: "hotline_consult_days",
    FeedbackKind.SUGGESTION: "hotline_complaint_days",
    FeedbackKind.COMPLAINT: "hotline_complaint_days",
    FeedbackKind.HELP: "hotline_consult_days",
}


def file_draft(draft: OpenDraft, context: Context) -> Reply:
    """Once for each draft. A report that was told in pieces is recognised here at last, and not kept."""
    if tells_violation(f"{draft.content.topic or ''}{draft.content.text}".replace("\n", "")):
        keep(draft.having(step=Step.TEXT, content=draft.content.having(text="", topic=None)), context)
        return answer_violation(context, draft.content.text, inside=True)
    session, jobs = context.session, context.services.jobs
    filed = file_ticket(
        session,
        draft=draft,
        openid=context.citizen.openid,
        region=context.account.region,
        now=context.now,
        vault=context.services.vault,
    )
    for attachment_id in filed.attachment_ids:
        jobs.enqueue(session, "fetch_attachment", attachment_id)
    jobs.enqueue(session, "forward_ticket", filed.ticket_id)
    context.conversation.form_open = False
    assert draft.content.kind is not None
    return confirmation(context, filed.reference, draft.content.kind)


def confirmation(context: Context, reference: str, kind: FeedbackKind) -> Reply:
    days = context.account.bureau.get(PROMISED_DAYS[kind])
    return say(context, texts.filed(reference, days), (Choice(texts.PROGRESS_LABEL, f"进度 {reference}"),))


def confirmed_again(context: Context) -> Reply | None:
    """The same answer for a second 确认; ``None`` where nothing was filed just now."""
    latest = own_tickets(context.session, account=context.account.name, citizen=context.citizen.pseudonym, limit=1)
    if not latest or context.now - latest[0].submitted_at > CONFIRMED_AGAIN_WITHIN:
        return None
    return confirmation(context, latest[0].reference, FeedbackKind(latest[0].kind))
