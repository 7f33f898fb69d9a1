"""What the `shape` parser tells of its decisions."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logcli import registry
from logcli.parsers._shape_changes import Change, changes
from tests.test_shape_forms import CASES, distinct


def reasons(bodies: list[str]) -> set[tuple[int, str]]:
    """Slot and reason of all that the parser decided about these bodies."""
    parser = registry.create("parsers", "shape")
    parser.learn(distinct(bodies))
    decided = parser.explain(distinct(bodies), np.arange(len(bodies)))
    return {(one.slot, one.why) for one in decided.decisions if one.step}


@pytest.mark.parametrize(
    ("bodies", "wanted"),
    [
        (["login uid=root tty=NODEV host=gate"] * 2, {(k, "behind `=` in a record") for k in (1, 2, 3)}),
        (["open db.internal.test:80 now"], {(1, "form: host and port")}),
        (["link of port seven is up", "link of port seven is down"],
         {(1, "2 different words stood at place 6 (2 enough, one of a few alternatives)")}),
        (["ack of 10.0.0.1", "ack of peer"],
         {(1, "1 other word stood at place 3 (1 enough, a value stood there already, behind `of`)")}),
        (["sent 100 bytes to disk", "sent 2048 bytes (2.0 KB) to disk"],
         {(1, "a quantity with its unit, which varies")}),
        (["ids 1, 2 are known", "ids 1, 2, 3 are known"], {(1, "a list of values whose length varies")}),
        (["call f(1) made", "call f() made"], {(1, "nothing in `()`, where others have a value")}),
        (CASES["words in quotes"][0], {(1, "5 different phrases stood at place 5 (5 enough, in `\"\"`)")}),
        (["moved block from 10.0.0.1 to 10.0.0.2 on disk", "moved block from peer to x_y on disk"],
         {(k, "the line fits in several slots at once") for k in (1, 2)}),
        (["cannot resolve an14 an15 an16 now"],
         {(k, "side by side with others of its series") for k in (1, 2, 3)}),
    ],
)  # fmt: skip
def test_reasons(bodies: list[str], wanted: set[tuple[int, str]]) -> None:
    assert reasons(bodies) == wanted


@pytest.mark.parametrize("case", CASES)
def test_every_shape_and_line_is_explained(case: str) -> None:
    bodies = CASES[case][0]
    parser = registry.create("parsers", "shape")
    groups = parser.learn(distinct(bodies))
    for group in np.unique(groups).tolist():
        chosen = np.flatnonzero(groups == group)
        decided = parser.explain(distinct(bodies), chosen)
        assert sum(lines for _, lines in decided.shapes) == len(chosen)
        assert decided.slots == parser.templates()[group].count("<*>")
        assert {one.slot for one in decided.decisions} == {*range(1, decided.slots + 1)}
        assert all(0 < one.lines <= len(chosen) for one in decided.decisions)


def test_explaining_changes_nothing() -> None:
    parser = registry.create("parsers", "shape")
    bodies = [body for some, _ in CASES.values() for body in some]
    groups, state = parser.learn(distinct(bodies)), json.dumps(parser.save())
    parser.explain(distinct(bodies), np.arange(3))
    assert json.dumps(parser.save()) == state
    assert parser.learn(distinct(bodies)).tolist() == groups.tolist()
    assert parser.explain(distinct(bodies), np.arange(0)).decisions == []


@given(st.lists(st.integers(0, 3), max_size=9), st.data())
@settings(max_examples=300, deadline=None)
def test_changes_make_the_one_row_the_other(before: list[int], data: st.DataObject) -> None:
    """Values are put over runs of a row; what is found are as many changes or fewer, and as good."""
    after, made, k = [], 0, 0
    while k < len(before):
        taken = data.draw(st.integers(0, 3))
        after += [0] if taken else [before[k]]
        made += bool(taken)
        k += max(1, taken)
    found = changes(before, after)
    assert len(found) <= made
    row, at = [], 0
    for change in found:
        row += [*before[at : change.start], 0]
        assert len(row) == change.at + 1
        at = change.stop
    assert row + before[at:] == after


def test_a_row_that_cannot_be_the_other() -> None:
    assert changes([1, 2], [3, 0]) == [Change(0, 2, 1)]
