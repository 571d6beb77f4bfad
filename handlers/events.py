"""What happens without a word: following, scanning, the menu, and reports that want no answer."""

from __future__ import annotations

import re

from bot.messages import ClickEvent, Event, ScanEvent, SubscribeEvent, UnknownMessage
from bot.replies import Reply, Silence
from bot.router import Router
from handlers.answering import say, told
from handlers.context import Context
from handlers.conversation import Choice
from handlers.guide import EXAMPLES, WAYS
from handlers.taps import CREDIT_CODE, MENU_CONTENT, scene_content
from handlers.texts import common as texts

router: Router[Context] = Router("events")

# A scene that is a name, such as 政务大厅三号窗口, and not a key of ours or somebody's number.
_READABLE = re.compile(r"[^<>&\x00-\x1f]*[\u4e00-\u9fff][^<>&\x00-\x1f]*")


@router.message(SubscribeEvent)
def welcome(event: SubscribeEvent, context: Context) -> Reply:
    """With what one can ask; what the scanned code asks for comes first."""
    scene = event.scene or ""
    content = scene_content(scene)
    named = scene if _READABLE.fullmatch(scene) else None
    first = () if content is None else (Choice(_label(scene, content), content),)
    greeting = told(context, "welcome", bureau=context.account.bureau.get("bureau_name") or texts.THIS_ACCOUNT)
    scanned = texts.SCANNED.format(scene=named) if named else ""
    return say(context, scanned + greeting, (*first, *EXAMPLES, Choice(texts.HELP_WORD, "帮助")))


@router.message(ScanEvent)
def welcome_back(event: ScanEvent, context: Context) -> Reply:
    """A code that asks for something arrived as its text; this one only says where the citizen stands."""
    scanned = texts.SCANNED.format(scene=event.scene) if _READABLE.fullmatch(event.scene) else ""
    return say(context, scanned + told(context, "welcome_back"), WAYS)


@router.message(ClickEvent)
def old_menu(event: ClickEvent, context: Context) -> Reply:
    """A known key arrived as its text; this one is from a menu that the citizen's phone still keeps."""
    return say(context, texts.MENU_CHANGED, WAYS)


@router.message(Event, UnknownMessage)
def nothing_to_say(event: Event | UnknownMessage, context: Context) -> Reply:
    """Unfollowed, a link opened, a position report, a delivery report, and what WeChat may send tomorrow."""
    return Silence()


def _label(scene: str, content: str) -> str:
    """The word itself for a menu key; for an institution what a tap does, since its code says nothing to anybody."""
    return texts.LOOK_UP_INSTITUTION if CREDIT_CODE.fullmatch(scene) else MENU_CONTENT.get(scene, content)
