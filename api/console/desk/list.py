"""The feedback desk: the list, one item with its history and every attempt at forwarding, and “send again”."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

import anyio.to_thread
from sqlalchemy.orm import Session, sessionmaker
from starlette.requests import Request
from starlette_admin import BooleanField, DateTimeField, EnumField, StringField
from starlette_admin.actions import row_action
from starlette_admin.exceptions import ActionFailed
from starlette_admin.flash import flash
from starlette_admin.types import RequestAction

from api.console.desk.noting import note_ticket
from api.console.listing import Placed, ReadOnlyView
from api.console.people.form import regions_offered
from api.console.request import scope
from api.console.texts import desk as texts
from bot.account import Account
from knowledge.feedback.attachments import AttachmentFacts, attachments_of
from knowledge.feedback.entries import EntryFacts, entries_of
from knowledge.feedback.history import HistoryLine, history
from knowledge.feedback.kinds import EventKind, ForwardState, TicketStatus
from knowledge.feedback.models import Ticket
from knowledge.feedback.queries import Attempt, Contact, attempts, desk_ticket
from knowledge.feedback.updates import NotAtDesk, answer_at_desk
from knowledge.institutions.places import significant
from knowledge.staff.rights import Right
from knowledge.store.vault import Unreadable, Vault
from knowledge.text.deidentify import deidentify

# Puts a ticket back on its way in the caller's transaction; ``False``: it has arrived already.
SendAgain = Callable[[Session, str], bool]
Tell = Callable[[Session, str], None]  # enqueues the telling of a notice in the caller's transaction
REPLY_LIMIT = 600  # characters; three bytes each and the sentences around them fit one message


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedTicket:
    """What the ticket's page shows in plain; ID and phone numbers in the text are masked."""

    text: str
    topic: str | None = None
    place: str | None = None
    contact: Contact | None = None
    history: Sequence[HistoryLine] = ()
    attempts: Sequence[Attempt] = ()
    entries: Sequence[EntryFacts] = ()
    attachments: Sequence[AttachmentFacts] = ()

    def entry_number(self, entry_id: str | None) -> int | None:
        """Which addition of the citizen it was; ``None`` for the feedback itself."""
        return next((entry.number for entry in self.entries if entry.id == entry_id), None)


