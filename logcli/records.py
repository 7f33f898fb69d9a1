"""From a block to records: lines, continuation lines, and Arrow batches of RECORD.

Between cutting and writing, a batch is held as byte ranges over the block's text; columns become
Arrow arrays only when somebody asks for them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from logcli import schema
from logcli.base import HEADER, NO_MATCH, NO_TIME, Lines, Ragged
from logcli.kernels import fold as folding
from logcli.kernels import gather, lines

if TYPE_CHECKING:
    from logcli.base import Block, Bytes, Cut, Flags, Ints, Longs, Range

RULES = {"never": folding.NEVER, "indented": folding.INDENTED, "any": folding.ANY}
# A record takes no further continuation line beyond this many bytes.
MAX_RECORD = 1 << 20
# Columns of RECORD that a format fills by name; every other name is an attribute.
TEXT_COLUMNS = ("body", "time_text", "severity_text", "event_name", "trace_id", "span_id", "scope", "flags")
_ABSENT, _UNSET = np.int32(-1), np.uint8(0)
STACKTRACE = "exception.stacktrace"
CONTINUATION = "log.continuation"


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
    """Find the lines of a block; rewrite it when it has ANSI codes or invalid UTF-8."""
    data = block.data
    n, dirt = lines.count(data)
    start = np.empty(n + 1, np.int32)
    end = np.empty(n + 1, np.int32)
    n = lines.split(data, start, end)
    start, end = start[:n], end[:n]
    defects = np.zeros(n, np.uint8)
    for at in block.cut_lines:
        defects[np.searchsorted(start, at, side="right") - 1] |= schema.TRUNCATED
    if dirt and lines.find_dirty(data, start, end, n, defects):
        return _mended(block, start, end, defects)
    return Lines(data, start, end, start, end, defects, block.state)


def _mended(block: Block, start: Ints, end: Ints, defects: Flags) -> Lines:
    n = len(start)
    out = np.empty(4 * len(block.data) + n + 8, np.uint8)
    new_start = np.empty(n, np.int32)
    new_end = np.empty(n, np.int32)
    size = lines.mend(block.data, start, end, n, out, new_start, new_end)
    return Lines(out[:size].copy(), new_start, new_end, start, end, defects, block.state)


def fold(block: Block, found: Lines, cut: Cut, rule: str) -> Records:
    """Put continuation lines behind their records.

    rule : `any`, `indented` or `never`, see `base.Format.continuation`
    """
    if cut.row is not None:
        return _contained(block, found, cut)
    n = len(found)
    first = np.empty(n, np.int32)
    count = np.empty(n, np.int32)
    last = np.empty(n, np.int32)
    trace = np.empty(n, np.int32)
    size, blank, header = folding.fold(
        found.text, found.start, found.end, cut.status, RULES[rule], MAX_RECORD, first, count, last, trace
    )
    first, count, last, trace = first[:size], count[:size], last[:size], trace[:size]
    covered = int(count.sum())
    # Taking every line by number would copy for nothing.
    rows: Ints | slice = slice(None) if size == n else first
    columns = {name: (s[rows], e[rows]) for name, (s, e) in cut.columns.items()}
    time, severity, defects = cut.time[rows], cut.severity[rows], found.defects[rows]
    unmatched = cut.status[rows] == NO_MATCH
    if unmatched.any():
        columns = {name: (np.where(unmatched, _ABSENT, s), e) for name, (s, e) in columns.items()}
        time, severity = np.where(unmatched, NO_TIME, time), np.where(unmatched, _UNSET, severity)
        defects = defects | np.where(unmatched, np.uint8(schema.UNMATCHED), _UNSET)
    columns["body"] = _bodies(columns.get("body"), found.start[rows], found.end[rows])
    if covered > size:
        _attach(columns, found, first, count, found.end[last], trace)
    raw_end = np.maximum(found.raw_end[first], found.raw_end[last]) if covered > size else found.raw_end[rows]
    return Records(
        text=cut.text,
        source=block.source,
        line=first.astype(np.int64) + 1,
        offset=_offsets(block, found.raw_start[rows]),
        length=(raw_end - found.raw_start[rows]).astype(np.int64),
        time=time,
        time_kind=cut.time_kind[rows],
        severity=severity,
        defects=defects,
        columns=columns,
        extra=take_ragged(cut.extra, rows),
        resource=take_ragged(cut.resource, rows),
        counts=Counts(size, covered - size, blank, header),
    )


def _offsets(block: Block, start: Ints) -> Longs:
    """Places in the input of places in the block, the ends of over-long lines counted in."""
    offsets: Longs = start.astype(np.int64) + block.offset
    if block.cut_lines:
        lost = np.concatenate(([0], np.cumsum(block.lost_each)))
        offsets += lost[np.searchsorted(block.cut_lines, start, side="left")]
    return offsets


def _bodies(body: Range | None, start: Ints, end: Ints) -> Range:
    """The whole line is the body of an unmatched record, and of one whose format found no body."""
    if body is None:
        return start, end
    whole = body[0] < 0
    if not whole.any():
        return body
    return np.where(whole, start, body[0]), np.where(whole, end, body[1])


def _attach(
    columns: dict[str, Range], found: Lines, first: Ints, count: Ints, tail: Ints, trace: Ints
) -> None:
    """Continuation lines extend the body up to the stack trace, which is an attribute."""
    more = count > 1
    own_end = found.end[first]
    start, end = columns["body"]
    text_end = np.where(trace >= 0, np.maximum(trace - 1, own_end), tail)
    at_line_end = end == own_end
    extended = more & at_line_end & (text_end > own_end)
    columns["body"] = (start, np.where(extended, text_end, end).astype(np.int32))
    _put(columns, STACKTRACE, more & (trace >= 0), trace, tail)
    loose = more & ~at_line_end & (text_end > own_end)
    _put(columns, CONTINUATION, loose, np.minimum(own_end + 1, text_end), text_end)


def _put(columns: dict[str, Range], name: str, where: npt.NDArray[Any], start: Ints, end: Ints) -> None:
    if not where.any():
        return
    nothing = np.full(len(start), _ABSENT), np.zeros(len(start), np.int32)
    old_start, old_end = columns.get(name, nothing)
    columns[name] = (
        np.where(where, start, old_start).astype(np.int32),
        np.where(where, end, old_end).astype(np.int32),
    )


def _contained(block: Block, found: Lines, cut: Cut) -> Records:
    """Records of a container format: any number per line, no continuation lines."""
    assert cut.row is not None
    row = cut.row
    blank = int((cut.status == 2).sum())
    header = int((cut.status == HEADER).sum())
    counts = Counts(first=len(found) - blank - header, blank=blank, header=header)
    return Records(
        text=cut.text,
        source=block.source,
        line=row.astype(np.int64) + 1,
        offset=_offsets(block, found.raw_start[row]),
        length=(found.raw_end[row] - found.raw_start[row]).astype(np.int64),
        time=cut.time,
        time_kind=cut.time_kind,
        severity=cut.severity,
        defects=found.defects[row],
        columns=dict(cut.columns),
        extra=cut.extra,
        resource=cut.resource,
        counts=counts,
    )


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


def strings(text: Bytes, start: Ints, end: Ints) -> pa.Array:
    """A string array of the ranges; null where start is -1."""
    n = len(start)
    offsets = np.empty(n + 1, np.int32)
    valid = np.empty(n, np.uint8)
    absent = gather.lengths(start, end, offsets, valid)
    data = np.empty(int(offsets[n]), np.uint8)
    gather.copy(text, start, end, offsets, data)
    mask = pa.py_buffer(np.packbits(valid, bitorder="little")) if absent else None
    return pa.StringArray.from_buffers(n, pa.py_buffer(offsets), pa.py_buffer(data), mask, absent)


def to_arrow(records: Records, names: Iterable[str] | None = None) -> dict[str, pa.Array]:
    """Columns of RECORD by name; all of them, or those asked for."""
    wanted = list(names) if names is not None else schema.RECORD.names
    return {name: _column(records, name) for name in wanted}


def _column(records: Records, name: str) -> pa.Array:
    n = len(records)
    kind = schema.RECORD.field(name).type
    if name == "time_unix_nano":
        return times(records.time)
    if name == "severity_number":
        return pa.array(records.severity)
    if name == "source":
        return pa.DictionaryArray.from_arrays(pa.array(np.zeros(n, np.int32)), [records.source])
    if name in ("line", "offset", "length"):
        return pa.array(getattr(records, name))
    if name == "defects":
        return _defect_words(records.defects)
    if name == "attributes":
        return _pairs(records.text, *_attribute_pairs(records))
    if name == "resource":
        return _pairs(records.text, *_resource_pairs(records))
    if name == "observed_time_unix_nano" or name not in records.columns:
        return pa.nulls(n, kind)
    column = strings(records.text, *records.columns[name])
    if name == "flags":
        return column.cast(pa.uint32(), safe=False)
    return column.dictionary_encode() if pa.types.is_dictionary(kind) else column


def times(values: Longs) -> pa.Array:
    """A timestamp array of UTC nanoseconds; null where NO_TIME."""
    unknown = values == NO_TIME
    array = pa.array(values, mask=unknown) if unknown.any() else pa.array(values)
    return array.cast(pa.timestamp("ns", "UTC"))


def _defect_words(defects: Flags) -> pa.Array:
    kinds = [",".join(word for bit, word in schema.DEFECTS.items() if k & bit) for k in range(16)]
    indices = pa.array(defects.astype(np.int32), mask=defects == 0)
    return pa.DictionaryArray.from_arrays(indices, pa.array(kinds))


def _attribute_pairs(records: Records) -> tuple[Bytes, Longs, Any]:
    names = [n for n in records.columns if n not in TEXT_COLUMNS and not n.startswith("resource.")]
    return _named_pairs(records, names, names, records.extra)


def _resource_pairs(records: Records) -> tuple[Bytes, Longs, Any]:
    names = [n for n in records.columns if n.startswith("resource.")]
    return _named_pairs(records, names, [n[len("resource.") :] for n in names], records.resource)


def _named_pairs(
    records: Records, names: list[str], labels: list[str], more: Ragged | None
) -> tuple[Bytes, Longs, Any]:
    """Key bytes, offsets per row and int32 [4, pairs] ranges; keys of `more` lie in the text."""
    n = len(records)
    if not names and more is None:
        return np.zeros(0, np.uint8), np.zeros(n + 1, np.int64), np.zeros((4, 0), np.int32)
    keys = "".join(labels).encode()
    stops = np.cumsum([len(label.encode()) for label in labels] or [0]).astype(np.int32)
    starts = np.concatenate(([0], stops[:-1])).astype(np.int32)
    offsets = np.zeros(n + 1, np.int64)
    pairs = np.empty((4, max(1, n * len(names))), np.int32)
    if names:
        begin = np.stack([records.columns[name][0] for name in names])
        stop = np.stack([records.columns[name][1] for name in names])
        size = gather.interleave(begin, stop, starts, stops, offsets, pairs)
        pairs = np.ascontiguousarray(pairs[:, :size])
    if more is None:
        return np.frombuffer(bytearray(keys), np.uint8), offsets, pairs
    return _joined(records.text, keys, offsets, pairs, more)


def _joined(text: Bytes, keys: bytes, offsets: Longs, pairs: Any, more: Ragged) -> tuple[Bytes, Longs, Any]:
    """Both kinds of pairs over one key text: the record text, then the fixed names."""
    both = np.concatenate((text, np.frombuffer(keys, np.uint8)))
    size = int(offsets[-1])
    own = np.ascontiguousarray(pairs[:, :size])
    own[:2] += len(text)
    other = np.stack((more.key_start, more.key_end, more.value_start, more.value_end)).astype(np.int32)
    out = np.empty((4, own.shape[1] + other.shape[1]), np.int32)
    joined = np.empty_like(offsets)
    gather.join_ragged(offsets, own, more.offsets, np.ascontiguousarray(other), joined, out)
    return both, joined, out


def _pairs(text: Bytes, keys: Bytes, offsets: Longs, pairs: Any) -> pa.Array:
    n = len(offsets) - 1
    kind = schema.RECORD.field("attributes").type
    if not pairs.shape[1]:
        return pa.nulls(n, kind)
    key = strings(keys, np.ascontiguousarray(pairs[0]), np.ascontiguousarray(pairs[1]))
    value = strings(text, np.ascontiguousarray(pairs[2]), np.ascontiguousarray(pairs[3]))
    # Null without a pair, as where the whole block has none: what a record says must not depend on others.
    empty = offsets[1:] == offsets[:-1]
    mask = pa.array(empty) if empty.any() else None
    return pa.MapArray.from_arrays(pa.array(offsets.astype(np.int32)), key, value, mask=mask)
