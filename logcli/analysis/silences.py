"""The longest times without any record, exact, in bounded memory and whatever the order of the records."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from logcli.analysis.bins import LADDER, width_for

if TYPE_CHECKING:
    from logcli.base import Longs

# Bins of the whole span. A silence that is longer than two of them is found, a shorter one may not be.
_BINS = 4096


class Silence(NamedTuple):
    """From the last record before it to the first one after it, nanoseconds since 1970 (UTC)."""

    start_ns: int
    end_ns: int


class Silences:
    """First and last time of each bin; what lies between two bins that follow each other is silence.

    Complexity: O(n log n) per batch, O(1) memory.
    """

    def __init__(self) -> None:
        self._width = LADDER[0]
        self._bins = self._low = self._high = np.zeros(0, np.int64)

    def update(self, times: Longs) -> None:
        """Take times (UTC nanoseconds) into account."""
        if not len(times):
            return
        # within a batch, only the ends of each finest bin matter
        self._low = np.concatenate([self._low, times])
        self._high = np.concatenate([self._high, times])
        span = int(self._low.min()), int(self._high.max())
        self._width = max(self._width, width_for(*span, _BINS))
        bins = self._low // self._width
        self._bins, inverse = np.unique(bins, return_inverse=True)
        low = np.full(len(self._bins), np.iinfo(np.int64).max)
        high = np.full(len(self._bins), np.iinfo(np.int64).min)
        np.minimum.at(low, inverse, self._low)
        np.maximum.at(high, inverse, self._high)
        self._low, self._high = low, high

    def longest(self, most: int) -> list[Silence]:
        """The longest ones, longest first, then in order of time."""
        lengths = self._low[1:].astype(np.float64) - self._high[:-1]  # centuries do not fit 64 bits
        order = np.lexsort((self._low[1:], -lengths))[:most].tolist()
        return [Silence(int(self._high[k]), int(self._low[k + 1])) for k in order if lengths[k] > 0]
