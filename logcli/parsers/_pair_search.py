"""LogSig's local search: lots of lines move to the groups with which they share most pairs of words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

_Ids = npt.NDArray[np.int64]
_Reals = npt.NDArray[np.float64]

_WORDS = 100  # of a body that form pairs, the first ones
_PAIRS = 1 << 23  # of all bodies together
_CELLS = 1 << 24  # numbers of lines, one for each pair and group
_CLOSE = 1e-9  # gains that ought to be equal differ by rounding


class Lots(NamedTuple):
    """Lines of one body each that move together.

    body, group, lines : of each lot, in the order in which they are looked at
    """

    body: list[int]
    group: list[int]
    lines: list[float]


class _Pairs(NamedTuple):
    """What pairs of words bodies have.

    number : how many pairs are in more than one line
    shared : numbers of those that each body has
    single : how many others each body has
    """

    number: int
    shared: list[_Ids]
    single: list[int]


class PairSearch:
    """Groups of lots of lines, and how many lines of each group have each pair of words.

    bodies : words of each body, as numbers from 0
    lines : of each body
    lots : their groups change
    """

    def __init__(self, bodies: Sequence[_Ids], lines: npt.NDArray[np.int64], lots: Lots, groups: int) -> None:
        self._pairs = _shared(bodies, lines, _CELLS // groups)
        self._lots = lots
        self._having = np.zeros((self._pairs.number, groups))
        self._sizes = np.zeros(groups)
        for body, group, some in zip(*lots, strict=True):
            self._add(body, group, some)

    def improve(self) -> bool:
        """Move each lot to its best group; whether any moved."""
        moved = False
        for lot, (body, group, lines) in enumerate(zip(*self._lots, strict=True)):
            best = self._best(body, group, lines)
            if best != group:
                self._add(body, group, -lines)
                self._add(body, best, lines)
                self._lots.group[lot] = best
                moved = True
        return moved

    def _add(self, body: int, group: int, lines: float) -> None:
        self._having[self._pairs.shared[body], group] += lines
        self._sizes[group] += lines

    def _best(self, body: int, group: int, lines: float) -> int:
        """The group with the largest sum of squares of the shares of its lines that have the pairs.

        As in the published figures a lot is added to its own group once more, so that it likes to stay.
        """
        having = self._having[self._pairs.shared[body]]
        single = self._pairs.single[body] * lines**2
        now = (having[:, group] @ having[:, group] + single) / self._sizes[group] ** 2
        having += lines
        sums = np.einsum("ij,ij->j", having, having) + single
        sums[group] += 3 * single
        sums /= (self._sizes + lines) ** 2
        best = int(sums.argmax())
        return best if sums[best] > now + _CLOSE else group


def _shared(bodies: Sequence[_Ids], lines: npt.NDArray[np.int64], limit: int) -> _Pairs:
    """Pairs of bodies; those in most lines are told apart, up to a limit, the others count as single."""
    base = 1 + max((int(body.max()) for body in bodies if len(body)), default=0)
    most = _most_words(np.array([len(body) for body in bodies]))
    own = [_ordered_pairs(body[:most], base) for body in bodies]
    sizes = np.array([len(pairs) for pairs in own])
    texts, pairs = np.unique(np.concatenate(own), return_inverse=True)
    times = np.bincount(pairs, np.repeat(lines, sizes), len(texts))
    kept = np.argsort(-times, kind="stable")[: min(limit, int((times > 1).sum()))]
    numbers = np.full(len(texts), -1)
    numbers[kept] = np.arange(len(kept))
    shared = [some[some >= 0] for some in np.split(numbers[pairs], np.cumsum(sizes)[:-1])]
    single = [len(all_of_them) - len(some) for all_of_them, some in zip(own, shared, strict=True)]
    return _Pairs(len(kept), shared, single)


def _most_words(sizes: _Ids) -> int:
    """How many words of each body may form pairs, so that there are not too many pairs in all."""
    most = min(int(sizes.max()), _WORDS)
    while most > 2:
        some = np.minimum(sizes, most)
        if (some * (some - 1) // 2).sum() <= _PAIRS:
            break
        most -= -(-most // 16)
    return max(most, 2)


def _ordered_pairs(words: _Ids, base: int) -> _Ids:
    """Each word with each one after it, as one number; equal pairs once."""
    first, second = np.triu_indices(len(words), 1)
    return np.unique(words[first] * base + words[second])
