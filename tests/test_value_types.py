"""Types of values: each form by its samples, both ways, and the type of slots by their values."""

from __future__ import annotations

import re

import numpy as np
import pytest

from logcli import arrays
from logcli.slot_types import Typed, _fits, type_of, types_of
from logcli.value_types import TYPES, ValueType

BOTH = [(kind, sample, True) for kind in TYPES for sample in kind.are]
BOTH += [(kind, sample, False) for kind in TYPES for sample in kind.are_not]


@pytest.mark.parametrize(("kind", "sample", "fits"), BOTH, ids=lambda value: str(value)[:40])
def test_forms_have_samples_both_ways(kind: ValueType, sample: str, fits: bool) -> None:
    assert _fits(kind, arrays.texts([sample]), np.zeros(1, np.int64)).tolist() == [fits]
    # A pattern is RE2's, but Python's agrees.
    but = kind.but and re.fullmatch(kind.but, sample, re.ASCII)
    assert (re.fullmatch(kind.pattern, sample, re.ASCII) is not None and not but) is fits
    if fits and (kind.name, sample) != ("float", "17"):
        assert type_of({sample: 1}).name == kind.name


def test_every_type_has_samples() -> None:
    assert len({kind.name for kind in TYPES}) == len(TYPES)
    assert all(kind.are and kind.are_not for kind in TYPES)


@pytest.mark.parametrize(
    ("values", "name", "others"),
    [
        ([], "empty", 0),
        (["", "-"], "empty", 0),
        (["", "7"], "number", 0),
        (["null", "10.0.0.1"], "ip", 0),
        (["1", "2.5"], "float", 0),
        ([*map(str, range(30)), "2.5"], "float", 0),
        ([*map(str, range(30)), "off"], "number", 1),
        ([*map(str, range(18)), "off"], "identifier", 0),
        (["10.0.0.1:80", "web-1:8080"], "host:port", 0),
        (["10.0.0.1", "web-1:8080"], "identifier", 0),
        (["u17", "blk_5"], "identifier", 0),
        (["ann", "bob"], "identifier", 0),
        (["a b", "1"], "free text", 0),
        (["no such file", "permission denied"], "free text", 0),
        (["café", "中文"], "identifier", 0),
        (["a\nb", "1"], "free text", 0),
    ],
)
def test_types_of_values_that_come_once(values: list[str], name: str, others: int) -> None:
    assert type_of(dict.fromkeys(values, 1)) == Typed(name, others)


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"PACKED": 7, "ON HOLD": 3}, "enum"),
        ({"up": 1, "down": 3}, "enum"),
        ({"up": 1, "down": 2}, "identifier"),
        ({f"word{chr(97 + k)}": 9 for k in range(12)}, "enum"),
        ({f"word{chr(97 + k)}": 9 for k in range(13)}, "identifier"),
        ({"up": 1, "down": 2, "-": 9}, "identifier"),
        ({"true": 9, "false": 9}, "boolean"),
        ({"200": 9, "404": 9}, "number"),
    ],
)
def test_few_values_that_come_again_are_an_enum(values: dict[str, int], name: str) -> None:
    assert type_of(values).name == name


def test_slots_do_not_mix() -> None:
    slots = [{"7": 1}, {}, {"a b": 1}, {"7": 1, "10.0.0.1": 1}, {"7": 1}]
    assert [kind.name for kind in types_of(slots)] == [type_of(slot).name for slot in slots]
    assert types_of([]) == []


def test_values_beyond_the_first_ones_count() -> None:
    """What the first values look like only rules types out."""
    values = [str(k) for k in range(200)] + [f"x y {k}" for k in range(200)]
    assert type_of(dict.fromkeys(values, 1)).name == "free text"
    assert type_of(dict.fromkeys(values[::-1], 1)).name == "free text"
