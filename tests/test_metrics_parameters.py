"""Values extracted: by hand, and by a slow reading of the definitions."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logcli.metrics.parameters import parameters, places
from tests.labelled import SYSTEMS, column, digits_masked, needs_samples, truth

bodies = st.text("ab \t", max_size=10)
templates = st.lists(st.sampled_from(["<*>", "a", "b", " ", "  "]), max_size=7).map("".join)


def test_by_hand() -> None:
    body = "from 10.0.0.1:80 took 17 ms"
    true = "from <*>:<*> took <*> ms"
    judged = parameters([body] * 4, ["from <*> took <*> ms", true, "nothing", body], [true] * 4)
    # Three values in each line. The first finds the address with its port, which is none of them, and 17.
    assert (judged.found, judged.true, judged.right) == (2 + 3 + 0 + 0, 12, 1 + 3)
    assert (judged.precision, judged.recall, judged.f1) == (4 / 5, 4 / 12, 8 / 17)
    assert (judged.lines, judged.lines_right, judged.unfitting, judged.unjudged) == (4, 1 / 4, 1, 0)


@pytest.mark.parametrize(
    ("template", "body", "values"),
    [
        ("took <*> ms", "took 17 ms", ["17"]),
        ("took <*> ms", "  took   17\tms ", ["17"]),
        ("took  <*>  ms", "took 17 ms", ["17"]),
        ("<*>", "all of it ", ["all of it"]),
        ("<*> <*>", "a b c", ["a", "b c"]),
        ("<*><*>", "ab", ["", "ab"]),
        ("a<*>b", "a x  y b", ["x  y"]),
        ("a <*> b", "a  b", [""]),
        ("<*> is <*>", "this is it", ["this", "it"]),
        ("<*>s<*>", "this is it", ["thi", "is it"]),
        ("<*> b", "a b b", ["a b"]),
        ("a", "a", []),
        ("", "", []),
        ("", "  ", []),
        ("<*>", "", [""]),
    ],
)
def test_places(template: str, body: str, values: list[str]) -> None:
    found = places(template, body)
    assert found is not None and [body[start:stop] for start, stop in found] == values


@pytest.mark.parametrize(
    ("template", "body"), [("a", "b"), ("a <*>", "a"), ("<*> b", "b c"), ("aba<*>ba", "aba"), ("", "a")]
)
def test_what_does_not_fit(template: str, body: str) -> None:
    assert places(template, body) is None


def slow_values(template: str, body: str) -> set[tuple[int, int]] | None:
    """Places of values by a regular expression that takes as little as it can, blanks squeezed or not."""
    first = len(body) - len(body.lstrip())
    last = len(body.rstrip())
    kept = [k for k in range(first, last) if not (body[k].isspace() and body[k - 1].isspace())]
    squeezed = "".join(" " if body[k].isspace() else body[k] for k in kept)
    spans = by_expression(re.sub(r"\s+", " ", template.strip()), squeezed)
    if spans is not None:
        spans = [(kept[start], kept[stop - 1] + 1) for start, stop in spans if start < stop]
    else:
        spans = by_expression(template, body)
    if spans is None:
        return None
    inside = [[k for k in range(start, stop) if not body[k].isspace()] for start, stop in spans]
    return {(places[0], places[-1] + 1) for places in inside if places}


def by_expression(template: str, body: str) -> list[tuple[int, int]] | None:
    found = re.fullmatch("(.*?)".join(map(re.escape, template.split("<*>"))), body, re.S)
    return found and [found.span(k + 1) for k in range(template.count("<*>"))]


@settings(deadline=None, max_examples=1000)
@given(templates, bodies)
def test_places_by_expression(template: str, body: str) -> None:
    found = places(template, body)
    values = None if found is None else {(start, stop) for start, stop in found if start < stop}
    assert values == slow_values(template, body)


@settings(deadline=None)
@given(st.lists(st.tuples(bodies, templates, templates), max_size=12), st.none() | st.sets(templates))
def test_the_definitions(lines: list[tuple[str, str, str]], only: set[str] | None) -> None:
    asked = [line for line in lines if only is None or line[2] in only]
    judged = [(slow_values(f, body), slow_values(t, body)) for body, f, t in asked]
    kept = [(found or set(), true) for found, true in judged if true is not None]
    right = sum(len(found & true) for found, true in kept)
    found_values, true_values = (sum(len(line[side]) for line in kept) for side in (0, 1))
    precision, recall = right / max(found_values, 1), right / max(true_values, 1)
    wanted = {
        "precision": precision,
        "recall": recall,
        "f1": 2 * precision * recall / (precision + recall) if right else 0.0,
        "lines_right": sum(found == true for found, true in kept) / max(len(kept), 1),
        "found": found_values,
        "true": true_values,
        "right": right,
        "lines": len(kept),
        "unfitting": sum(found is None for found, true in judged if true is not None),
        "unjudged": len(judged) - len(kept),
    }
    columns = list(zip(*lines, strict=True)) or [(), (), ()]
    assert vars(parameters(*columns, only)) == pytest.approx(wanted)


def test_nothing_and_missing_templates() -> None:
    assert set(vars(parameters([], [], [])).values()) == {0}
    judged = parameters(["a 1", "a 1"], [None, "a <*>"], ["a <*>", None])
    assert (judged.lines, judged.unfitting, judged.unjudged, judged.found, judged.true) == (1, 1, 1, 0, 1)


def test_unequal_lengths_are_an_error() -> None:
    with pytest.raises(ValueError, match="shorter"):
        parameters(["a", "b"], ["a"], ["a", "b"])


def test_time_is_linear() -> None:
    body, template = "a b" * 200_000 + "c", "<*>b" * 10_000 + "<*>d"
    began = time.perf_counter()
    assert places(template, body) is None
    assert places(template[:-1] + "c", body) is not None
    assert places("<*>x" * 1000, "y" * 500_000) is None
    assert time.perf_counter() - began < 5


@needs_samples
@pytest.mark.parametrize("system", SYSTEMS)
def test_the_truth_of_real_logs_fits(system: str) -> None:
    contents, true = column(system, "Content", corrected=True), truth(system)
    judged = parameters(contents, true, true)
    assert (judged.unjudged, judged.unfitting, judged.lines_right, judged.lines) == (0, 0, 1.0, len(true))
    masked = parameters(contents, digits_masked(system), true)
    assert masked.unfitting == 0 and 0 < masked.right < masked.true
