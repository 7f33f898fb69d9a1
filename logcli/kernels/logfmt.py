"""Find the pairs of logfmt lines: `key=value`, `key="quoted \\" text"`, `key=`, and a bare `key`."""

from __future__ import annotations

import numpy as np

from logcli.kernels import inline, kernel
from logcli.kernels.jsonscan import _string
from logcli.kernels.pairs import BARE, KNOWN, VALUE_ESCAPED, find_slot, note
from logcli.kernels.words import U, address, hash_bytes, peek8, peek64

RECORD_START, BLANK = 1, 2


@inline
def _line(p, i, e, n, table, size, keep, entries, m):
    """Note the pairs from `i` to `e`.

    Returns pairs with `=` (-1 when it is no logfmt), whether a key is known, the next free entry,
    bytes that resolving may write, the needs that were met.
    """
    count = 0
    known = False
    room = np.int64(0)
    met = U(0)
    begin = m
    while i < e:
        key_start = i
        while i < e:
            c = peek8(p, i)
            if c == 61 or c <= 32 or c == 34:
                break
            i += 1
        key_end = i
        if key_end == key_start or (i < e and peek8(p, i) == 34):
            return -1, known, begin, room, met
        what = U(0)
        value_start = i
        value_end = i
        if i < e and peek8(p, i) == 61:
            count += 1
            i += 1
            value_start = i
            if i < e and peek8(p, i) == 34:
                value_start = i + 1
                value_end, escaped = _string(p, value_start, e, n)
                i = value_end + 1
                if value_end >= e or (i < e and peek8(p, i) > 32):
                    return -1, known, begin, room, met
                if escaped:
                    what |= U(VALUE_ESCAPED)
                    room += value_end - value_start
            else:
                while i < e and peek8(p, i) > 32:
                    i += 1
                value_end = i
        else:
            if count == 0:
                return -1, known, begin, room, met
            what |= U(BARE)
            room += 4
        h = hash_bytes(p, key_start, key_end, n) | U(1)
        slot = find_slot(table, size, h)
        if slot >= 0 and what & U(BARE) == 0:
            number = peek64(table, 8 * (size + slot)) & KNOWN
            known = known or number != 0
            what |= number
            met |= peek64(table, 8 * (2 * size + slot))
        if keep or what & KNOWN:
            note(entries, m, key_start, key_end, value_start, value_end, what, h)
            m += 1
        while i < e and peek8(p, i) <= 32:
            i += 1
    return count, known, m, room, met


@kernel
def scan(text, start, end, low, high, status, table, needs, keep, first, entries):
    """Note the pairs of the lines `low` to `high`; bytes that resolving may write.

    A line is logfmt when it has two pairs, or one whose key is known, and nothing but pairs and
    bare keys behind the first pair.
    """
    p = address(text)
    n = text.shape[0]
    t = address(table)
    size = table.shape[1]
    x = address(entries)
    m = np.int64(0)
    total = np.int64(0)
    for k in range(low, high):
        first[k - low] = m
        i = np.int64(start[k])
        e = np.int64(end[k])
        while i < e and peek8(p, i) <= 32:
            i += 1
        if i == e:
            status[k] = BLANK
            continue
        count, known, after, room, met = _line(p, i, e, n, t, size, keep, x, m)
        if (count > 1 or (count == 1 and known)) and met & needs == needs:
            status[k] = RECORD_START
            m = after
            total += room
    first[high - low] = m
    return total
