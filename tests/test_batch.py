"""What the parsers of the literature share: words, common words, template texts, and finding them again."""

from __future__ import annotations

from itertools import groupby, pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from logcli.base import Distinct
from logcli.batch import BatchParser, Grouped
from logcli.errors import LogcliError
from logcli.template_index import TemplateIndex
from logcli.templates import SLOT, fits
from logcli.wording import BLANKS, Part, Words, alignment, common, covering, join, keep, split

words = st.sampled_from(["a", "b", "c", "dd", "a=1", SLOT])
bodies = st.lists(st.tuples(words, st.sampled_from([" ", "  ", "\t"])), max_size=8).map(
    lambda pairs: "".join(word + blank for word, blank in pairs)
)
sequences = st.lists(st.sampled_from("abcd"), max_size=12)


def distinct(texts: list[str]) -> Distinct:
    count = np.ones(len(texts), np.int64)
    return Distinct(texts, count, np.arange(len(texts)))


# --- words ----------------------------------------------------------------------------------------


@given(st.text(alphabet="ab =:,\t\n-]^\\é", max_size=20), st.text(alphabet=" =:,-]^\\\t", max_size=5))
def test_words_and_gaps_give_back_the_body(body: str, delimiters: str) -> None:
    cut = split(body, delimiters)
    assert join(cut.words, cut.gaps) == body
    assert len(cut.gaps) == len(cut.words) + 1 and "" not in cut.words
    assert not set("".join(cut.words)) & set(delimiters)
    assert set("".join(cut.gaps)) <= set(delimiters) and "" not in cut.gaps[1:-1]


@pytest.mark.parametrize(("body", "delimiters", "parts"), [
    ("", BLANKS, ([], [""])),
    ("  ", BLANKS, ([], ["  "])),
    ("", "", ([], [""])),
    (" a\tb ", BLANKS, (["a", "b"], [" ", "\t", " "])),
    (" a=b ", "=", ([" a", "b "], ["", "=", ""])),
    (" a=b ", "", ([" a=b "], ["", ""])),
])  # fmt: skip
def test_split_by_hand(body: str, delimiters: str, parts: tuple[list[str], list[str]]) -> None:
    assert split(body, delimiters) == Words(*parts)


def test_join_needs_a_gap_more_than_words() -> None:
    with pytest.raises(ValueError):
        join(["a"], [""])


# --- common words ---------------------------------------------------------------------------------


def longest(first: list[str], second: list[str]) -> int:
    """Length of a longest common subsequence, by the table of every textbook."""
    row = [0] * (len(second) + 1)
    for a in first:
        above, row = row, [0]
        for j, b in enumerate(second):
            row.append(above[j] + 1 if a == b else max(row[j], above[j + 1]))
    return row[-1]


@given(sequences, sequences)
def test_common_is_a_longest_common_subsequence(first: list[str], second: list[str]) -> None:
    for pairs in (common(first, second), alignment(first, second)):
        assert all(first[i] == second[j] for i, j in pairs)
        assert all(a[0] < b[0] and a[1] < b[1] for a, b in pairwise(pairs))
        assert len(pairs) == longest(first, second)


def test_alignment_of_very_long_middles_is_that_of_the_ends() -> None:
    first, second = (["a", *(f"{name}{k % 7}" for k in range(600)), "z", "z"] for name in ("x", "x"))
    second[1], second[-3] = "other", "other"
    assert alignment(first, second) == [(0, 0), (601, 601), (602, 602)]
    assert len(common(first, second)) == 601


# --- texts of templates ---------------------------------------------------------------------------


def constants(parts: list[list[str]]) -> list[bool]:
    """Which places have one word in all bodies of a group."""
    return [len(set(column)) == 1 for column in zip(*parts, strict=True)]


def cut_groups(texts: list[str]) -> list[list[Words]]:
    """Bodies with equally many words together."""
    cut = sorted((split(text) for text in texts), key=lambda each: len(each.words))
    return [list(some) for _, some in groupby(cut, key=lambda each: len(each.words))]


@given(st.lists(bodies, min_size=1, max_size=5), st.booleans())
def test_bodies_fit_what_is_kept_of_one_of_them(texts: list[str], merge: bool) -> None:
    for group in cut_groups(texts):
        stays = constants([each.words for each in group])
        template = keep(group[0], stays, merge=merge)
        assert all(fits(template, join(each.words, each.gaps)) for each in group)
        kept = [word for word, constant in zip(group[0].words, stays, strict=True) if constant]
        assert [word for word in template.split() if word != SLOT] == [word for word in kept if word != SLOT]


