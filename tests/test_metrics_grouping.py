"""Grouping metrics: by hand, by a slow reading of the definitions, and against published figures."""

from __future__ import annotations

from itertools import combinations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logcli.metrics.grouping import grouping, score
from tests.labelled import SYSTEMS, digits_masked, needs_samples, pairs, some_of_them, truth

# Templates before and after the correction, templates and lines changed, GA and FGA of the one against
# the other: a diff made independently of this code.
CORRECTED = {
    "HDFS": (14, 14, 14, 1.000, 1.000, 1.000),
    "Hadoop": (114, 114, 69, 0.827, 1.000, 1.000),
    "Spark": (36, 36, 7, 0.220, 1.000, 1.000),
    "Zookeeper": (50, 50, 12, 0.337, 1.000, 1.000),
    "OpenStack": (43, 43, 13, 0.605, 1.000, 1.000),
    "BGL": (120, 120, 20, 0.101, 1.000, 1.000),
    "HPC": (46, 46, 13, 0.097, 1.000, 1.000),
    "Thunderbird": (149, 149, 48, 0.577, 1.000, 1.000),
    "Windows": (50, 50, 11, 0.314, 1.000, 1.000),
    "Linux": (118, 116, 42, 0.752, 0.814, 0.983),
    "Mac": (341, 341, 129, 0.447, 1.000, 1.000),
    "Android": (166, 158, 65, 0.397, 0.902, 0.932),
    "HealthApp": (75, 75, 14, 0.019, 1.000, 1.000),
    "Apache": (6, 6, 0, 0.000, 1.000, 1.000),
    "OpenSSH": (27, 26, 5, 0.004, 0.999, 0.943),
    "Proxifier": (8, 8, 8, 1.000, 1.000, 1.000),
}
# GA, FGA, PA and FTA of the rule "a word with a digit is a value", measured independently of this code.
BASELINE = {
    "HDFS": (0.998, 0.867, 0.959, 0.867),
    "Hadoop": (0.987, 0.948, 0.626, 0.609),
    "Spark": (0.925, 0.919, 0.402, 0.622),
    "Zookeeper": (0.995, 0.933, 0.510, 0.610),
    "OpenStack": (0.534, 0.848, 0.112, 0.182),
    "BGL": (0.947, 0.862, 0.421, 0.300),
    "HPC": (0.932, 0.808, 0.700, 0.505),
    "Thunderbird": (0.950, 0.806, 0.057, 0.446),
    "Windows": (0.996, 0.916, 0.702, 0.636),
    "Linux": (0.178, 0.857, 0.123, 0.564),
    "Mac": (0.846, 0.895, 0.310, 0.319),
    "Android": (0.605, 0.737, 0.235, 0.326),
    "HealthApp": (0.878, 0.966, 0.337, 0.476),
    "Apache": (1.000, 1.000, 0.560, 0.500),
    "OpenSSH": (0.390, 0.175, 0.108, 0.068),
    "Proxifier": (0.526, 0.583, 0.515, 0.417),
}


def test_by_hand() -> None:
    # A is found whole as x; B is torn into y and z; C and D are thrown together as w.
    true = ["A", "A", "A", "B", "B", "B", "C", "D", "D"]
    found = ["x", "x", "x", "y", "y", "z", "w", "w", "w"]
    judged = grouping(found, true)
    assert (judged.found, judged.true, judged.right, judged.lines) == (4, 4, 1, 9)
    assert (judged.ga, judged.pga, judged.rga, judged.fga) == (3 / 9, 1 / 4, 1 / 4, 1 / 4)
    # Pairs: found 3 + 1 + 0 + 3 = 7, true 3 + 3 + 0 + 1 = 7, of them both 3 + 1 + 0 + 1 = 5.
    assert (judged.pair_precision, judged.pair_recall, judged.pair_f1) == (5 / 7, 5 / 7, 5 / 7)


def test_only_some_by_hand() -> None:
    true = ["A", "A", "A", "B", "B", "B", "C", "D", "D"]
    found = ["x", "x", "x", "y", "y", "z", "w", "w", "w"]
    judged = grouping(found, true, only={"A", "C", "absent"})
    # Lines of A and C, four of them; the groups x and w have some; absent counts among those asked for.
    assert (judged.found, judged.true, judged.right, judged.lines) == (2, 3, 1, 4)
    assert (judged.ga, judged.pga, judged.rga) == (3 / 4, 1 / 2, 1 / 3)
    # Pairs with one of these lines: in x 3, in w those of C with the two of D.
    assert (judged.pair_precision, judged.pair_recall) == (3 / 5, 1.0)


