"""Counts over time by group, in bounded memory: the width of the bins grows with the span."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from logcli.errors import UsageError

if TYPE_CHECKING:
    from logcli.base import Longs

_MS = 1_000_000
_SECOND, _MINUTE, _HOUR, _DAY = 1000 * _MS, 60_000 * _MS, 3_600_000 * _MS, 86_400_000 * _MS
# Widths of bins, each a multiple of the one before, so that bins can be joined without a rest.
LADDER = (
    *(_MS, 10 * _MS, 100 * _MS, _SECOND, 5 * _SECOND, 10 * _SECOND, 30 * _SECOND),
    *(_MINUTE, 5 * _MINUTE, 10 * _MINUTE, 30 * _MINUTE, _HOUR, 2 * _HOUR, 6 * _HOUR, 12 * _HOUR),
    *(_DAY, 7 * _DAY, 28 * _DAY, 364 * _DAY),
)
# Widths that people like to read; any that is a multiple of the bins that were counted will do.
_PLAIN = (
    *(n * _MS for n in (1, 2, 5, 10, 20, 50, 100, 200, 500)),
    *(n * unit for unit in (_SECOND, _MINUTE) for n in (1, 2, 5, 10, 15, 20, 30)),
    *(n * _HOUR for n in (1, 2, 3, 4, 6, 12)),
    *(n * _DAY for n in (1, 2, 7, 14, 28, 56, 182, 364)),
)
# Weeks begin on Monday; the first of January 1970 was a Thursday.
_ANCHOR = -3 * _DAY
# Bins that are told apart while it is not known how many are wanted: several times as many.
_FINE = 512
# Bins that a user may ask for by their width.
MOST = 100_000
# Times are held so far from the ends of 64 bits that a bin's start is within them, too.
_EDGE = 2 * LADDER[-1]
_EARLIEST, _LATEST = np.iinfo(np.int64).min + _EDGE, np.iinfo(np.int64).max - _EDGE
# A key is a group, then a bin: 45 bits hold any time in milliseconds.
_BITS = 45
_BIAS = 1 << (_BITS - 1)


class Bins:
    """Counts by group and bin.

    every : width of the bins in nanoseconds; by default as fine as memory allows
    start_ns, end_ns : first and last time, None without any
    total : times counted

    Complexity: O(n log n) per batch; memory grows with groups times bins, not with n.
    """

    def __init__(self, every: int | None = None) -> None:
        self.every = every
        self.start_ns: int | None = None
        self.end_ns: int | None = None
        self.total = 0
        self._width = every or LADDER[0]
        self._grain = _SECOND  # times are whole seconds until one is not; then bins may be narrower, too
        self._keys = np.zeros(0, np.int64)
        self._counts = np.zeros(0, np.int64)

    def update(self, times: Longs, groups: Longs) -> None:
        """Count times (UTC nanoseconds) in their groups (numbers from 0, below 2**18)."""
        if not len(times):
            return
        self.total += len(times)
        times = times.clip(_EARLIEST, _LATEST)
        self._grain = self._grain if not (times % self._grain).any() else 1
        low, high = int(times.min()), int(times.max())
        self.start_ns = low if self.start_ns is None else min(low, self.start_ns)
        self.end_ns = high if self.end_ns is None else max(high, self.end_ns)
        self._fit()
        keys, counts = np.unique(_keys(times, groups, self._width), return_counts=True)
        self._keys, self._counts = _summed(
            np.concatenate([self._keys, keys]), np.concatenate([self._counts, counts])
        )

    def cells(self, most: int) -> tuple[int, Longs, Longs, Longs]:
        """Width of the bins, then start, group and count of each that is not empty, by start and group.

        most : bins from first to last, unless their width was given
        """
        if self.start_ns is None or self.end_ns is None:
            none = np.zeros(0, np.int64)
            return self._width, none, none, none
        fine = [width for width in _PLAIN if width % self._width == 0 and width >= self._grain]
        width = self.every or width_for(self.start_ns, self.end_ns, most, fine)
        keys, counts = self._joined(width)
        starts, groups = ((keys & (2 * _BIAS - 1)) - _BIAS) * width + _ANCHOR, keys >> _BITS
        order = np.lexsort((groups, starts))
        return width, starts[order], groups[order], counts[order]

    def _fit(self) -> None:
        """Make the bins wider until the span has few enough."""
        assert self.start_ns is not None and self.end_ns is not None
        if self.every:
            if number(self.start_ns, self.end_ns, self.every) > MOST:
                why = f"from its first time to its last the log has more than {MOST:,}"
                raise UsageError("too many bins", why=why, hint="make them wider: `--every 1h`")
            return
        width = max(self._width, width_for(self.start_ns, self.end_ns, _FINE))
        self._keys, self._counts = self._joined(width)
        self._width = width

    def _joined(self, width: int) -> tuple[Longs, Longs]:
        """Keys and counts for bins that are so many times wider."""
        times = width // self._width
        bins = ((self._keys & (2 * _BIAS - 1)) - _BIAS) // times + _BIAS
        return _summed((self._keys >> _BITS << _BITS) | bins, self._counts) if times > 1 else (
            self._keys, self._counts
        )  # fmt: skip


def width_for(start_ns: int, end_ns: int, most: int, widths: Sequence[int] = LADDER) -> int:
    """The finest of some widths that needs no more bins than that, or the widest one.

    >>> width_for(0, 3_600 * 10**9, 60) // 10**9, width_for(0, 0, 60)
    (300, 1000000)
    """
    return next((width for width in widths if number(start_ns, end_ns, width) <= most), widths[-1])


def number(start_ns: int, end_ns: int, width: int) -> int:
    """Bins from the first to the last time."""
    return (end_ns - _ANCHOR) // width - (start_ns - _ANCHOR) // width + 1


def floor(ns: int, width: int) -> int:
    """Start of the bin that a time is in."""
    return (ns - _ANCHOR) // width * width + _ANCHOR


def dense(starts: Longs, counts: Longs, first: int, width: int, size: int, columns: int) -> Sequence[int]:
    """Counts from the first bin on, empty ones as 0; several bins to a column where there are more.

    first : a start of a bin; size : bins in all

    >>> dense(np.array([0, 20]), np.array([3, 4]), 0, 10, 4, 2)
    [3, 4]
    """
    step = -(-size // columns)
    place = ((starts - _ANCHOR) // width - (first - _ANCHOR) // width) // step
    found = np.bincount(place, weights=counts, minlength=-(-size // step))
    return [round(n) for n in found.tolist()]


def _keys(times: Longs, groups: Longs, width: int) -> Longs:
    keys: Longs = (groups << _BITS) | ((times - _ANCHOR) // width + _BIAS)
    return keys


def _summed(keys: Longs, counts: Longs) -> tuple[Longs, Longs]:
    found, inverse = np.unique(keys, return_inverse=True)
    sums = np.zeros(len(found), np.int64)
    np.add.at(sums, inverse, counts)
    return found, sums