def test_keep_by_hand() -> None:
    body = split("k=1, 2  end", " =,")
    assert keep(body, [True] * 4) == "k=1, 2  end"
    assert keep(body, [True, False, False, True]) == "k=<*>, <*>  end"
    assert keep(body, [True, False, False, True], merge=True) == "k=<*>  end"
    assert keep(body, [False] * 4, merge=True) == "<*>"
    assert keep(split(""), []) == ""
    with pytest.raises(ValueError):
        keep(body, [True])


@given(st.lists(bodies, min_size=1, max_size=6))
def test_bodies_fit_the_template_that_covers_them(texts: list[str]) -> None:
    groups = cut_groups(texts)
    parts = [Part(group[0], constants([each.words for each in group])) for group in groups]
    template = covering(parts)
    for group in groups:
        for each in group:
            assert fits(template, join(each.words, each.gaps)), template
    common_words = set(parts[0].body.words).intersection(*(part.body.words for part in parts))
    assert {word for word in template.split() if SLOT not in word} <= common_words


@pytest.mark.parametrize(("parts", "template"), [
    ([("a b c", "110")], "a b <*>"),
    ([("a b c", "111"), ("a c", "11")], "a <*>c"),
    ([("a b c", "111"), ("a x y c", "1111")], "a <*> c"),
    ([("a", "1"), ("b b", "11")], "<*>"),
    ([("a b", "11"), ("a", "1")], "a<*>"),
    ([("b a", "11"), ("a", "1")], "<*>a"),
])  # fmt: skip
def test_covering_by_hand(parts: list[tuple[str, str]], template: str) -> None:
    assert covering([Part(split(text), [flag == "1" for flag in flags]) for text, flags in parts]) == template


# --- which template a body fits -------------------------------------------------------------------

templates = st.lists(st.lists(words, min_size=1, max_size=4).map(" ".join), max_size=6)


@given(templates, bodies)
def test_the_index_finds_what_a_search_through_all_finds(texts: list[str], body: str) -> None:
    whole = [number for number, text in enumerate(texts) if text.split() == body.split() and SLOT not in text]
    fitting = [number for number, text in enumerate(texts) if fits(text, body)]
    weights = [len(text.replace(SLOT, "")) for text in texts]
    best = max(fitting, key=lambda number: (weights[number], -number), default=-1)
    assert TemplateIndex(texts).find(body) == (whole[0] if whole else best)


@pytest.mark.parametrize(("body", "number"), [
    ("took 5 ms", 0), ("took  5   ms ", 0), ("took a while", 1), ("took it", 1), ("anything", 4), ("", 3),
    ("ready", 2), (" ready", 2),
])  # fmt: skip
def test_the_index_by_hand(body: str, number: int) -> None:
    assert TemplateIndex(["took <*> ms", "took <*>", "ready", "", "<*>"]).find(body) == number


def test_values_without_blanks_if_that_is_asked_for() -> None:
    assert TemplateIndex(["took <*> ms"]).find("took 1 7 ms") == 0
    assert TemplateIndex(["took <*> ms"], by_word=True).find("took 1 7 ms") == -1


# --- parsers of all bodies at once ----------------------------------------------------------------


class FirstWord(BatchParser):
    """Groups by the first word; the groups of `a` and `b` have the same text."""

    asked: Any = None

    def group(self, bodies: Any, counts: Any) -> Grouped:
        self.asked = list(bodies), counts.tolist()
        first = [(body.split() or [""])[0] for body in bodies]
        known = list(dict.fromkeys(first))
        texts = ["<*>" if word in "ab" else f"{word} <*>" for word in known]
        return Grouped([known.index(word) for word in first], texts)


def test_a_batch_parser_groups_matches_and_is_kept() -> None:
    parser, texts = FirstWord(), ["c 1", "a 2", "b 3", "c 4"]
    assert parser.learn(distinct(texts)).tolist() == [0, 1, 1, 0], "groups with one text are one"
    assert parser.asked == (texts, [1, 1, 1, 1])
    assert parser.templates() == ["c <*>", "<*>"]
    assert parser.match(distinct(["c 9", "z", "c"])).tolist() == [0, 1, 1]
    again = FirstWord()
    assert again.match(distinct(["c 9"])).tolist() == [-1], "nothing was learnt"
    again.load(parser.save())
    assert again.templates() == parser.templates()
    assert again.match(distinct(["c 9", "z"])).tolist() == [0, 1]


def test_no_bodies() -> None:
    parser = FirstWord()
    assert parser.learn(distinct([])).tolist() == [] == parser.templates() and parser.asked is None


@pytest.mark.parametrize("state", [{}, {"templates": "a <*>"}, {"templates": None}])
def test_a_state_that_is_none(state: dict[str, Any]) -> None:
    with pytest.raises(LogcliError, match="has no templates"):
        FirstWord().load(state)
