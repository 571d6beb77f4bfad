"""The menu: every view of the console, in groups. One line a topic."""

from __future__ import annotations

from starlette_admin import DropDown
from starlette_admin.views import BaseView

from api.console.audit.log import AuditView
from api.console.bench.page import BenchView
from api.console.desk.attachments import AttachmentView
from api.console.desk.list import DeskView
from api.console.dictionary.menus import MenusView
from api.console.dictionary.sentences import SentencesView
from api.console.dictionary.terms import DictionaryView
from api.console.entries.editing import DraftsView
from api.console.entries.entry import EntryPage
from api.console.entries.judging import Judge
from api.console.entries.laws import LawsView
from api.console.entries.list import EntryView
from api.console.entries.reviewing import ReviewingView
from api.console.imports.exporting import ExportView
from api.console.imports.page import ImportView
from api.console.institutions.adding import AddingPage
from api.console.institutions.dropping import DroppingPage
from api.console.institutions.list import InstitutionsView
from api.console.institutions.one import InstitutionPage
from api.console.institutions.quality import QualityView
from api.console.keys.list import KeyView
from api.console.missed.group import GroupPage
from api.console.missed.list import MissedView
from api.console.numbers.page import NumbersView
from api.console.parts import Parts
from api.console.people.accounts import PeopleView
from api.console.people.sign_ins import SignInsView
from api.console.people.waiting import WaitingView
from api.console.publishing.golden import GoldenView
from api.console.publishing.page import PublishingView
from api.console.system.gaps import GapView, UnknownUpdateView
from api.console.texts import frame as texts


def console_views(parts: Parts) -> list[BaseView]:
    """A group that a person can open nothing of is not in his menu."""
    judge = Judge(parts)
    return [
        DropDown(texts.KNOWLEDGE, icon="fa fa-book", views=[
            EntryView(),
            DraftsView(parts, judge),
            LawsView(),
            PublishingView(parts),
            GoldenView(),
            BenchView(parts),
            ImportView(parts),
            GapView(),
        ]),
        DropDown(texts.ASKED, icon="fa fa-question-circle", views=[
            MissedView(clock=parts.clock),
            NumbersView(parts.accounts),
        ]),
        DropDown(texts.FEEDBACK, icon="fa fa-inbox", views=[
            DeskView(
                vault=parts.vault, send_again=parts.send_again, tell=parts.tell, clock=parts.clock,
                sessions=parts.sessions, accounts=parts.accounts,
            ),
        ]),
        DropDown(texts.INSTITUTIONS, icon="fa fa-building-columns", views=[
            InstitutionsView(parts.services),
            QualityView(),
        ]),
        DropDown(texts.WORDS, icon="fa fa-comments", views=[
            DictionaryView(clock=parts.clock),
            SentencesView(parts),
            MenusView(parts),
        ]),
        DropDown(texts.SYSTEM, icon="fa fa-cog", views=[
            PeopleView(parts.accounts),
            WaitingView(),
            SignInsView(),
            AuditView(reading=parts.reading),
            UnknownUpdateView(),
            KeyView(clock=parts.clock),
        ]),
        EntryPage(judge),
        ReviewingView(parts, judge),
        ExportView(parts),
        InstitutionPage(),
        AddingPage(),
        DroppingPage(),
        GroupPage(parts),
        AttachmentView(vault=parts.vault, sessions=parts.sessions),
    ]  # fmt: skip
