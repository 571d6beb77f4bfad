"""Routers in order, routes in order, and no text kept from a route that it is for."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.messages import ImageMessage, Message, TextMessage
from bot.replies import Text
from bot.router import Asked, Router, dispatch, joined

NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
PATTERNS = (r"帮助|help", r"进度\s*(?P<reference>F[0-9]+)?", r"查(?P<what>.{1,3})", r"[\W_]*", r".{3,20}", r".*")
WORDS = (
    "帮助",
    "HELP",
    "进度",
    "进度 F12",
    "查附近",
    "查",
    "？",
    "",
    "  帮助 ",
    "随便说些什么",
    "查一个很长的东西",
    "助帮",
)


def text(content: str) -> TextMessage:
    return TextMessage(to_account="gh", openid="o", sent_at=NOON, message_id=1, content=content)


class ShoutingRouter(Router[list[str]]):
    @staticmethod
    def read(message: TextMessage) -> TextMessage:
        return replace(message, content=message.content.replace("!", ""))


def router_of(patterns: list[str], *, kind: type[Router[list[str]]] = Router) -> Router[list[str]]:
    """Each handler notes that it was asked, and declines."""
    router = kind("tried")
    for pattern in patterns:

        def decline(asked: Asked, tried: list[str], pattern: str = pattern) -> None:
            tried.append(f"{pattern} {asked.content} {asked.groups}")

        router.text(pattern)(decline)
    return router


@given(st.lists(st.sampled_from(PATTERNS), max_size=6), st.sampled_from(WORDS) | st.text(max_size=24))
def test_a_text_is_offered_to_every_route_whose_pattern_it_matches(patterns: list[str], said: str) -> None:
    together, apart = router_of(patterns), [router_of([pattern]) for pattern in patterns]
    expected: list[str] = []
    for router in apart:
        for route in router.routes:
            if (asked := route.matches(text(said))) is not None:
                route.handler(asked, expected)
    tried: list[str] = []
    dispatch([together], text(said), tried)
    assert tried == expected


def test_routers_that_read_texts_differently_can_be_put_together() -> None:
    loud, plain = router_of(["帮助", "进度"], kind=ShoutingRouter), router_of(["反馈!"])
    both: Router[list[str]] = Router("both", [*loud.routes, *plain.routes])
    tried: list[str] = []
    for said in ("帮助!", "进!度", "反馈!", "反馈"):
        dispatch([both], text(said), tried)
    assert [line.split()[0] for line in tried] == ["帮助", "进度", "反馈!"]


@given(st.lists(st.lists(st.sampled_from(PATTERNS), max_size=4), max_size=4), st.sampled_from(WORDS))
def test_routers_joined_into_one_try_the_same_routes_in_the_same_order(topics: list[list[str]], said: str) -> None:
    kinds = (Router, ShoutingRouter)
    routers = [router_of(patterns, kind=kinds[at % 2]) for at, patterns in enumerate(topics)]
    apart: list[str] = []
    dispatch(routers, text(said), apart)
    tried: list[str] = []
    dispatch([joined("all", routers)], text(said), tried)
    assert tried == apart


def test_a_text_passes_by_the_routes_for_other_kinds_and_meets_those_for_any_kind() -> None:
    router: Router[list[str]] = Router("kinds")
    router.message(ImageMessage)(lambda message, tried: Text("图"))
    router.click("KEY")(lambda message, tried: Text("点"))
    router.message(Message)(lambda message, tried: Text("别的"))
    assert dispatch([router], text("帮助"), []) == Text("别的")


def test_a_route_added_after_the_first_message_is_tried_as_well() -> None:
    router = router_of(["帮助"])
    assert dispatch([router], text("反馈"), []) is None
    router.text("反馈")(lambda asked, tried: Text("好"))
    assert dispatch([router], text("反馈"), []) == Text("好")


def test_what_is_no_text_goes_to_the_routes_of_its_kind() -> None:
    router = router_of(["帮助"])
    router.message(ImageMessage)(lambda message, tried: Text("图"))
    image = ImageMessage(to_account="gh", openid="o", sent_at=NOON, message_id=1, media_id="m")
    assert dispatch([router], image, []) == Text("图")
