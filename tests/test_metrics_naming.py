"""Metrics of template texts: by hand, and by a slow reading of the definitions."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logcli.metrics.distance import levenshtein
from logcli.metrics.grouping import score
from logcli.metrics.naming import naming
from tests.labelled import pairs, some_of_them

words = st.text("ab <*", max_size=12)


def test_by_hand() -> None:
    found = ["a <*>", "a <*>", "b", "<*> c", "d 1", "d 2", "e <*> 7"]
    true = ["a <*>", "a <*>", "a <*>", "x c", "d <*>", "d <*>", "e 5 <*>"]
    judged = naming(found, true)
    # `a <*>` is right though it lacks a line; `<*> c` is too general, `d 1` and `d 2` are not general
    # enough; `b` is neither, and so is `e <*> 7`.
    assert (judged.found, judged.true, judged.right) == (6, 4, 1)
    assert (judged.over, judged.under, judged.mixed) == (1, 2, 2)
    assert (judged.pa, judged.pta, judged.rta, judged.fta) == (2 / 7, 1 / 6, 1 / 4, 2 / 10)
    # b -> a <*>: 5; <*> -> x: 3; 1 -> <*>: 3, twice; in the last `5 ` comes and ` 7` goes.
    distances = [0, 0, 5, 3, 3, 3, 4]
    longer = [5, 5, 5, 5, 5, 5, 7]
    assert judged.ed == sum(distances) / 7
    assert judged.ned == pytest.approx(sum(1 - d / n for d, n in zip(distances, longer, strict=True)) / 7)


def edit_distance(a: str, b: str) -> int:
    """The table of Wagner and Fischer."""
    table = pd.DataFrame(0, index=range(len(a) + 1), columns=range(len(b) + 1)).to_numpy().copy()
    table[:, 0], table[0, :] = range(len(a) + 1), range(len(b) + 1)
    for i, x in enumerate(a, start=1):
        for j, y in enumerate(b, start=1):
            table[i, j] = min(table[i - 1, j] + 1, table[i, j - 1] + 1, table[i - 1, j - 1] + (x != y))
    return int(table[-1, -1])


def abstracts(general: str, special: str) -> bool:
    pattern = r"(\S+?)".join(re.escape(part) for part in general.split("<*>"))
    return re.fullmatch(pattern, special) is not None


def kind(found: str, true: set[str]) -> str:
    """What Khan et al. say of a template whose lines have these true templates."""
    if true == {found}:
        return "right"
    if all(abstracts(found, text) for text in true):
        return "over"
    return "under" if all(abstracts(text, found) for text in true) else "mixed"


def slow(lines: list[tuple[str, str]], only: set[str] | None) -> dict[str, float]:
    table = pd.DataFrame(lines, columns=["found", "true"], dtype=object)
    asked = set(table.true) if only is None else only
    groups = {name: set(rows.true) for name, rows in table.groupby("found") if set(rows.true) & asked}
    kinds = [kind(name, true) for name, true in groups.items()]
    members = [(f, t) for f, t in lines if t in asked]
    n = max(len(members), 1)
    distances = [edit_distance(f, t) for f, t in members]
    likeness = [1 - d / max(len(f), len(t), 1) for d, (f, t) in zip(distances, members, strict=True)]
    pta, rta = kinds.count("right") / max(len(groups), 1), kinds.count("right") / max(len(asked), 1)
    return {
        "pa": sum(f == t for f, t in members) / n,
        "pta": pta,
        "rta": rta,
        "fta": 2 * pta * rta / (pta + rta) if pta else 0.0,
        "found": len(groups),
        "true": len(asked),
        **{name: kinds.count(name) for name in ("right", "over", "under", "mixed")},
        "lines": len(members),
        "ed": sum(distances) / n,
        "ned": sum(likeness) / n,
    }


@settings(deadline=None)
@given(pairs, some_of_them)
def test_the_definitions(lines: list[tuple[str, str]], only: set[str] | None) -> None:
    found, true = [f for f, _ in lines], [t for _, t in lines]
    judged = naming(found, true, only)
    assert vars(judged) == pytest.approx(slow(lines, only))
    assert judged.found == judged.right + judged.over + judged.under + judged.mixed
    if only is None:
        scores = score(found, true)
        assert (scores.pa, scores.fta) == (judged.pa, judged.fta)


@settings(deadline=None)
@given(st.text("ab<*> ", max_size=9), st.text("ab<*> ", max_size=9))
def test_generality_is_that_of_the_regular_expression(found: str, true: str) -> None:
    judged = naming([found], [true])
    kinds = {name for name in ("right", "over", "under", "mixed") if getattr(judged, name)}
    assert kinds == {kind(found, {true})}


@settings(deadline=None)
@given(words, words, st.integers(0, 12), st.integers(1, 8))
def test_edit_distance(a: str, b: str, most: int, longest: int) -> None:
    exact = edit_distance(a, b)
    assert levenshtein(a, b) == levenshtein(b, a) == exact
    assert levenshtein(a, b, most) == min(exact, most + 1)
    assert exact <= levenshtein(a, b, longest=longest) <= max(len(a), len(b))


def test_long_texts_end() -> None:
    a, b = "ab " * 400_000, "ba " * 300_000
    assert 300_000 <= levenshtein(a, b) <= len(a)
    assert levenshtein("x" + a, "y" + a) == 1
    assert levenshtein(a, b, most=10) == 11


def test_nothing_and_missing_templates() -> None:
    assert set(vars(naming([], [])).values()) == {0}
    judged = naming([None, None, "", "x"], ["a", "", "", None])
    assert (judged.lines, judged.found, judged.right, judged.mixed) == (3, 2, 1, 1)
    assert (judged.pa, judged.pta, judged.rta) == (1 / 3, 1 / 2, 1 / 2)
    assert (judged.ed, judged.ned) == (1 / 3, 2 / 3)


def test_texts_are_compared_as_they_are() -> None:
    assert naming(["a  <*>", "A <*>", "a <*> "], ["a <*>"] * 3).pa == 0.0
