"""Copy byte ranges into Arrow buffers."""

from __future__ import annotations

import numpy as np

from logcli.kernels import kernel
from logcli.kernels.words import address, peek8, peek64, poke8, poke64


@kernel
def lengths(start, end, offsets, valid):
    """Offsets of a string column of the ranges, and its validity; how many are absent (start < 0)."""
    total = 0
    absent = 0
    for k in range(start.shape[0]):
        offsets[k] = total
        if start[k] < 0:
            absent += 1
            valid[k] = 0
        else:
            valid[k] = 1
            total += end[k] - start[k]
    offsets[start.shape[0]] = total
    return absent


@kernel
def copy(text, start, end, offsets, out):
    """Copy each range to its offset. Moves eight bytes at a time where both sides have room."""
    p = address(text)
    q = address(out)
    n = text.shape[0] - 8
    room = out.shape[0] - 8
    for k in range(start.shape[0]):
        i = np.int64(start[k])
        if i < 0:
            continue
        e = np.int64(end[k])
        o = np.int64(offsets[k])
        while i < e and i <= n and o <= room:
            poke64(q + o, 0, peek64(p, i))
            i += 8
            o += 8
        while i < e:
            poke8(q + o, 0, np.int64(peek8(p, i)))
            i += 1
            o += 1


@kernel
def interleave(starts, ends, key_start, key_end, offsets, out):
    """Ragged key and value ranges from columns of values; absent values are left out.

    starts, ends : int32 [columns, rows]; key_start, key_end : int32 [columns]
    out : int32 [4, columns * rows], filled with key start, key end, value start, value end
    """
    n = 0
    for row in range(starts.shape[1]):
        offsets[row] = n
        for column in range(starts.shape[0]):
            if starts[column, row] >= 0:
                out[0, n] = key_start[column]
                out[1, n] = key_end[column]
                out[2, n] = starts[column, row]
                out[3, n] = ends[column, row]
                n += 1
    offsets[starts.shape[1]] = n
    return n


@kernel
def join_ragged(a_offsets, a, b_offsets, b, offsets, out):
    """Put the pairs of `b` behind those of `a`, row by row; both int32 [4, pairs]."""
    n = 0
    for row in range(a_offsets.shape[0] - 1):
        offsets[row] = n
        for k in range(a_offsets[row], a_offsets[row + 1]):
            for part in range(4):
                out[part, n] = a[part, k]
            n += 1
        for k in range(b_offsets[row], b_offsets[row + 1]):
            for part in range(4):
                out[part, n] = b[part, k]
            n += 1
    offsets[a_offsets.shape[0] - 1] = n
