"""Slots and template text of each shape, from what its parser and its values say."""

from __future__ import annotations

import numpy as np

from logcli.kernels import inline, kernel
from logcli.kernels.tokens import FIRST_VALUE, VALUE
from logcli.kernels.words import address, peek8, poke8

# What a body stands for: a shape, itself (grain `body`), or all bodies that begin like it.
SHAPE, BODY, COARSE = 0, 1, 2


@inline
def _push(slots, base, n, a, b):
    """Append a slot, or widen the last one that it touches; two empty ones stay apart."""
    if n > base:
        x, y = slots[0, n - 1], slots[1, n - 1]
        if a <= y and (b > a or y > x):
            slots[1, n - 1] = max(b, y)
            return n
    slots[0, n] = a
    slots[1, n] = b
    return n + 1


@inline
def _is_slot(p, i, j):
    return j - i == 3 and peek8(p, i) == 60 and peek8(p, i + 1) == 42 and peek8(p, i + 2) == 62


@inline
def _append(p, i, j, out, n):
    for k in range(j - i):
        poke8(out, n + k, np.int64(peek8(p, i + k)))
    return n + j - i


@kernel
def _render(p, i, e, stops, token, slots, first, stop, out, n):
    """Write the template text of a body whose tokens end at `stops[token:]`; where it ends."""
    for slot in range(first, stop):
        a, b = np.int64(slots[0, slot]), np.int64(slots[1, slot])
        begin = i if a == 0 else np.int64(stops[token + a - 1])
        n = _append(p, i, begin, out, n)
        poke8(out, n, 60)
        poke8(out, n + 1, 42)
        poke8(out, n + 2, 62)
        n += 3
        i = begin if b == a else np.int64(stops[token + b - 1])
    return _append(p, i, e, out, n)


@kernel
def sketch(
    text, start, end, offsets, stops, kinds, mode, found, count, varied, varied_from, row_of,
    slots, slot_from, out, out_from,
):  # fmt: skip
    """One or two sketches for each body: what the parser says, then with every value as a slot.

    found, count : slots by `align`; count below 0: the parser gives no template
    varied : flag per value token of the bodies, row i owns `varied_from[i]:varied_from[i + 1]`
    Filled per sketch: body, slots `slot_from[s]:slot_from[s + 1]` (int32 [2, n]) and template text
    `out[out_from[s]:out_from[s + 1]]`. Returns how many there are. The second one is left out where
    it is the same, or where constants cannot differ from those of the first body.
    """
    p, q = address(text), address(out)
    s = np.int64(0)
    n = np.int64(0)
    m = np.int64(0)
    slot_from[0] = 0
    out_from[0] = 0
    for row in range(start.shape[0]):
        i, e = np.int64(start[row]), np.int64(end[row])
        token = offsets[row]
        tokens = offsets[row + 1] - token
        base = n
        at = 2 * (token + row)
        stop = at + 2 * np.int64(count[row])
        value = varied_from[row]
        values = np.int64(0)
        for k in range(tokens):
            while at < stop and found[at] <= k:
                n = _push(slots, base, n, found[at], found[at + 1])
                at += 2
            kind = kinds[token + k]
            slot = False
            if kind >= FIRST_VALUE:
                values += 1
                slot = mode == COARSE or (mode == SHAPE and count[row] < 0 and kind >= VALUE)
                if value < varied_from[row + 1]:
                    slot |= varied[value] != 0
                    value += 1
            if mode == BODY and count[row] < 0:
                # A constant that reads as a slot would be one as soon as the text is read again.
                begin = i if k == 0 else np.int64(stops[token + k - 1])
                slot = _is_slot(p, begin, np.int64(stops[token + k]))
            if slot:
                n = _push(slots, base, n, np.int32(k), np.int32(k + 1))
        while at < stop:
            n = _push(slots, base, n, found[at], found[at + 1])
            at += 2
        m = _render(p, i, e, stops, token, slots, base, n, q, m)
        row_of[s] = row
        s += 1
        slot_from[s] = n
        out_from[s] = m
        if mode != SHAPE or values == 0:
            continue
        loose = n
        for k in range(tokens):
            if kinds[token + k] >= FIRST_VALUE:
                n = _push(slots, loose, n, np.int32(k), np.int32(k + 1))
        same = n - loose == loose - base
        for k in range(n - loose):
            if same:
                same = slots[0, base + k] == slots[0, loose + k] and slots[1, base + k] == slots[1, loose + k]
        if same:
            n = loose
            continue
        m = _render(p, i, e, stops, token, slots, loose, n, q, m)
        row_of[s] = row
        s += 1
        slot_from[s] = n
        out_from[s] = m
    return s


@kernel
def literals(pool, offsets, first, at, spans):
    """Ranges of the literals of the template texts from number `first` on; how many there are.

    at : where the literals of each text start in `spans` (int64 [2, n]), and where the last ones end
    """
    p = address(pool)
    n = np.int64(0)
    for row in range(first, offsets.shape[0] - 1):
        at[row - first] = n
        i = offsets[row]
        k = i
        while k < offsets[row + 1]:
            if k + 3 <= offsets[row + 1] and _is_slot(p, k, k + 3):
                spans[0, n], spans[1, n] = i, k
                n += 1
                k += 3
                i = k
            else:
                k += 1
        spans[0, n], spans[1, n] = i, offsets[row + 1]
        n += 1
    at[offsets.shape[0] - 1 - first] = n
    return n
