"""Lay the bodies of wrapped lines out as lines of their own, pieces of one line joined."""

from __future__ import annotations

import numpy as np

from logcli.kernels import inline, kernel
from logcli.kernels.words import address, peek8, peek64, poke8, poke64, stack, view1

NO_MATCH, RECORD_START, BLANK, HEADER, CONTINUED = 0, 1, 2, 3, 4
# Streams whose unfinished lines are kept apart; there are two, stdout and stderr.
STREAMS = 4


@inline
def _copy(p, i, e, q, o, room):
    """Copy the text `i` to `e` at `p` to `q + o`; the place behind it."""
    while i + 8 <= e and o + 8 <= room:
        poke64(q + o, 0, peek64(p, i))
        i += 8
        o += 8
    while i < e:
        poke8(q + o, 0, np.int64(peek8(p, i)))
        i += 1
        o += 1
    return o


@inline
def _stream(text, start, end, k, streams, used):
    """Number of the stream whose name is the range `k`; `streams` holds a row of each known name."""
    for s in range(used):
        j = streams[s]
        size = end[k] - start[k]
        if start[k] < 0 or start[j] < 0:
            if start[k] < 0 and start[j] < 0:
                return s
            continue
        if size != end[j] - start[j]:
            continue
        same = True
        for m in range(size):
            same = same and text[start[k] + m] == text[start[j] + m]
        if same:
            return s
    return used


@kernel
def chain(text, status, tag, stream_start, stream_end, follower, last, closed):
    """Which lines are pieces of which.

    tag : place of the byte `P` of a piece that goes on, -1 where nothing says so
    follower : the next piece of each line, -1 for none; last : first piece of the line that a piece
    belongs to, itself for a first one; closed : 1 where no line is unfinished before
    """
    streams = view1(stack(STREAMS), STREAMS, np.int64)
    tail = view1(stack(STREAMS), STREAMS, np.int64)
    for s in range(STREAMS):
        tail[s] = -1
    used = 0
    open_lines = 0
    for k in range(status.shape[0]):
        follower[k] = -1
        last[k] = k
        closed[k] = open_lines == 0
        if status[k] != RECORD_START:
            continue
        s = _stream(text, stream_start, stream_end, k, streams, used)
        if s == used:
            if used == STREAMS:
                continue
            streams[s] = k
            used += 1
        if tail[s] >= 0:
            follower[tail[s]] = k
            last[k] = last[tail[s]]
            open_lines -= 1
        tail[s] = -1
        if tag[k] >= 0 and text[tag[k]] == 80:
            tail[s] = k
            open_lines += 1


@kernel
def lay(
    text, start, end, status, body_start, body_end, follower, last, behind, out, new_start, new_end,
    raw_end, defects,
):  # fmt: skip
    """Write each line to `out` from `behind` on; the place behind the last.

    A later piece becomes an empty range where its line, or the line before it, ends. A line that did
    not match is laid out whole. raw_end and defects of a first piece come to cover all of them, raw_end
    of a later one is that of the line before, whose record it is counted with.
    """
    p = address(text)
    q = address(out)
    room = out.shape[0]
    o = np.int64(behind)
    for k in range(status.shape[0]):
        if status[k] == CONTINUED or last[k] != k:
            new_start[k] = o - 1 if k else o
            new_end[k] = new_start[k]
            if k:
                raw_end[k] = raw_end[k - 1]
            continue
        new_start[k] = o
        if status[k] == RECORD_START:
            j = np.int64(k)
            while j >= 0:
                if body_start[j] >= 0:
                    o = _copy(p, np.int64(body_start[j]), np.int64(body_end[j]), q, o, room)
                raw_end[k] = raw_end[j]
                defects[k] |= defects[j]
                j = np.int64(follower[j])
            while o > new_start[k] and (out[o - 1] == 10 or out[o - 1] == 13):
                o -= 1
        else:
            o = _copy(p, np.int64(start[k]), np.int64(end[k]), q, o, room)
        new_end[k] = o
        out[o] = 10
        o += 1
    return o
