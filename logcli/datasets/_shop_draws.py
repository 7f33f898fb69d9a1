"""Random draws of the shop that are the same on every machine and with every release of numpy."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Longs = npt.NDArray[np.int64]

# Multiples of the median at each tenth of the probability: a long tail, as durations and sizes have.
_TAIL = (0.25, 0.45, 0.6, 0.72, 0.85, 1.0, 1.2, 1.45, 1.9, 3.0, 9.0)
_TENTHS = tuple(i / 10 for i in range(11))


class Draws:
    """Draws that depend on the key alone: one stream for each column, so none disturbs another.

    Only the raw output of the bit generator is used: it is what numpy promises never to change, the
    streams of its distributions may change with any release.
    """

    def __init__(self, *key: object) -> None:
        digest = hashlib.blake2b(repr(key).encode(), digest_size=16).digest()
        self._bits = np.random.PCG64(int.from_bytes(digest, "little"))

    def unit(self, n: int) -> npt.NDArray[np.float64]:
        """Numbers from 0 (included) to 1 (excluded), even."""
        return (self._bits.random_raw(n) >> np.uint64(11)).astype(np.float64) * 2.0**-53

    def between(self, low: int, high: int, n: int) -> Longs:
        """Whole numbers from `low` to `high`, both included, even."""
        return low + (self.unit(n) * (high - low + 1)).astype(np.int64)

    def around(self, median: float, n: int) -> Longs:
        """Whole numbers with a long tail: a quarter of the median up to nine times as much."""
        return (median * np.interp(self.unit(n), _TENTHS, _TAIL)).astype(np.int64)

    def favoured(self, size: int, n: int) -> Longs:
        """Indices below `size`, the first ones far more often than the last."""
        return (self.unit(n) ** 2 * size).astype(np.int64)

    def hexes(self, digits: int, n: int) -> Array:
        """Hexadecimal texts of a multiple of 16 digits."""
        raw = self._bits.random_raw(n * (digits // 16)).astype("<u8")
        return np.frombuffer(raw.tobytes().hex().encode(), f"S{digits}").astype(f"U{digits}")


def texts(form: str, *columns: Array) -> Array:
    """A column of texts made by a %-form from other columns."""
    return objects(list(map(form.__mod__, zip(*(column.tolist() for column in columns), strict=True))))


def objects(values: Sequence[Any]) -> Array:
    """A column that holds the values as they are."""
    column = np.empty(len(values), object)
    column[:] = values
    return column


Column = Callable[[Draws, int], Array]


def whole(low: int, high: int) -> Column:
    """Column of even whole numbers, both ends included."""
    return lambda draws, n: draws.between(low, high, n)


def about(median: float) -> Column:
    """Column of whole numbers with a long tail."""
    return lambda draws, n: draws.around(median, n)


def one_of(words: Sequence[str]) -> Column:
    """Column of words, the first ones far more often than the last."""
    pool = objects(list(words))
    return lambda draws, n: pool[draws.favoured(len(pool), n)]


def coded(form: str, low: int, high: int) -> Column:
    """Column of even whole numbers written by a %-form."""
    return lambda draws, n: texts(form, draws.between(low, high, n))


def hexes(digits: int) -> Column:
    """Column of hexadecimal texts of 16 or 32 digits."""
    return lambda draws, n: draws.hexes(digits, n)