class DeskView(ReadOnlyView):
    """Read-only list of tickets. Plain text is opened for one ticket at a time, on its own page, and that is noted.

    A ticket without a region, of an account for the whole nation, is nobody's region: unlike an entry of the nation it
    names a citizen, and is for who handles without a limit.
    """

    key = "feedback"
    display_name = "反馈"
    menu_label = "反馈处理"
    detail_template = "desk/ticket.html"
    rights = MappingProxyType(
        {
            "list": Right.DESK_READ,
            "detail": Right.CONTACT_READ,
            "row:answer": Right.DESK_HANDLE,
            "row:send_again": Right.DESK_HANDLE,
        }
    )
    placed = Placed(Ticket.region, nation=False)
    exporters = ()
    fields = (
        StringField("reference", label="编号"),
        EnumField("kind", label="类别", choices=[(k.value, v) for k, v in texts.KIND.items()]),
        EnumField("status", label="办理状态", choices=[(k.value, v) for k, v in texts.STATUS.items()]),
        EnumField("forward_state", label="转发", choices=[(k.value, v) for k, v in texts.FORWARD.items()]),
        EnumField("entries_state", label="补充", choices=[(k.value, v) for k, v in texts.ENTRY_FORWARD.items()]),
        StringField("region", label="地区", null_template="fields/nation.html"),
        StringField("institution_name", label="涉及单位"),
        BooleanField("anonymous", label="匿名", list_template="fields/yes_no.html"),
        DateTimeField("submitted_at", label="提交时间"),
    )
    # and what can be filtered
    searchable_fields = ("reference", "region", "institution_name", "kind", "status", "forward_state", "entries_state")
    sortable_fields = ("reference", "region", "status", "forward_state", "entries_state", "submitted_at")
    fields_default_sort = (("submitted_at", True),)
    actions = ()
    row_actions = ("view", "answer", "send_again")

    list_template = "desk/list.html"

    def __init__(
        self,
        *,
        vault: Vault,
        send_again: SendAgain,
        tell: Tell,
        clock: Callable[[], datetime],
        sessions: sessionmaker[Session],
        accounts: Mapping[str, Account],
    ) -> None:
        super().__init__(Ticket, icon="fa fa-inbox")
        self._sessions, self._regions = sessions, regions_offered(accounts)
        self._vault, self._send_again, self._tell, self._clock = vault, send_again, tell, clock

    @row_action(
        name="send_again",
        text="再次发送",
        confirmation="重新转发到共享平台？已经送达的不会重复。",
        submit_btn_text="再次发送",
        icon_class="fa fa-paper-plane",
    )
    async def send_again(self, request: Request, pk: Any) -> None:
        if not await anyio.to_thread.run_sync(self._sent_again, request, str(pk)):
            raise ActionFailed(texts.NOT_SENT_AGAIN)
        flash(request, texts.SENT_AGAIN, "success")

    @row_action(
        name="answer",
        text="办理",
        confirmation="答复会在公众号里告诉群众。",
        header="办理这件反馈",
        submit_btn_text="保存并告知",
        icon_class="fa fa-pen",
        form=texts.ANSWER_FORM,
        modal_size="md",
        exclude_from_list=True,
    )
    async def answer(self, request: Request, pk: Any) -> None:
        form = await request.form()
        said = {"status": str(form.get("status", "")), "reply": str(form.get("reply", "")).strip()}
        if said["status"] not in texts.DESK_STATUSES:
            raise ActionFailed(texts.CHOOSE_STATUS)
        if len(said["reply"]) > REPLY_LIMIT:
            raise ActionFailed(texts.REPLY_TOO_LONG.format(limit=REPLY_LIMIT))
        try:
            await anyio.to_thread.run_sync(self._answer, request, str(pk), said)
        except NotAtDesk as refused:
            raise ActionFailed(str(refused)) from None
        flash(request, texts.ANSWERED, "success")

    async def is_row_action_allowed_for_obj(self, request: Request, name: str, obj: Any) -> bool:
        """Only what can be done: at the desk one answers, on the way to the platform one sends again."""
        if name != "view" and not scope(request, Right.DESK_HANDLE).allows(region=obj.region, topic=None, writing=True):
            return False
        state = ForwardState(obj.forward_state)
        if name == "answer":
            return state is ForwardState.DESK
        arrived = state is ForwardState.FORWARDED and obj.entries_state in (None, ForwardState.FORWARDED)
        return name != "send_again" or not arrived

    def regions(self, request: Request) -> list[tuple[str, str]]:
        """Filter and words of the regions of the official accounts, as far as the person handles there."""
        mine = scope(request, Right.DESK_READ)
        return [
            (f"region__startswith={significant(code)}", words)
            for code, words in self._regions
            if mine.allows(region=code, topic=None, writing=True)
        ]

    def _sent_again(self, request: Request, ticket_id: str) -> bool:
        sent = self._send_again(request.state.session, ticket_id)
        if sent:
            note_ticket(request.state.session, request, "ticket.sent_again", ticket_id)
        return sent

    def _answer(self, request: Request, ticket_id: str, said: dict[str, str]) -> None:
        session = request.state.session
        answer_at_desk(
            session,
            ticket_id=ticket_id,
            status=TicketStatus(said["status"]),
            reply=said["reply"] or None,
            now=self._clock(),
            vault=self._vault,
            tell=lambda notice: self._tell(session, notice),
        )
        note_ticket(session, request, "ticket.answered", ticket_id, {"status": said["status"]})

    async def serialize(self, obj: Any, request: Request, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """On the ticket's own page the template finds what was opened in ``request.state.desk``."""
        if request.state.action == RequestAction.DETAIL:
            request.state.desk = await anyio.to_thread.run_sync(self._open_noted, request, obj)
        return await super().serialize(obj, request, *args, **kwargs)

    def _open_noted(self, request: Request, ticket: Ticket) -> OpenedTicket:
        """Noted first, and kept, whatever becomes of the page: the request's own session may only look."""
        opened = self._open(request.state.session, ticket)
        action = "contact.opened" if opened.contact is not None else "ticket.opened"
        with self._sessions.begin() as session:
            note_ticket(session, request, action, ticket.id, {"reference": ticket.reference})
        return opened

    def _open(self, session: Session, ticket: Ticket) -> OpenedTicket:
        try:
            opened = desk_ticket(ticket, vault=self._vault)
            return OpenedTicket(
                text=deidentify(opened.text or ""),
                topic=opened.topic,
                place=opened.location,
                contact=opened.contact,
                history=[_masked(line) for line in history(session, ticket_id=ticket.id, vault=self._vault)],
                attempts=attempts(session, ticket_id=ticket.id, vault=self._vault),
                entries=entries_of(session, ticket_id=ticket.id),
                attachments=attachments_of(session, ticket_id=ticket.id),
            )
        except Unreadable:
            return OpenedTicket(text=texts.UNREADABLE)


def _masked(line: HistoryLine) -> HistoryLine:
    """What the citizen added is masked as the text is; what the office wrote is not."""
    return replace(line, text=deidentify(line.text)) if line.kind is EventKind.MESSAGE and line.text else line
