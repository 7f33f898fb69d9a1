"""Metrics that need no truth: by hand, and by a slow reading of the definitions."""

from __future__ import annotations

from statistics import mean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logcli.metrics.unlabelled import Silhouette, explained, pmss
from tests.labelled import SYSTEMS, column, digits_masked, needs_samples, truth
from tests.test_metrics_naming import edit_distance

bodies = st.text("ab 1", max_size=6)
templates = st.none() | st.sampled_from(["<*>", "a <*>", "a", "b", "", "<*><*>", "a<*>b"])


def test_silhouette_by_hand() -> None:
    texts = ["took 1 ms", "took 2 ms", "took 2 ms", "bye"]
    found = ["took <*> ms", "took <*> ms", "took <*> ms", "bye"]
    # Both bodies are one character from `took  ms` and nine from `bye`; `bye` is alone.
    assert pmss(texts, found) == Silhouette((8 / 9 + 0) / 2, 2, 3)


def test_torn_and_thrown_together_score_less() -> None:
    texts = [f"user {name} logged in" for name in ("ann", "bob", "eve")] + ["disk sda full", "disk sdb full"]
    right = ["user <*> logged in"] * 3 + ["disk <*> full"] * 2
    torn = [*texts[:2], "user <*> in", *right[3:]]
    together = ["<*> <*> <*>"] * 5
    scores = [pmss(texts, parse).score for parse in (right, torn, together, texts)]
    assert scores[0] > max(scores[1:]) and scores[2:] == [0.0, 0.0]


def slow(texts: list[str], found: list[str | None]) -> float:
    groups = {name: {b for b, f in zip(texts, found, strict=True) if f == name} for name in found}
    groups.pop(None, None)
    means = []
    for own, members in groups.items():
        silhouettes = [0.0]
        others = [name.replace("<*>", "") for name in groups if name != own]
        if len(members) > 1 and others:
            inner = {body: edit_distance(body, own.replace("<*>", "")) for body in members}
            outer = {body: min(edit_distance(body, text) for text in others) for body in members}
            silhouettes = [(outer[b] - inner[b]) / max(outer[b], inner[b], 1) for b in members]
        means.append(mean(silhouettes))
    return mean(means) if means else 0.0


@settings(deadline=None, max_examples=50)
@given(st.lists(st.tuples(bodies, templates), max_size=15))
def test_the_definition(lines: list[tuple[str, str | None]]) -> None:
    texts, found = [b for b, _ in lines], [f for _, f in lines]
    assert pmss(texts, found, each=20).score == pytest.approx(slow(texts, found))
    share = sum(found.count(f) >= 2 and f in ("a <*>", "a", "b", "a<*>b") for f in found)
    assert explained(found) == pytest.approx(share / max(len(found), 1))


def test_samples_are_bounded_and_repeat() -> None:
    texts = [f"event {k % 40} of {k}" for k in range(2000)]
    found = [f"event {k % 40} of <*>" for k in range(2000)]
    few = [pmss(texts, found, groups=10, each=3, seed=seed) for seed in (0, 0, 1)]
    assert few[0] == few[1] != few[2]
    assert {(part.templates, part.bodies) for part in few} == {(10, 30)}
    assert few[0].score == pytest.approx(pmss(texts, found, each=50).score, abs=0.2)


def test_long_and_odd_texts() -> None:
    texts = ["x" * 3_000_000, "y" * 3_000_000, "\ud800 lone", "\U0001f600"]
    assert -1 <= pmss(texts, ["<*>", "<*>", "lone", "lone"]).score <= 1


@pytest.mark.parametrize(
    ("template", "telling"),
    [
        ("took <*>", True), ("<*>ms", True), ("Ошибка <*>", True), ("404 <*>", True),
        ("<*>", False), ("<*>: <*>", False), ("[<*>] _", False), ("", False), (None, False),
    ],
)  # fmt: skip
def test_what_explains_a_line(template: str | None, telling: bool) -> None:
    assert explained([template] * 3, least=3) == float(telling)
    assert explained([template] * 2, least=3) == 0.0


def test_nothing() -> None:
    assert explained([]) == 0.0
    assert pmss([], []) == Silhouette(0.0, 0, 0)
    assert pmss(["a"], [None]) == Silhouette(0.0, 0, 0)
    assert pmss(["a"], ["a"]) == Silhouette(0.0, 1, 1)
    with pytest.raises(ValueError, match="shorter"):
        pmss(["a"], [])


@needs_samples
def test_the_truth_of_real_logs_scores_better_than_no_grouping() -> None:
    """On average: the score is no judge of a single log."""
    gains = []
    for system in SYSTEMS:
        contents = column(system, "Content", corrected=True)
        parses = truth(system), digits_masked(system), contents, ["<*>"] * len(contents)
        scores = [pmss(contents, parse, groups=50, each=2).score for parse in parses]
        gains.append(scores[0] - max(scores[2:]))
        assert scores[2:] == [0.0, 0.0] and explained(parses[3]) == 0.0
    assert mean(gains) > 0.05
