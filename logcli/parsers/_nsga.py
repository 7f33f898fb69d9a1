"""NSGA-II (Deb et al. 2002) for two merits: fronts, crowding, who stays and who wins."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(slots=True)
class Individual(Generic[T]):
    """A solution.

    merits : two numbers, the more the better
    crowding : how far its neighbours of the front are from each other
    """

    genes: T
    merits: tuple[float, float]
    crowding: float = 0.0


def fronts(everyone: Sequence[Individual[T]]) -> list[list[Individual[T]]]:
    """The solutions that none is better than, then those of the rest, and so on.

    >>> [[one.genes for one in front] for front in fronts([Individual("a", (0, 1)), Individual("b", (0, 2))])]
    [['b'], ['a']]
    """
    found: list[list[Individual[T]]] = []
    for one in sorted(everyone, key=lambda one: one.merits, reverse=True):
        # By the order the last of a front has the least first merit of it, and so the most second one.
        for front in found:
            if front[-1].merits[1] < one.merits[1] or front[-1].merits == one.merits:
                front.append(one)
                break
        else:
            found.append([one])
    return found


def stay(everyone: Sequence[Individual[T]], size: int) -> list[Individual[T]]:
    """The best ones: the first fronts, and of the last one that fits those that are least crowded."""
    kept: list[Individual[T]] = []
    for front in fronts(everyone):
        _crowd(front)
        front.sort(key=lambda one: one.crowding, reverse=True)
        kept += front[: size - len(kept)]
    return kept


def better(one: Individual[T], other: Individual[T]) -> Individual[T]:
    """The one that is better in both merits, else the one that is less crowded."""
    if one.merits != other.merits:
        (a, b), (c, d) = one.merits, other.merits
        if a >= c and b >= d:
            return one
        if a <= c and b <= d:
            return other
    return one if one.crowding >= other.crowding else other


def knee(everyone: Sequence[Individual[T]]) -> Individual[T]:
    """The one of the first front that comes nearest to the best of both merits."""
    front = fronts(everyone)[0]
    best = [max(one.merits[k] for one in front) for k in (0, 1)]
    return min(front, key=lambda one: math.dist(one.merits, best))


def _crowd(front: Sequence[Individual[T]]) -> None:
    """Set the crowding of a front, which is in order of both merits."""
    first, last = front[0].merits, front[-1].merits
    spans = [abs(a - b) or 1.0 for a, b in zip(first, last, strict=True)]
    front[0].crowding = front[-1].crowding = math.inf
    for (before, one), (_, after) in pairwise(pairwise(front)):
        sides = zip(before.merits, after.merits, spans, strict=True)
        one.crowding = sum(abs(a - b) / span for a, b, span in sides)
