"""From the lines of a block to its records: continuation lines go behind the record they belong to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from logcli import schema
from logcli.base import BLANK, HEADER, NO_MATCH, NO_TIME
from logcli.kernels import fold as kernel
from logcli.records import Counts, Records, take_ragged

if TYPE_CHECKING:
    from logcli.base import Block, Cut, Ints, Lines, Longs, Range

RULES = {"never": kernel.NEVER, "indented": kernel.INDENTED, "any": kernel.ANY}
# A record takes no further continuation line beyond this many bytes.
MAX_RECORD = 1 << 20
STACKTRACE = "exception.stacktrace"
CONTINUATION = "log.continuation"
_ABSENT, _UNSET = np.int32(-1), np.uint8(0)


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
    size, blank, header = kernel.fold(
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
    blank = int((cut.status == BLANK).sum())
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