def slow(lines: list[tuple[str, str]], only: set[str] | None) -> dict[str, float]:
    """The definitions, line by line and pair by pair."""
    table = pd.DataFrame(lines, columns=["found", "true"])
    found = {name: set(rows.index) for name, rows in table.groupby("found")}
    true = {name: set(rows.index) for name, rows in table.groupby("true")}
    asked = set(true) if only is None else only
    members = [line for line in table.index if table.true[line] in asked]
    right = [name for name in asked if name in true and true[name] in found.values()]
    touched = {table.found[line] for line in members}
    couples = [c for c in combinations(table.index, 2) if set(c) & set(members)]
    together = {c for c in couples if table.found[c[0]] == table.found[c[1]]}
    belonging = {c for c in couples if table.true[c[0]] == table.true[c[1]]}
    pga, rga = len(right) / max(len(touched), 1), len(right) / max(len(asked), 1)
    precision = len(together & belonging) / len(together) if together else float(bool(members))
    recall = len(together & belonging) / len(belonging) if belonging else float(bool(members))
    return {
        "ga": sum(len(true[name]) for name in right) / max(len(members), 1),
        "pga": pga,
        "rga": rga,
        "fga": 2 * pga * rga / (pga + rga) if pga else 0.0,
        "pair_precision": precision,
        "pair_recall": recall,
        "pair_f1": 2 * precision * recall / (precision + recall) if precision + recall else 0.0,
        "found": len(touched),
        "true": len(asked),
        "right": len(right),
        "lines": len(members),
    }


@settings(deadline=None)
@given(pairs, some_of_them)
def test_the_definitions(lines: list[tuple[str, str]], only: set[str] | None) -> None:
    judged = grouping([f for f, _ in lines], [t for _, t in lines], only)
    assert vars(judged) == pytest.approx(slow(lines, only))


@settings(deadline=None)
@given(st.lists(st.integers(0, 3), max_size=20), st.permutations(range(4)))
def test_names_of_groups_do_not_matter(labels: list[int], names: list[int]) -> None:
    judged = grouping([names[label] for label in labels], labels)
    shares = (judged.ga, judged.fga, judged.pair_precision, judged.pair_recall, judged.pair_f1)
    assert set(shares) == ({1.0} if labels else {0.0})


def test_nothing_and_one_line() -> None:
    assert set(vars(grouping([], [])).values()) == {0}
    assert set(vars(grouping(["x"], ["y"])).values()) == {1}
    assert set(vars(grouping(["x"], ["y"], only=set())).values()) == {0}


def test_all_lines_in_one_group() -> None:
    judged = grouping([None] * 4, ["a", "a", "b", "c"])
    assert (judged.ga, judged.fga, judged.found, judged.true) == (0.0, 0.0, 1, 3)
    assert (judged.pair_precision, judged.pair_recall) == (1 / 6, 1.0)


def test_lines_without_truth_are_left_out() -> None:
    nan = float("nan")
    judged = grouping(["x", "x", "y", ""], ["a", None, nan, ""])
    assert (judged.ga, judged.found, judged.true, judged.lines) == (1.0, 2, 2, 2)


def test_unequal_lengths_are_an_error() -> None:
    with pytest.raises(ValueError, match="1 lines parsed, 2 in the truth"):
        grouping(["a"], ["a", "b"])


@needs_samples
@pytest.mark.parametrize("system", SYSTEMS)
def test_what_the_correction_changed(system: str) -> None:
    before, after = truth(system, corrected=False), truth(system)
    judged = grouping(before, after)
    changed = [a for a, b in zip(before, after, strict=True) if a != b]
    lines = round(len(changed) / len(after), 3)
    found = (judged.found, judged.true, len(set(changed)), lines, round(judged.ga, 3), round(judged.fga, 3))
    assert found == CORRECTED[system]


@needs_samples
@pytest.mark.parametrize("system", SYSTEMS)
def test_figures_of_the_baseline(system: str) -> None:
    scores = score(digits_masked(system), truth(system))
    assert tuple(round(value, 3) for value in vars(scores).values()) == BASELINE[system]
