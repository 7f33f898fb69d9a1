"""Tails of the binomial distribution against sums of exact fractions, and the correction for many tests."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from logcli import exact


def tail(hits: int, trials: int, chance: Fraction) -> float:
    return float(
        sum(comb(trials, k) * chance**k * (1 - chance) ** (trials - k) for k in range(hits, trials + 1))
    )


@given(st.integers(0, 60), st.integers(0, 60), st.integers(1, 99))
def test_upper_tail_is_the_sum(hits, trials, percent):
    found = exact.at_least([hits], [trials], percent / 100)[0]
    assert found == pytest.approx(tail(hits, trials, Fraction(percent, 100)), rel=1e-9, abs=1e-15)


def test_large_counts():
    # The median of a symmetric distribution, and a tail that a normal distribution would get wrong.
    assert exact.at_least([500_001], [1_000_001], 0.5)[0] == pytest.approx(0.5, abs=1e-8)
    assert exact.at_least([20], [1_000_000], 1e-6)[0] == pytest.approx(1.59e-19, rel=0.01)


@pytest.mark.parametrize("chance", [0.0, 1.0])
def test_certain_sides(chance):
    assert exact.two_sided([0, 3], [3, 3], chance).tolist() == [float(chance == 0), float(chance == 1)]


def test_nothing_to_test():
    assert exact.corrected(exact.two_sided([], [], 0.5)).tolist() == []


@given(st.lists(st.floats(0, 1), max_size=20))
def test_correction_keeps_order_and_never_lowers(chances):
    found = exact.corrected(chances)
    assert (found >= np.asarray(chances) - 1e-15).all()
    assert (np.diff(found[np.argsort(chances, kind="stable")]) >= 0).all()
