"""Exact tests on counts, over arrays: how likely is such a difference by chance alone."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_TINY, _CLOSE, _STEPS = 1e-300, 1e-14, 20_000
_log_gamma = np.vectorize(math.lgamma, otypes=[np.float64])


def at_least(hits: Any, trials: Any, chance: Any) -> Floats:
    """Probability of so many hits or more: the upper tail of the binomial distribution.

    >>> at_least([0, 1, 2], [2, 2, 2], 0.5).round(12).tolist()
    [1.0, 0.75, 0.25]
    """
    k, n, p = (
        part.copy() for part in np.broadcast_arrays(*(np.asarray(x, float) for x in (hits, trials, chance)))
    )
    found = np.where(k <= 0, 1.0, 0.0)
    inner = (k > 0) & (k <= n)
    found[inner] = _incomplete_beta(k[inner], (n - k + 1)[inner], p[inner])
    return found


def two_sided(hits: Any, trials: Any, chance: Any) -> Floats:
    """Probability of so few or so many hits: twice the smaller tail, at most 1.

    With `chance` as the share of one log in both, it is the exact test that two rates are equal.

    >>> two_sided([0, 5, 10], [10, 10, 10], 0.5).round(6).tolist()
    [0.001953, 1.0, 0.001953]
    """
    k, n, p = (np.asarray(x, float) for x in (hits, trials, chance))
    tails = np.minimum(at_least(k, n, p), at_least(n - k, n, 1 - p))
    return np.asarray(np.minimum(1.0, 2 * tails))


def corrected(chances: Any) -> Floats:
    """Probabilities of many tests, corrected by Benjamini and Hochberg (1995): share of false findings.

    >>> corrected([0.01, 0.04, 0.03]).round(3).tolist()
    [0.03, 0.04, 0.04]
    """
    given = np.asarray(chances, float)
    order = np.argsort(given, kind="stable")
    ranked = given[order] * len(given) / np.arange(1, len(given) + 1)
    found = np.empty(len(given))
    found[order] = np.minimum.accumulate(ranked[::-1])[::-1].clip(max=1.0)
    return found


def _incomplete_beta(a: Floats, b: Floats, x: Floats) -> Floats:
    """The regularised incomplete beta function; a continued fraction converges on one side of the mean."""
    x = x.clip(0.0, 1.0)
    swap = x > (a + 1) / (a + b + 2)
    c, d, y = np.where(swap, b, a), np.where(swap, a, b), np.where(swap, 1 - x, x)
    with np.errstate(divide="ignore"):
        front = _log_gamma(c + d) - _log_gamma(c) - _log_gamma(d) + c * np.log(y) + d * np.log1p(-y)
    found = np.exp(front) * _fraction(c, d, y) / c if len(c) else c
    return np.where(swap, 1 - found, found).clip(0.0, 1.0)


def _fraction(a: Floats, b: Floats, x: Floats) -> Floats:
    """Lentz's method for the continued fraction of the incomplete beta function."""
    c, d = np.ones_like(a), 1 / _away(1 - (a + b) * x / (a + 1))
    found = d.copy()
    for m in range(1, _STEPS):
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d, c = 1 / _away(1 + term * d), _away(1 + term / c)
            found *= d * c
        if (np.abs(d * c - 1) < _CLOSE).all():
            break
    return found


def _away(values: Floats) -> Floats:
    """Values that one can divide by."""
    return np.where(np.abs(values) < _TINY, _TINY, values)
