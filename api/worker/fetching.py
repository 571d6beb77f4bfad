"""``fetch_attachment``: a file is fetched from WeChat while it is still there (three days), or given up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session, sessionmaker

from api.worker.jobs import FETCH_ATTACHMENT
from api.worker.pictures import NotUsable, checked
from api.worker.turns import Again, Growing
from bot.client.errors import ApiError, PermanentForUser, Rejected
from bot.client.media import Media
from knowledge.feedback import attachments
from knowledge.feedback.kinds import AttachmentState
from knowledge.store.vault import Vault

# 5 s, 10 s, … 10 min: about an hour in all, since the whole feedback waits for it.
RETRIES = Growing(first=timedelta(seconds=5), longest=timedelta(minutes=10), tries=13)

Download = Callable[[str, str], Media]  # (account, media id); raises ``bot.client.errors.ApiError``


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchAttachment:
    sessions: sessionmaker[Session]
    vault: Vault
    download: Download
    clock: Callable[[], datetime]
    growing: Growing = RETRIES
    name: str = FETCH_ATTACHMENT

    def run(self, key: str) -> Again | None:
        with self.sessions() as session:
            facts = attachments.attachment(session, attachment_id=key)
        if facts is None or facts.state is not AttachmentState.PENDING:
            return None
        try:
            media = self.download(facts.account, facts.media_id)
            file = checked(facts.kind, media.content)
        except (Rejected, PermanentForUser, NotUsable):
            # The media id has lapsed, or it is no file of ours: the feedback goes on without it and says so.
            self.give_up(key)
            return None
        except ApiError:
            return Again(counts=True)
        with self.sessions.begin() as session:
            attachments.store_content(
                session,
                attachment_id=key,
                content=file.content,
                media_type=file.media_type,
                at=self.clock(),
                vault=self.vault,
            )
        return None

    def give_up(self, key: str) -> None:
        with self.sessions.begin() as session:
            attachments.give_up(session, attachment_id=key, at=self.clock())
