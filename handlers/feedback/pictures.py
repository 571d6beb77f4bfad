"""A picture that was sent outside a form: what should it be used for?"""

from __future__ import annotations

from bot.messages import ImageMessage
from bot.replies import Reply
from bot.router import Asked, Router
from handlers.answering import say
from handlers.context import Context
from handlers.conversation import Choice
from handlers.feedback.adding import add
from handlers.feedback.asking import begin, pending_pictures
from handlers.texts import progress as texts
from knowledge.feedback.draft_content import MAX_MEDIA, DraftContent
from knowledge.feedback.kinds import CLOSED_STATUSES, AttachmentKind
from knowledge.feedback.queries import own_ticket, own_tickets
from knowledge.feedback.references import REFERENCE_PATTERN, read_reference

router: Router[Context] = Router("pictures")

OFFERED_TICKETS = 3  # the newest open ones


@router.message(ImageMessage)
def offer(message: ImageMessage, context: Context) -> Reply:
    """Several pictures in a row wait together, the newest nine of them."""
    earlier = [media.media_id for media in pending_pictures(context)]
    waiting = [*(media_id for media_id in earlier if media_id != message.media_id), message.media_id][-MAX_MEDIA:]
    context.conversation.pending_media = {"kind": AttachmentKind.IMAGE, "media_id": "\n".join(waiting)}
    tickets = own_tickets(
        context.session,
        account=context.account.name,
        citizen=context.citizen.pseudonym,
        limit=OFFERED_TICKETS,
        open_only=True,
    )
    to_tickets = [Choice(texts.picture_label(one), texts.PICTURE_TO.format(reference=one.reference)) for one in tickets]
    new, drop = Choice(texts.PICTURE_NEW_LABEL, texts.PICTURE_NEW), Choice(texts.PICTURE_DROP_LABEL, texts.PICTURE_DROP)
    return say(context, texts.PICTURE_OFFER.format(count=len(waiting)), [new, *to_tickets, drop])


@router.text(texts.PICTURE_NEW)
def use_for_new(asked: Asked, context: Context) -> Reply:
    if not pending_pictures(context):
        return say(context, texts.PICTURE_GONE)
    return begin(context, DraftContent())


@router.text(rf"附图到\s*(?P<reference>{REFERENCE_PATTERN})")
def use_for_ticket(asked: Asked, context: Context) -> Reply:
    reference = read_reference(asked["reference"]) or ""
    ticket = own_ticket(
        context.session, reference=reference, account=context.account.name, citizen=context.citizen.pseudonym
    )
    if ticket is None:
        return say(context, texts.NOT_FOUND)
    if not pending_pictures(context):
        return say(context, texts.PICTURE_GONE)
    if ticket.status in CLOSED_STATUSES:
        return say(context, texts.PICTURE_CLOSED.format(reference=reference))
    added = add(ticket, context, text=None, media=pending_pictures(context))
    context.conversation.pending_media = None
    said = texts.no_room(reference) if added.dropped else texts.PICTURE_ADDED.format(reference=reference)
    return say(context, said)


@router.text(texts.PICTURE_DROP)
def drop(asked: Asked, context: Context) -> Reply:
    context.conversation.pending_media = None
    return say(context, texts.PICTURE_DROPPED)
