"""Lines inside lines: what a container runtime or a log shipper wrapped is unwrapped and cut again.

The outer format gives the inner line as its body. Where the outer format gives a column `logtag`
that begins with `P` (as Kubernetes has it), the line goes on in the next one of the same stream.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from logcli.base import CONTINUED, NO_TIME, RECORD_START, Cut, Lines, Ragged
from logcli.kernels import gather
from logcli.kernels import unwrap as kernel

if TYPE_CHECKING:
    import numpy.typing as npt

    from logcli.base import Flags, Format, Ints, Longs, Range

# Formats around formats around a line: more is a mistake.
MAX_DEPTH = 3
TAG, STREAM = "logtag", "log.iostream"
# Of the outer line, these make place for what the inner line says.
_REPLACED = ("body", "time_text", "severity_text", TAG)


def unwrap(lines: Lines, cut: Cut, inner: Format, *, attributes: bool = True) -> tuple[Lines, Cut]:
    """Cut the bodies of `cut` by the inner format, and join what both formats found.

    Row i stays line i, so every line is accounted for as before: a later piece of a line becomes an
    empty line with the status CONTINUED, and the first piece covers the bytes of all. A record has
    the time of the inner line unless the outer one is more complete, the severity of the inner line
    if it has one, and the attributes of both.
    """
    inside, status = inner_lines(lines, cut)
    found = inner.cut(inside, attributes=attributes)
    if found.row is not None:
        return lines, cut
    return inside, _joined(cut, found, np.where(status == RECORD_START, found.status, status))


def inner_lines(lines: Lines, cut: Cut) -> tuple[Lines, Flags]:
    """The bodies as lines, pieces joined, and their status so far (RECORD_START: to be cut)."""
    n = len(lines)
    follower, last, _ = _chain(cut)
    body = cut.columns.get("body", _absent(n))
    out = np.empty(len(cut.text) + _size(lines, cut, body), np.uint8)
    out[: len(cut.text)] = cut.text
    start, end = np.empty(n, np.int32), np.empty(n, np.int32)
    raw_end, defects = lines.raw_end.copy(), lines.defects.copy()
    used = kernel.lay(
        cut.text, lines.start, lines.end, cut.status, *body, follower, last, len(cut.text), out, start, end,
        raw_end, defects,
    )  # fmt: skip
    later = last != np.arange(n)
    status = np.where(later, CONTINUED, cut.status).astype(np.uint8)
    return Lines(out[:used], start, end, lines.raw_start, raw_end, defects), status


def boundaries(cut: Cut) -> Flags:
    """The status of each line, CONTINUED where an input must not be cut because a line is unfinished."""
    _, _, closed = _chain(cut)
    return np.where((closed == 0) & (cut.status == RECORD_START), CONTINUED, cut.status).astype(np.uint8)


def _chain(cut: Cut) -> tuple[Ints, Ints, Flags]:
    n = len(cut.status)
    follower, last, closed = np.empty(n, np.int32), np.empty(n, np.int32), np.empty(n, np.uint8)
    stream = cut.columns.get(STREAM, _absent(n))
    kernel.chain(cut.text, cut.status, _tags(cut), *stream, follower, last, closed)
    return follower, last, closed


def _tags(cut: Cut) -> Ints:
    """Place of each tag, -1 for none."""
    start, end = cut.columns.get(TAG, _absent(len(cut.status)))
    return np.where(end > start, start, np.int32(-1)).astype(np.int32)


def _absent(n: int) -> Range:
    return np.full(n, -1, np.int32), np.zeros(n, np.int32)


def _size(lines: Lines, cut: Cut, body: Range) -> int:
    """Bytes that the lines can take."""
    matched = cut.status == RECORD_START
    sizes = np.where(matched & (body[0] >= 0), body[1] - body[0], 0) + np.where(
        matched, 0, lines.end - lines.start
    )
    return int(sizes.sum()) + len(lines) + 8


def _joined(outer: Cut, inner: Cut, status: Flags) -> Cut:
    time, kind, own = _times(outer, inner)
    columns = {name: found for name, found in outer.columns.items() if name not in _REPLACED}
    for name, found in inner.columns.items():
        columns[name] = _either(found, columns[name]) if name in columns else found
    outer_time = outer.columns.get("time_text", _absent(len(status)))
    inner_time = inner.columns.get("time_text", _absent(len(status)))
    columns["time_text"] = (
        np.where(own, inner_time[0], outer_time[0]),
        np.where(own, inner_time[1], outer_time[1]),
    )
    severity, words = inner.severity, columns.get("severity_text", _absent(len(status)))
    if "severity_text" in outer.columns:
        columns["severity_text"] = _either(words, outer.columns["severity_text"])
    return Cut(
        text=inner.text,
        status=status.astype(np.uint8),
        time=time,
        time_kind=kind,
        severity=np.where(severity > 0, severity, outer.severity),
        columns=columns,
        extra=_both(inner.extra, outer.extra),
        resource=_both(inner.resource, outer.resource),
    )


def _times(outer: Cut, inner: Cut) -> tuple[Longs, Flags, npt.NDArray[np.bool_]]:
    """The inner time where it is known and says all that the outer one says, else the outer time."""
    complete = (inner.time_kind & outer.time_kind) == outer.time_kind
    own = (inner.time != NO_TIME) & (complete | (outer.time == NO_TIME))
    time = np.where(own, inner.time, outer.time)
    return time, np.where(own, inner.time_kind, outer.time_kind), own


def _either(first: Range, second: Range) -> Range:
    """The first range where there is one, else the second."""
    there = first[0] >= 0
    return np.where(there, first[0], second[0]), np.where(there, first[1], second[1])


def _both(first: Ragged | None, second: Ragged | None) -> Ragged | None:
    """The pairs of both, row by row."""
    if first is None or second is None:
        return first or second
    a, b = (
        np.stack((r.key_start, r.key_end, r.value_start, r.value_end)).astype(np.int32)
        for r in (first, second)
    )
    offsets = np.empty_like(first.offsets)
    out = np.empty((4, a.shape[1] + b.shape[1]), np.int32)
    gather.join_ragged(first.offsets, a, second.offsets, b, offsets, out)
    return Ragged(offsets, *out)
