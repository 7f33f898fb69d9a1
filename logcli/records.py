"""The records of a block, as byte ranges over its text, and the lines that they come from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from logcli import arrays, schema
from logcli.base import Lines, Ragged
from logcli.kernels import lines
from logcli.scratch import SCRATCH

if TYPE_CHECKING:
    from logcli.base import Block, Bytes, Flags, Ints, Longs, Range


@dataclass(slots=True)
class Counts:
    """Every line of a block, once."""

    first: int = 0
    continuation: int = 0
    blank: int = 0
    header: int = 0
    unreadable: int = 0

    @property
    def lines(self) -> int:
        """All lines."""
        return self.first + self.continuation + self.blank + self.header + self.unreadable


@dataclass(slots=True)
class Records:
    """The records of a block.

    text : what all ranges index into
    source : name of the input
    line : number of the first line of each record, from 1 (within the block until `stitch`)
    offset, length : bytes of the record in the decompressed input
    time, time_kind : as in `Cut` until the clock resolves them, then UTC nanoseconds
    columns, extra, resource : as in `Cut`
    """

    text: Bytes
    source: str
    line: Longs
    offset: Longs
    length: Longs
    time: Longs
    time_kind: Flags
    severity: Flags
    defects: Flags
    columns: dict[str, Range]
    extra: Ragged | None
    resource: Ragged | None
    counts: Counts
    taken: Any = field(default=None)

    def __len__(self) -> int:
        return len(self.line)

    @property
    def body(self) -> Range:
        """Range of each body."""
        return self.columns["body"]


def split(block: Block) -> Lines:
    """Find the lines of a block; rewrite it when it has ANSI codes, invalid UTF-8 or CRLF.

    CRLF, because the lines of a record are one range of text: what is between them counts.
    """
    data = block.data
    # As many lines as bytes: what is not touched of them costs nothing.
    start, end = SCRATCH.take(np.int32, len(data) + 1, len(data) + 1)
    n, seen = lines.split(data, start, end)
    start, end = start[:n].copy(), end[:n].copy()
    defects = np.zeros(n, np.uint8)
    for at in block.cut_lines:
        defects[np.searchsorted(start, at, side="right") - 1] |= schema.TRUNCATED
    dirty = seen & (lines.HIGH | lines.ESCAPES) and lines.find_dirty(data, start, end, n, defects)
    if dirty or seen & lines.RETURNS:
        return _mended(block, start, end, defects)
    return Lines(data, start, end, start, end, defects, block.state)


def _mended(block: Block, start: Ints, end: Ints, defects: Flags) -> Lines:
    n = len(start)
    out = np.empty(4 * len(block.data) + n + 8, np.uint8)
    new_start = np.empty(n, np.int32)
    new_end = np.empty(n, np.int32)
    size = lines.mend(block.data, start, end, n, out, new_start, new_end)
    return Lines(out[:size].copy(), new_start, new_end, start, end, defects, block.state)


def take_ragged(ragged: Ragged | None, rows: Ints | slice) -> Ragged | None:
    """The pairs of some rows, by number; a slice stands for all."""
    if ragged is None or isinstance(rows, slice):
        return ragged
    sizes = np.diff(ragged.offsets)[rows]
    offsets = np.zeros(len(rows) + 1, np.int64)
    np.cumsum(sizes, out=offsets[1:])
    index = np.repeat(ragged.offsets[rows] - offsets[:-1], sizes) + np.arange(offsets[-1])
    parts = (ragged.key_start, ragged.key_end, ragged.value_start, ragged.value_end)
    return Ragged(offsets, *(part[index] for part in parts))


def take(records: Records, rows: Ints) -> Records:
    """Some of the records, by number."""
    return replace(
        records,
        **{name: getattr(records, name)[rows] for name in _ROWS},
        columns={name: (s[rows], e[rows]) for name, (s, e) in records.columns.items()},
        extra=take_ragged(records.extra, rows),
        resource=take_ragged(records.resource, rows),
    )


_ROWS = ("line", "offset", "length", "time", "time_kind", "severity", "defects")


def of_bodies(bodies: Sequence[str]) -> Records:
    """Records that have nothing but a body."""
    return of_texts(arrays.texts(bodies))


def of_texts(bodies: pa.Array) -> Records:
    """Records that have nothing but a body, over the memory of an Arrow array of texts without nulls."""
    _, offsets, data = bodies.buffers()
    n = len(bodies)
    spans = np.frombuffer(offsets, np.int32)[bodies.offset : bodies.offset + n + 1]
    text = np.frombuffer(data or b"", np.uint8)
    zeros, bits = np.zeros(n, np.int64), np.zeros(n, np.uint8)
    columns = {"body": (spans[:-1], spans[1:])}
    return Records(
        text, "", zeros, zeros, zeros, zeros, bits, bits, bits, columns, None, None, Counts(first=n)
    )
