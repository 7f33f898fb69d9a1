"""From the lines of a block to its records: continuation lines go behind the record they belong to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from logcli import schema
from logcli.base import BLANK, CONTINUED, HEADER, NO_MATCH
from logcli.kernels import fold as kernel
from logcli.records import Counts, Records, take_ragged

if TYPE_CHECKING:
    from logcli.base import Block, Cut, Flags, Ints, Lines, Longs, Range

RULES = {"never": kernel.NEVER, "indented": kernel.INDENTED, "any": kernel.ANY}
# A record takes no further continuation line beyond this many bytes.
MAX_RECORD = 1 << 20
STACKTRACE = "exception.stacktrace"
CONTINUATION = "log.continuation"
_ABSENT = np.int32(-1)


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
    tail = np.empty(n, np.int32)
    trace = np.empty(n, np.int32)
    size, blank, header = kernel.fold(
        found.text,
        found.start,
        found.end,
        cut.status,
        RULES[rule],
        MAX_RECORD,
        first,
        count,
        last,
        tail,
        trace,
    )
    first, count, last, tail, trace = (part[:size] for part in (first, count, last, tail, trace))
    covered = int(count.sum())
    # Taking every line by number would copy for nothing.
    rows: Ints | slice = slice(None) if size == n else first
    columns = {name: (s[rows], e[rows]) for name, (s, e) in cut.columns.items()}
    time, severity, defects = cut.time[rows], cut.severity[rows], found.defects[rows]
    if covered > size and found.defects.any():
        defects = np.bitwise_or.reduceat(found.defects, first)
    unmatched = cut.status[rows] == NO_MATCH
    defects = defects | np.where(unmatched, np.uint8(schema.UNMATCHED), np.uint8(0))
    columns["body"] = _bodies(columns.get("body"), found.start[rows], found.end[rows], unmatched)
    if covered > size:
        _attach(columns, found, first, tail, trace)
    raw_end = np.maximum(found.raw_end[first], found.raw_end[last]) if covered > size else found.raw_end[rows]
    return Records(
        text=cut.text,
        source=block.source,
        line=first.astype(np.int64) + 1,
        offset=_offsets(block, found.raw_start[rows]),
        length=_offsets(block, raw_end) - _offsets(block, found.raw_start[rows]),
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


def places(block: Block, offsets: Longs) -> Longs:
    """Places in the block of the beginnings and ends of lines in the input: the way back."""
    inside: Longs = offsets - block.offset
    if block.cut_lines:
        lost = np.concatenate(([0], np.cumsum(block.lost_each)))
        begins = np.array(block.cut_lines) + lost[:-1]
        inside = inside - lost[np.searchsorted(begins, inside, side="left")]
    return inside


def _bodies(body: Range | None, start: Ints, end: Ints, unmatched: npt.NDArray[np.bool_]) -> Range:
    """The whole line is the body of an unmatched record, and of one whose format found no body."""
    if body is None:
        return start, end
    whole = unmatched | (body[0] < 0)
    if not whole.any():
        return body
    return np.where(whole, start, body[0]), np.where(whole, end, body[1])


def _attach(columns: dict[str, Range], found: Lines, first: Ints, tail: Ints, trace: Ints) -> None:
    """Continuation lines extend the body up to the stack trace, which is an attribute."""
    more = tail > first
    own_end, tail_end = found.end[first], found.end[tail]
    start, end = columns["body"]
    text_end = np.where(trace >= 0, np.maximum(trace - 1, own_end), tail_end)
    at_line_end = end == own_end
    extended = more & at_line_end & (text_end > own_end)
    columns["body"] = (start, np.where(extended, text_end, end).astype(np.int32))
    _put(columns, STACKTRACE, more & (trace >= 0), trace, tail_end)
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


def line_status(cut: Cut, n: int) -> Flags:
    """Status of each line, also where a line holds several records.

    Behind the statuses of its rows, the cut of a container has those of the lines without a row.
    """
    if cut.row is None:
        return cut.status
    size = len(cut.row)
    status = np.zeros(n, np.uint8)
    status[cut.row] = cut.status[:size]
    without = np.ones(n, bool)
    without[cut.row] = False
    status[without] = cut.status[size:]
    return status


def _contained(block: Block, found: Lines, cut: Cut) -> Records:
    """Records of a container format: any number per line."""
    assert cut.row is not None
    row, size = cut.row, len(cut.row)
    status = line_status(cut, len(found))
    kinds = np.bincount(status, minlength=CONTINUED + 1)
    inside = int(kinds[CONTINUED])
    blank, header = int(kinds[BLANK]), int(kinds[HEADER])
    counts = Counts(len(found) - blank - header - inside, inside, blank, header)
    unmatched = np.where(cut.status[:size] == NO_MATCH, np.uint8(schema.UNMATCHED), np.uint8(0))
    end = found.raw_end[_last_lines(status)[row]]
    return Records(
        text=cut.text,
        source=block.source,
        line=row.astype(np.int64) + 1,
        offset=_offsets(block, found.raw_start[row]),
        length=_offsets(block, end) - _offsets(block, found.raw_start[row]),
        time=cut.time,
        time_kind=cut.time_kind,
        severity=cut.severity,
        defects=found.defects[row] | unmatched,
        columns=dict(cut.columns),
        extra=cut.extra,
        resource=cut.resource,
        counts=counts,
    )


def _last_lines(status: Flags) -> Ints:
    """The last line of the object that begins at each line: those CONTINUED behind it belong to it."""
    n = len(status)
    ends = np.where(np.append(status[1:], np.uint8(0)) != CONTINUED, np.arange(n), n)
    last: Ints = np.minimum.accumulate(ends[::-1])[::-1].astype(np.int32)
    return last
