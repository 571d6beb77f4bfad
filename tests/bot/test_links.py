"""Tappable links carry their words unharmed; long texts are cut where it hurts least."""

from __future__ import annotations

import re
import time
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.links import menu_link, paginate
from bot.replies import TEXT_LIMIT_BYTES

LINK = re.compile(r'<a href="([^"]*)">([^<>]*)</a>')


@given(label=st.text(max_size=20), content=st.text(max_size=40), hint=st.text(max_size=5))
@example("a<b>c", '反馈&x=1"><a', "1&2")
def test_a_tap_sends_exactly_the_words_of_the_link(label: str, content: str, hint: str) -> None:
    found = LINK.fullmatch(menu_link(label, content, hint))

    assert found is not None
    query = parse_qs(urlsplit(found[1]).query, keep_blank_values=True)
    assert query["msgmenucontent"] == [content]
    assert query.get("msgmenuid", [""]) == [hint]
    assert found[1].startswith("weixin://bizmsgmenu?")


@given(content=st.text(max_size=40))
def test_a_links_words_are_quoted_as_the_standard_library_quotes_them(content: str) -> None:
    assert menu_link("", content) == f'<a href="weixin://bizmsgmenu?msgmenucontent={quote(content, safe="")}"></a>'


plain = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="<>")).map(lambda t: t[:80])
links = st.builds(menu_link, plain, plain.map(lambda t: t[:5]))
long_texts = st.lists(plain | links | st.sampled_from(["\n", "。", "编办", "👩🏽‍🚀", "e\u0301"]), max_size=60).map(
    "".join
)


def squeezed(text: str) -> str:
    return "".join(text.split())


@given(text=long_texts, limit=st.integers(700, 900))
def test_the_pieces_joined_are_the_text_and_each_fits(text: str, limit: int) -> None:
    pieces = paginate(text, limit)

    assert squeezed("".join(pieces)) == squeezed(text)
    assert all(0 < len(piece.encode()) <= limit for piece in pieces)


@given(text=long_texts, limit=st.integers(700, 900))
def test_no_link_is_ever_cut(text: str, limit: int) -> None:
    whole = LINK.findall(text)

    assert [link for piece in paginate(text, limit) for link in LINK.findall(piece)] == whole


@given(text=st.text(st.characters(exclude_categories=["Cs"])), limit=st.integers(4, 60))
def test_a_narrow_limit_is_kept_whatever_the_text(text: str, limit: int) -> None:
    assert all(0 < len(piece.encode()) <= limit for piece in paginate(text, limit))


def test_a_text_that_fits_is_one_piece() -> None:
    assert paginate("编" * (TEXT_LIMIT_BYTES // 3)) == ["编" * (TEXT_LIMIT_BYTES // 3)]


@pytest.mark.parametrize("text", ["", " ", "\n\n"])
def test_nothing_to_see_gives_no_piece(text: str) -> None:
    assert paginate(text) == []


def test_a_cut_prefers_the_end_of_a_line_then_of_a_sentence() -> None:
    assert paginate("第一行文字\n第二行文字", 18) == ["第一行文字", "第二行文字"]
    assert paginate("一二三四五。六七八", 24) == ["一二三四五。", "六七八"]


def test_a_line_end_near_the_beginning_does_not_waste_the_piece() -> None:
    assert paginate("头\n" + "编" * 20, 30)[0] == "头\n" + "编" * 8


def test_an_emoji_made_of_several_characters_stays_whole() -> None:
    astronaut = "👩🏽\u200d🚀"

    assert paginate("编编" + astronaut, 18) == ["编编", astronaut]


def test_a_link_over_the_limit_is_reduced_to_its_label() -> None:
    assert paginate(menu_link("点这里", "长" * 300), 100) == ["点这里"]


def test_ten_thousand_characters_are_cut_quickly_and_completely() -> None:
    pieces = paginate("编事通" * 3334)

    assert "".join(pieces) == "编事通" * 3334
    assert len(pieces) == 16


@pytest.mark.parametrize("open_ended", ["<a >", "<a ", "<a href=x>y", "</a>", "<a x></b>", " ", "\n"])
def test_a_text_full_of_half_links_is_cut_as_quickly(open_ended: str) -> None:
    began = time.process_time()

    pieces = paginate("编" + open_ended * 10_000 + "编")

    assert squeezed("".join(pieces)) == squeezed("编" + open_ended * 10_000 + "编")
    assert time.process_time() - began < 1
