"""A citizen's picture, voice or video, for whoever handles the ticket: opened one at a time, never cached."""

from __future__ import annotations

from types import MappingProxyType

import anyio.to_thread
from sqlalchemy.orm import Session, sessionmaker
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette_admin.routing import route

from api.console.desk.noting import note_ticket
from api.console.page import Page
from api.console.request import require
from knowledge.feedback.attachments import attachment, content_of
from knowledge.feedback.models import Ticket
from knowledge.staff.rights import Right
from knowledge.store.vault import Unreadable, Vault

# What a browser may show; anything else is handed over as a file.
SHOWN = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})


class AttachmentView(Page):
    """``/console/attachments/{id}``; not in the menu. A picture shows who sent it: a contact."""

    rights = MappingProxyType({"attachment": Right.CONTACT_READ})

    def __init__(self, *, vault: Vault, sessions: sessionmaker[Session]) -> None:
        super().__init__(menu_label="附件", path="/attachments", route_name="attachments", add_to_menu=False)
        self._vault, self._sessions = vault, sessions

    @route("/{attachment_id}", name="attachment")
    async def content(self, request: Request) -> Response:
        return await anyio.to_thread.run_sync(self._content, request)

    def _content(self, request: Request) -> Response:
        session, wanted = request.state.session, request.path_params["attachment_id"]
        facts = attachment(session, attachment_id=wanted)
        if facts is None:
            raise HTTPException(404)
        # As for the ticket: one without a region is for who handles without a limit.
        require(request, Right.CONTACT_READ, region=session.get_one(Ticket, facts.ticket_id).region)
        try:
            content = content_of(session, attachment_id=wanted, vault=self._vault)
        except Unreadable:
            content = None
        if content is None:
            raise HTTPException(404)
        with self._sessions.begin() as writing:
            note_ticket(writing, request, "attachment.opened", facts.ticket_id, {"attachment": wanted})
        inline = facts.media_type in SHOWN
        media_type = facts.media_type if inline else "application/octet-stream"
        place = "inline" if inline else "attachment"
        return Response(
            content, media_type=media_type, headers={"Content-Disposition": f'{place}; filename="{facts.name}"'}
        )
