"""Patterns near another one, place by place: LogMine's distance."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

_Ids = npt.NDArray[np.int32]

Pattern = tuple[str, ...]

_CLOSE = 1e-9  # distances that ought to be equal differ by rounding
_CELLS = 1 << 23  # words of patterns that are kept for comparison, per class of lengths


class Near:
    """First patterns of clusters, in classes of lengths between two powers of 2."""

    def __init__(self, weight: float, limit: float, clusters: int) -> None:
        self._measure = weight, limit - _CLOSE
        self._clusters = clusters
        self._numbers: dict[str, int] = {}
        self._classes: dict[int, _Class] = {}

    def place(self, pattern: Pattern, new: int) -> int:
        """The latest cluster near a pattern that none before is equal to; `new` if it opens one."""
        numbers = self._numbers
        ids = np.array([numbers.setdefault(word, len(numbers)) for word in pattern], np.int32)
        size = len(ids)
        if self._reaches(size, size + 1):  # else none but equal ones are near
            cluster = max((some.latest(ids, *self._measure) for some in self._within(size)), default=-1)
            if cluster >= 0:
                return cluster
        bits = size.bit_length()
        if bits not in self._classes:
            self._classes[bits] = _Class((1 << bits) - 1, self._clusters)
        self._classes[bits].add(ids, new)
        return new

    def _reaches(self, equal: int, words: int) -> bool:
        """Whether so many equal words of so many are near."""
        weight, limit = self._measure
        return 1 - weight * equal / max(words, 1) < limit

    def _within(self, size: int) -> list[_Class]:
        """Classes that have near ones of a size if all words that can be equal are."""
        sizes = ((some, some.width // 2 + 1) for some in self._classes.values())
        return [some for some, least in sizes if self._reaches(min(size, some.width), max(size, least))]


class _Class:
    """Patterns of at most `width` words, one column each, with -1 for no word."""

    def __init__(self, width: int, limit: int) -> None:
        self.width = width
        self._limit = max(1, min(limit, _CELLS // max(width, 1)))
        self._kept = 0
        self._clock = 0
        self._words = np.full((width, 1), -1, np.int32)
        self._about = np.zeros((3, 1), np.int64)  # number of words, cluster, when it was last used

    def latest(self, ids: _Ids, weight: float, limit: float) -> int:
        """The latest cluster nearer than the limit, -1 for none."""
        same = self._words[: len(ids), : self._kept] == ids[: self.width, None]
        equal = np.add.reduce(same, axis=0, dtype=np.int32)
        sizes, clusters, used = self._about[:, : self._kept]
        near = np.flatnonzero(1 - weight * equal / np.maximum(np.maximum(sizes, len(ids)), 1) < limit)
        if not len(near):
            return -1
        at = near[clusters[near].argmax()]
        self._clock += 1
        used[at] = self._clock
        return int(clusters[at])

    def add(self, ids: _Ids, cluster: int) -> None:
        """Keep a pattern, in place of the one used least lately if there are too many."""
        at = self._kept
        if at == self._limit:
            at = int(self._about[2].argmin())
        else:
            self._kept += 1
        if at == self._words.shape[1]:
            self._words = np.concatenate([self._words, np.full_like(self._words, -1)], 1)[:, : self._limit]
            self._about = np.concatenate([self._about, np.zeros_like(self._about)], 1)[:, : self._limit]
        self._clock += 1
        self._words[:, at] = -1
        self._words[: len(ids), at] = ids
        self._about[:, at] = len(ids), cluster, self._clock
