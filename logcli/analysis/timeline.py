"""Counts over time by group: as a table for programs, as rows of blocks for people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa

from logcli import arrays, schema
from logcli.analysis import bins
from logcli.analysis.names import Names
from logcli.analysis.phrases import cells, clock, padded, short, sparkline, width

if TYPE_CHECKING:
    from logcli.base import Longs

TIMELINE = pa.schema(
    [
        pa.field("start", pa.timestamp("ns", "UTC"), nullable=False),
        pa.field("group", pa.string(), nullable=False),
        pa.field("count", pa.int64(), nullable=False),
    ],
    metadata={"logcli.schema": "logcli.timeline/1"},
)
# Groups that are told apart.
_MOST = 10_000
# Widest column of names of groups, and narrowest and widest course.
_NAME, _LEAST, _COLUMNS = 32, 16, 72
_HEADS = ("total", "peak")


class Row(NamedTuple):
    """A group of the picture and its counts, bin after bin."""

    name: str
    counts: Sequence[int]


class Timeline:
    """Built up batch by batch.

    by : what the groups are called; groups of `severity` keep the order of severities, others are
        ordered by their counts
    every : width of the bins in nanoseconds, by default a fitting one
    timeless : records without a time
    """

    def __init__(self, by: str, every: int | None = None) -> None:
        self.by = by
        self.timeless = 0
        self.bins = bins.Bins(every)
        self._names = Names(_MOST)

    def update(self, times: pa.Array, groups: pa.Array) -> None:
        """Count records: their times and, as texts or a dictionary of them, their groups."""
        known = arrays.values(times.is_valid())
        self.timeless += len(times) - int(np.count_nonzero(known))
        numbers = self._names.numbers(groups)
        self.bins.update(arrays.values(times.cast(pa.int64()))[known], numbers[known])

    def table(self, most: int, top: int | None = None) -> pa.Table:
        """Start, group and count of each bin that is not empty, in order of time, then of groups.

        most : bins from first to last; top : only so many groups, and the others together
        """
        _, starts, groups, counts = self.bins.cells(most)
        names, owner = self._ordered(groups, counts, top)
        row = owner[groups]
        order = np.lexsort((row, starts))
        summed = _summed(starts[order], row[order], counts[order])
        return pa.table(
            {
                "start": arrays.numbers(summed[0], pa.timestamp("ns", "UTC")),
                "group": arrays.texts(names[k] for k in summed[1].tolist()),
                "count": arrays.numbers(summed[2]),
            },
            schema=TIMELINE,
        )

    def picture(self, columns: int, top: int) -> str:
        """A row for each group within so many columns of a terminal: total, highest bin and course."""
        totals = self._totals()
        names, owner = self._ordered(*totals, top)
        shown = [short(name, _NAME) for name in names]
        widths = [max(map(cells, [self.by, *shown])), *(len(head) for head in _HEADS)]
        widths[1] = widths[2] = max(5, len(f"{int(totals[1].sum()):,}"))
        room = max(_LEAST, min(_COLUMNS, columns - sum(widths) - 2 * len(widths)))
        each, rows = self._rows(names, owner, room)
        lines = [_line((self.by, *_HEADS), widths, "")]
        for name, row in zip(shown, rows, strict=True):
            numbers = f"{sum(row.counts):,}", f"{max(row.counts):,}"
            lines.append(_line((name, *numbers), widths, sparkline(row.counts)))
        length = max((len(row.counts) for row in rows), default=0)
        return "\n".join([*lines, *self._axis(each, length, widths)]) + "\n"

    def _totals(self) -> tuple[Longs, Longs]:
        """Each group that has records with a time, and how many."""
        _, _, groups, counts = self.bins.cells(1)
        sums = np.bincount(groups, weights=counts).astype(np.int64)
        used = np.flatnonzero(sums)
        return used, sums[used]

    def _ordered(self, groups: Longs, counts: Longs, top: int | None) -> tuple[list[str], Longs]:
        """Names of the rows, and the row of each group by its number."""
        sums = np.bincount(groups, weights=counts, minlength=len(self._names))
        used = np.flatnonzero(sums)
        names = self._names.texts
        if self.by == "severity":
            order = used[np.argsort([_severity(names[k]) for k in used.tolist()], kind="stable")]
        else:
            order = used[np.argsort(-sums[used], kind="stable")]
        kept = len(order) if top is None or len(order) <= top else top
        owner = np.full(len(names), kept, np.int64)
        owner[order[:kept]] = np.arange(kept)
        rows = [names[k] for k in order[:kept].tolist()]
        rest = len(order) - kept
        return rows + ([f"({rest:,} others)"] if rest else []), owner

    def _rows(self, names: Sequence[str], owner: Longs, room: int) -> tuple[int, list[Row]]:
        """Nanoseconds of a column of the picture, and the rows."""
        each, starts, groups, counts = self.bins.cells(room)
        assert self.bins.start_ns is not None and self.bins.end_ns is not None
        first, size = bins.floor(self.bins.start_ns, each), bins.number(
            self.bins.start_ns, self.bins.end_ns, each
        )  # fmt: skip
        row = owner[groups]
        found = [
            Row(name, bins.dense(starts[row == k], counts[row == k], first, each, size, room))
            for k, name in enumerate(names)
        ]
        return each * -(-size // room), found

    def _axis(self, each: int, columns: int, widths: Sequence[int]) -> list[str]:
        """Where the course begins and ends, and what a column is."""
        assert self.bins.start_ns is not None and self.bins.end_ns is not None
        indent = sum(widths) + 2 * len(widths)
        first = bins.floor(self.bins.start_ns, self.bins.every or each)
        start, end = clock(first, each), clock(first + columns * each, each)
        ends = f"{start}{end.rjust(columns - len(start))}" if columns > len(start) + len(end) + 1 else ""
        lines = [" " * indent + ends] if ends else []
        if columns == 1:
            return [f"all within {width(each)}, from {start} UTC"]
        return [*lines, f"{columns} columns of {width(each)}, from {start} to {end} UTC"]


def _severity(name: str) -> int:
    return schema.SEVERITIES.index(name)


def _summed(starts: Longs, rows: Longs, counts: Longs) -> tuple[Longs, Longs, Longs]:
    """Counts of equal neighbours added up."""
    if not len(starts):
        return starts, rows, counts
    new = np.flatnonzero(np.append(True, (np.diff(starts) != 0) | (np.diff(rows) != 0)))
    return starts[new], rows[new], np.add.reduceat(counts, new)


def _line(texts: Sequence[str], widths: Sequence[int], course: str) -> str:
    padding = [
        padded(text, room, right=k > 0) for k, (text, room) in enumerate(zip(texts, widths, strict=True))
    ]
    return "  ".join([*padding, course]).rstrip()
