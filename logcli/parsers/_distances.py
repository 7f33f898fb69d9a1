"""Edit distances between all pairs of messages, words far behind counting little: LKE's measure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from logcli.base import Longs

_STEPS = 100  # of 2-means; it ends after about ten
Reals = npt.NDArray[np.float32]


def distances(messages: Sequence[Sequence[str]], middle: int, longest: int) -> Reals:
    """How much must be inserted and deleted to make one message of another, for all pairs.

    A word put in or taken out at the i-th word of the longer message costs 1 / (1 + exp(i - middle)).

    longest : words of a message that are looked at

    Complexity: the sum of the products of the pairs' words, in steps of numpy as wide as the messages are
    many.
    """
    widths = np.array([min(len(words), longest) for words in messages], np.int64)
    order = np.argsort(widths, kind="stable")
    words = _columns(messages, order, widths)
    widths = widths[order]
    cost = (1 / (1 + np.exp(np.arange(len(words) + 1) - middle))).astype(np.float32)
    whole = np.concatenate([[0], np.cumsum(cost)]).astype(np.float32)
    found = np.zeros((len(order), len(order)), np.float32)
    for row, width in enumerate(widths.tolist()):
        table = np.repeat(whole[: width + 1, None], row, axis=1)
        for i in range(width):
            table = _next(table, words[:width, :row] == words[i, row], cost[i])
        found[row, :row] = table[widths[:row], np.arange(row)]
    found += found.T
    back = np.argsort(order)
    return found[np.ix_(back, back)]


def _columns(messages: Sequence[Sequence[str]], order: Longs, widths: Longs) -> npt.NDArray[np.int32]:
    """Numbers of the words, a column per message; -1 below its end."""
    numbers: dict[str, int] = {}
    found = np.full((int(widths.max(initial=0)), len(order)), -1, np.int32)
    for column, message in enumerate(order.tolist()):
        width = int(widths[message])
        found[:width, column] = [numbers.setdefault(w, len(numbers)) for w in messages[message][:width]]
    return found


def _next(table: Reals, equal: npt.NDArray[np.bool_], cost: np.float32) -> Reals:
    """The table of distances, a column per shorter message, when the longer one has one word more."""
    found: Reals = table + cost
    np.copyto(found[1:], table[:-1], where=equal)
    for j in range(1, len(found)):
        np.minimum(found[j], found[j - 1] + cost, out=found[j])
    return found


def two_means(found: Reals, counts: Longs) -> float:
    """The least distance of the farther of two kinds of pairs of lines, told apart by 2-means.

    counts : lines of each message
    The means start at the least and the greatest distance.
    """
    lines = counts.astype(float)
    all_pairs = lines.sum() ** 2 + lines.sum()  # each twice, a line with itself once more
    whole = lines @ found @ lines
    far = found >= found.max(initial=0) / 2
    for _ in range(_STEPS):
        pairs, total = lines @ far @ lines, lines @ np.where(far, found, 0) @ lines
        low, high = (whole - total) / (all_pairs - pairs), total / pairs
        before, far = far, np.abs(found - low) >= np.abs(found - high)
        if (before == far).all():
            break
    return float(found[far].min())
