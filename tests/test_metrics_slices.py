"""Rare, frequent and complex templates of a truth."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from logcli.metrics.grouping import grouping
from logcli.metrics.naming import naming
from logcli.metrics.slices import slices

NAMES = [
    *("rarest 5 %", "rarest 10 %", "rarest 20 %"),
    *("most frequent 5 %", "most frequent 10 %", "most frequent 20 %"),
    *("no values", "1 to 4 values", "5 or more values"),
]


def test_by_hand() -> None:
    # t0 once, t1 twice ... t9 ten times, then t10 once like t0.
    truth = [f"t{k}" for k in range(10) for _ in range(k + 1)] + ["t10"]
    parts = {part.name: part for part in slices(truth)}
    assert list(parts) == NAMES
    assert parts["rarest 5 %"].empty and parts["most frequent 5 %"].empty  # 11 * 5 // 100 is nothing
    assert parts["rarest 10 %"].templates == {"t0"}  # before t10, which is as rare
    assert parts["rarest 20 %"].templates == {"t0", "t10"}
    assert parts["most frequent 20 %"].templates == {"t9", "t8"}
    assert (parts["rarest 20 %"].lines, parts["most frequent 20 %"].lines) == (2, 19)


def test_number_of_values() -> None:
    truth = ["a", "<*>", "<*>" * 4, "<*> " * 5, "b", None]
    parts = {part.name: part.templates for part in slices(truth)}
    assert parts["no values"] == {"a", "b"}
    assert parts["1 to 4 values"] == {"<*>", "<*>" * 4}
    assert parts["5 or more values"] == {"<*> " * 5}


def test_nothing() -> None:
    assert [part.name for part in slices([]) if part.empty and part.lines == 0] == NAMES


@settings(deadline=None)
@given(st.lists(st.integers(0, 30).map(lambda k: f"{k}" + "<*>" * (k % 7)), max_size=80))
def test_the_definitions(truth: list[str]) -> None:
    lines = Counter(truth)
    parts = {part.name: part for part in slices(truth)}
    for part in parts.values():
        assert part.lines == sum(lines[text] for text in part.templates)
    for percent in (5, 10, 20):
        rare, many = parts[f"rarest {percent} %"], parts[f"most frequent {percent} %"]
        assert len(rare.templates) == len(many.templates) == len(lines) * percent // 100
        rest, others = set(lines) - rare.templates, set(lines) - many.templates
        first = truth.index
        assert all((lines[a], first(a)) < (lines[b], first(b)) for a in rare.templates for b in rest)
        assert all((-lines[a], first(a)) < (-lines[b], first(b)) for a in many.templates for b in others)
    complexity = [parts[name].templates for name in NAMES[6:]]
    assert sorted(text for some in complexity for text in some) == sorted(lines)


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from("abcd")), min_size=1, max_size=30))
def test_parts_by_number_of_values_make_the_whole(lines: list[tuple[str, str]]) -> None:
    """What is right in the parts of a partition of the truth adds up to what is right in all."""
    found = [f + " <*>" * (ord(f) % 3 * 3) for f, _ in lines]
    true = [t + " <*>" * (ord(t) % 3 * 3) for _, t in lines]
    parts = [part.templates for part in slices(true)[6:]]
    for judge in (grouping, naming):
        some = [judge(found, true, part) for part in parts]
        whole = judge(found, true)
        assert [sum(getattr(part, n) for part in some) for n in ("right", "true", "lines")] == [
            whole.right, whole.true, whole.lines,
        ]  # fmt: skip
