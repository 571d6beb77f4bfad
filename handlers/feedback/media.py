"""A file that a citizen sent, as a feedback keeps it."""

from __future__ import annotations

from bot.messages import ImageMessage, Message, VideoMessage, VoiceMessage
from knowledge.feedback.draft_content import DraftMedia
from knowledge.feedback.kinds import AttachmentKind


def media_of(message: Message) -> DraftMedia | None:
    """``None`` for what is no file."""
    match message:
        case ImageMessage(media_id=media_id):
            return DraftMedia(AttachmentKind.IMAGE, media_id)
        case VoiceMessage(media_id=media_id):
            return DraftMedia(AttachmentKind.VOICE, media_id)
        case VideoMessage(media_id=media_id):
            return DraftMedia(AttachmentKind.VIDEO, media_id)
        case _:
            return None
