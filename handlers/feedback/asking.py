"""Saying the form's next question, and keeping the draft that it belongs to."""

from __future__ import annotations

from bot.replies import Reply
from handlers.answering import say
from handlers.context import Context
from handlers.feedback.flow import first_open, question
from handlers.texts import feedback as texts
from handlers.texts.privacy import PRIVACY_VERSION
from knowledge.feedback.draft_content import MAX_MEDIA, DraftContent, DraftMedia
from knowledge.feedback.drafts import OpenDraft, begin_draft, save_draft
from knowledge.feedback.kinds import AttachmentKind
from knowledge.people.consent import has_consented, record_consent


def ask(draft: OpenDraft, context: Context, *said: str) -> Reply:
    """What was understood, then the question that is open now."""
    asked, choices = question(draft.content, draft.step)
    return say(context, "\n\n".join(part for part in ("".join(said), asked) if part), choices)


def keep(draft: OpenDraft, context: Context) -> None:
    save_draft(context.session, draft=draft, now=context.now, vault=context.services.vault)
    context.conversation.form_open = True


def begin(context: Context, content: DraftContent, *said: str) -> Reply:
    """Open a form, with what its first message told already and a picture sent before it. The notice comes first."""
    agreed = _has_agreed(context)
    filled = _with_pending(context, content, consented=agreed)
    draft = begin_draft(
        context.session,
        account=context.account.name,
        citizen=context.citizen.pseudonym,
        step=first_open(filled),
        content=filled,
        now=context.now,
        vault=context.services.vault,
    )
    context.conversation.form_open = True
    page = context.services.links.page("privacy")
    notice = texts.NOTICE_AGAIN if agreed else texts.notice(context.account.bureau, page)
    return ask(draft, context, notice, *(f"\n\n{words}" for words in ("".join(said),) if words))


def agree(context: Context) -> None:
    """Going on after the notice is the consent; version and time are kept."""
    record_consent(
        context.session,
        account=context.account.name,
        citizen=context.citizen.pseudonym,
        version=PRIVACY_VERSION,
        now=context.now,
    )


def pending_pictures(context: Context) -> tuple[DraftMedia, ...]:
    """Pictures that were sent outside a form and not yet used."""
    waiting = context.conversation.pending_media or {}
    if waiting.get("kind") != AttachmentKind.IMAGE:
        return ()
    media_ids = waiting.get("media_id", "").split("\n")
    return tuple(DraftMedia(AttachmentKind.IMAGE, media_id) for media_id in media_ids if media_id)


def _has_agreed(context: Context) -> bool:
    return has_consented(
        context.session, account=context.account.name, citizen=context.citizen.pseudonym, version=PRIVACY_VERSION
    )


def _with_pending(context: Context, content: DraftContent, *, consented: bool) -> DraftContent:
    waiting = pending_pictures(context)
    if waiting:
        context.conversation.pending_media = None
    return content.having(media=(*content.media, *waiting)[:MAX_MEDIA], consented=consented)
