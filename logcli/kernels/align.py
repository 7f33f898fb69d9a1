"""Which tokens of a body the slots of a template text stand for (`templates.align` for many bodies)."""

from __future__ import annotations

import numpy as np

from logcli.kernels import inline, kernel
from logcli.kernels.words import address, peek8, peek32, poke8, poke32, same_bytes

# Answers in `count` that are no number of slots.
NONE, ASK = -1, -2


@inline
def _blank(c):
    """A blank as Python's regular expressions know it, of those in ASCII."""
    return c == 32 or 9 <= c <= 13 or 28 <= c <= 31


@inline
def _simple(p, i, e):
    """Whether no blank beyond ASCII is among the bytes."""
    for k in range(i, e - 1):
        c = peek8(p, k)
        if c < 0xC2 or c > 0xE3:
            continue
        b = peek8(p, k + 1)
        last = peek8(p, k + 2) if k + 2 < e else 0
        if c == 0xC2 and (b == 0x85 or b == 0xA0):
            return False
        if c == 0xE2 and b == 0x80 and (last <= 0x8A or last == 0xA8 or last == 0xA9 or last == 0xAF):
            return False
        if (
            (c == 0xE1 and b == 0x9A)
            or (c == 0xE2 and b == 0x81)
            or (c == 0xE3 and b == 0x80 and last == 0x80)
        ):
            return False
    return True


@inline
def _slot(q, a, b):
    """Place of the first `<*>` in `q[a:b]`, `b` when there is none."""
    for k in range(a, b - 2):
        if peek8(q, k) == 60 and peek8(q, k + 1) == 42 and peek8(q, k + 2) == 62:
            return k
    return b


@inline
def _glob(p, i, e, q, a, b, spans, m):
    """Append the spans of the slots of pattern `q[a:b]` in `p[i:e]` as pairs; how many, -1 for no fit.

    The first literal is at the start, the last one at the end, each other where it first occurs.
    """
    s = _slot(q, a, b)
    at = i + s - a
    if at > e or not same_bytes(p, i, q, a, s - a) or (s == b and at != e):
        return -1
    while s < b:
        a = s + 3
        s = _slot(q, a, b)
        length = s - a
        begin = at
        if s == b:
            begin = e - length
            if begin < at:
                return -1
        while begin + length <= e and not same_bytes(p, begin, q, a, length):
            begin += 1
        if begin + length > e:
            return -1
        poke32(spans, 2 * m, at)
        poke32(spans, 2 * m + 1, begin)
        m += 1
        at = begin + length
    return m


@inline
def _by_word(p, i, e, q, a, b, spans):
    """Spans when there are equally many words between blanks; how many, -1 for no fit."""
    m = np.int64(0)
    while True:
        while i < e and _blank(peek8(p, i)):
            i += 1
        while a < b and _blank(peek8(q, a)):
            a += 1
        if i == e or a == b:
            return m if i == e and a == b else np.int64(-1)
        j, c = i, a
        while j < e and not _blank(peek8(p, j)):
            j += 1
        while c < b and not _blank(peek8(q, c)):
            c += 1
        m = _glob(p, i, j, q, a, c, spans, m)
        if m < 0:
            return m
        i, a = j, c


@inline
def _squeeze(p, i, e, out, places):
    """Copy with runs of blanks as one, none at the ends; its length. Where each byte was goes to `places`."""
    n = 0
    k = i
    while k < e:
        begin = k
        if _blank(peek8(p, k)):
            while k < e and _blank(peek8(p, k)):
                k += 1
            if begin == i or k == e:
                continue
            poke8(out, n, 32)
        else:
            poke8(out, n, np.int64(peek8(p, k)))
            k += 1
        poke32(places, n, begin)
        n += 1
    poke32(places, n, e)
    return n


@kernel
def align(text, start, end, offsets, stops, which, patterns, pattern_from, scratch, slots, count):
    """Slots of each body: pairs of first token and token after the last, int32.

    stops : end of each token; body i owns `offsets[i]:offsets[i + 1]`
    which : pattern of each body, -1 for none; pattern k is `patterns[pattern_from[k]:pattern_from[k + 1]]`
    scratch : int32, five times the longest body and pattern together and 64 more
    slots : body i's go to `2 * (offsets[i] + i)`
    count : slots of each body, NONE when the pattern does not fit, ASK when blanks beyond ASCII matter

    Spans come in order. A slot covers whole tokens; those that touch become one.
    """
    p, q = address(text), address(patterns)
    room = np.int64(scratch.shape[0] // 5)
    spans = address(scratch)
    places = spans + 8 * room
    other = places + 4 * room
    body, pattern = other + 4 * room, other + 6 * room
    for row in range(start.shape[0]):
        count[row] = NONE
        if which[row] < 0:
            continue
        i, e = np.int64(start[row]), np.int64(end[row])
        a, b = np.int64(pattern_from[which[row]]), np.int64(pattern_from[which[row] + 1])
        if not (_simple(p, i, e) and _simple(q, a, b)):
            count[row] = ASK
            continue
        m = _by_word(p, i, e, q, a, b, spans)
        if m <= 0:
            size = _squeeze(q, a, b, pattern, other)
            length = _squeeze(p, i, e, body, places)
            m = _glob(body, np.int64(0), length, pattern, np.int64(0), size, spans, np.int64(0))
            if m < 0:
                continue
            for k in range(2 * m):
                poke32(spans, k, np.int64(peek32(places, 4 * np.int64(peek32(spans, 4 * k)))))
        base = 2 * (offsets[row] + row)
        token, stop = offsets[row], offsets[row + 1]
        at = i
        n = 0
        for k in range(m):
            x, y = np.int64(peek32(spans, 8 * k)), np.int64(peek32(spans, 8 * k + 4))
            while token < stop and stops[token] <= x:
                at = np.int64(stops[token])
                token += 1
            first = token - offsets[row]
            while token < stop and at < y:
                at = np.int64(stops[token])
                token += 1
            last = token - offsets[row]
            if n > 0 and slots[base + 2 * n - 1] >= first:
                slots[base + 2 * n - 1] = max(last, slots[base + 2 * n - 1])
            else:
                slots[base + 2 * n] = first
                slots[base + 2 * n + 1] = last
                n += 1
        count[row] = n
