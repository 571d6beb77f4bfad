"""Arrays on disk say of texts what a plain loop over them says."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.institutions.columns import Column
from knowledge.institutions.key_table import KeyTable, fingerprint, fingerprints, write_keys
from knowledge.institutions.postings import Marked, Postings, all_of, best_among, best_of, both, write_postings
from knowledge.institutions.records import Texts

# Few signs, so that some stand in nearly every text and are kept as bits, and rare ones, which are kept as lists.
SIGNS = "甲乙丙丁" + "".join(chr(point) for point in range(0x4E00, 0x4E40))
TEXTS = st.lists(st.text(st.sampled_from(SIGNS), min_size=1, max_size=6), min_size=1, max_size=150)
TOKENS = st.lists(st.sampled_from(SIGNS), min_size=1, max_size=4, unique=True)


def postings(texts: list[str], folder: str) -> Postings:
    tokens = [(0, ord(sign), number) for number, text in enumerate(texts) for sign in text]
    tokens += [(ord(one), ord(two), number) for number, text in enumerate(texts) for one, two in pairwise(text)]
    first, second, held_by = np.array(tokens, np.uint32).T
    write_postings(Path(folder) / "tokens", first, second, held_by, texts=len(texts))
    return Postings(Path(folder) / "tokens", texts=len(texts))


@settings(max_examples=100, deadline=None)
@given(TEXTS, TOKENS)
def test_a_token_is_held_by_the_texts_that_it_stands_in(texts: list[str], tokens: list[str]) -> None:
    with TemporaryDirectory() as folder:
        kept = postings(texts, folder)
        for token in [*tokens, *("".join(pair) for pair in pairwise(tokens))]:
            holding = [number for number, text in enumerate(texts) if token in text]
            assert kept.count(token) == len(holding)
            assert kept.holders(token).first().tolist() == holding
            assert kept.holders(token).first(2).tolist() == holding[:2]
            among = kept.holders(token).among(np.arange(len(texts), dtype=np.uint32))
            assert np.flatnonzero(among).tolist() == holding
        holding = [number for number, text in enumerate(texts) if set(tokens) <= set(text)]
        assert all_of([kept.holders(token) for token in tokens]).first().tolist() == holding


@settings(max_examples=100, deadline=None)
@given(TEXTS, TOKENS, st.integers(1, 5))
def test_the_best_are_those_whose_tokens_are_worth_most(texts: list[str], tokens: list[str], most: int) -> None:
    with TemporaryDirectory() as folder:
        kept = postings(texts, folder)
        tokens = [token for token in tokens if kept.count(token)]
        weighted = kept.weighted(tokens)
        # then: of all texts, and of some
        worths = [
            sum(worth for token, (_, worth) in zip(tokens, weighted, strict=True) if token in text) for text in texts
        ]
        everything = np.arange(len(texts), dtype=np.uint32)
        ordered = sorted(range(len(texts)), key=lambda number: (-round(worths[number], 9), number))
        assert best_among(everything, weighted, most=most).tolist() == ordered[:most]
        if weighted:
            found = best_of(weighted, texts=len(texts), most=most).tolist()
            assert all(worths[number] for number in found)
            assert len(found) == min(most, sum(map(bool, worths)))


def test_a_common_token_is_kept_as_bits_and_a_rare_one_as_a_list(tmp_path: Path) -> None:
    kept = postings(["甲乙"] * 99 + ["甲丙"], str(tmp_path))
    assert isinstance(kept.holders("甲"), Marked)
    assert not isinstance(kept.holders("丙"), Marked)
    assert both(kept.holders("甲"), kept.holders("丙")).first().tolist() == [99]
    assert kept.holders("丁").first().tolist() == []


@given(st.lists(st.text(max_size=200), max_size=30))
def test_the_fingerprints_of_many_are_those_of_each(texts: list[str]) -> None:
    assert fingerprints(Column.of(texts)).tolist() == [fingerprint(text) for text in texts]


@settings(deadline=None)
@given(st.lists(st.tuples(st.text(max_size=8), st.integers(0, 99)), max_size=40), st.text(max_size=8))
def test_a_key_leads_to_what_it_was_written_with(rows: list[tuple[str, int]], other: str) -> None:
    with TemporaryDirectory() as folder:
        prints = fingerprints(Column.of([key for key, _ in rows]))
        write_keys(Path(folder) / "keys", prints, np.array([number for _, number in rows], np.uint32))
        table = KeyTable(Path(folder) / "keys")
        for wanted in [*(key for key, _ in rows), other]:
            assert table[wanted] == sorted(number for key, number in rows if key == wanted)


@given(st.lists(st.text(max_size=9), max_size=30), st.randoms())
def test_texts_are_read_as_they_were_written_in_whatever_order(texts: list[str], lot: Random) -> None:
    order = lot.sample(range(len(texts)), len(texts))
    with TemporaryDirectory() as folder:
        Column.of(texts).ordered(np.array(order, np.intp)).write(Path(folder) / "texts")
        kept = Texts(Path(folder) / "texts")
        assert [kept[number] for number in range(len(kept))] == [texts[at] for at in order]


@given(st.lists(st.text(alphabet="甲乙丙", max_size=5), max_size=9))
def test_signs_are_put_before_and_after_each_text(texts: list[str]) -> None:
    around = Column.of(texts).between("^", "$")
    assert around.signs.tolist() == [ord(sign) for text in texts for sign in f"^{text}$"]
    assert around.owners().tolist() == [at for at, text in enumerate(texts) for _ in f"^{text}$"]
