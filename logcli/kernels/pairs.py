"""Keys and values of a line: which become columns, which stay pairs, and their escapes resolved.

A scanner (`jsonscan`, `logfmt`) notes an entry of four words for each pair: key range, value range,
`what`, hash of the key. `what` holds the number of the known key (0: unknown) in its low 16 bits,
then the flags, then the entry of the object around it. `resolve` turns entries into ranges.
"""

from __future__ import annotations

import numpy as np

from logcli.kernels import inline, kernel
from logcli.kernels.words import (
    ONES,
    TOPS,
    U,
    address,
    mix,
    peek8,
    peek64,
    poke8,
    poke64,
    stack,
    trailing_zeros,
    view1,
)

RECORD_START = 1
BACKSLASHES = U(0x5C5C5C5C5C5C5C5C)
# Flags of an entry. BRANCH: an object whose members are entries of their own; HIDDEN: its key is not
# part of their names; BARE: a key without value; GONE: shadowed by a later pair, or won a column.
KEY_ESCAPED, VALUE_ESCAPED, BRANCH, EMPTY, COMPOUND, HIDDEN, BARE, GONE, INSIDE = (
    1 << bit for bit in range(16, 25)
)
KNOWN = U(0xFFFF)
MARKS = U(0xFFFFFFFF)
MAX_DEPTH = 8
_CHAIN = MAX_DEPTH + 1


@inline
def pack(low, high):
    """Two numbers below 2^31 in one word."""
    return U(low) | U(high) << U(32)


@inline
def low_half(word):
    return np.int64(word & MARKS)


@inline
def high_half(word):
    return np.int64(word >> U(32))


@inline
def find_slot(table, size, h):
    """Place of a hash in the table of known keys, -1 if it is not there. Rows: hash, what, needs."""
    j = np.int64(h & U(size - 1))
    while True:
        found = peek64(table, 8 * j)
        if found == h:
            return j
        if found == 0:
            return np.int64(-1)
        j = (j + 1) & (size - 1)


@inline
def note(entries, m, key_start, key_end, value_start, value_end, what, h):
    """Write entry `m`."""
    poke64(entries, 4 * m, pack(key_start, key_end))
    poke64(entries, 4 * m + 1, pack(value_start, value_end))
    poke64(entries, 4 * m + 2, what)
    poke64(entries, 4 * m + 3, h)


@inline
def _hex(p, i, count):
    """Value of `count` hexadecimal digits, -1 if they are not."""
    value = np.int64(0)
    for k in range(count):
        c = np.int64(peek8(p, i + k))
        if 48 <= c <= 57:
            c -= 48
        elif 97 <= (c | 32) <= 102:
            c = (c | 32) - 87
        else:
            return np.int64(-1)
        value = value * 16 + c
    return value


@inline
def _put_code(q, o, code):
    """Write a code point as UTF-8; the place behind it."""
    if code < 0x80:
        poke8(q + o, 0, code)
        return o + 1
    if code < 0x800:
        poke8(q + o, 0, 0xC0 | code >> 6)
        poke8(q + o, 1, 0x80 | code & 63)
        return o + 2
    if code < 0x10000:
        poke8(q + o, 0, 0xE0 | code >> 12)
        poke8(q + o, 1, 0x80 | code >> 6 & 63)
        poke8(q + o, 2, 0x80 | code & 63)
        return o + 3
    poke8(q + o, 0, 0xF0 | code >> 18)
    poke8(q + o, 1, 0x80 | code >> 12 & 63)
    poke8(q + o, 2, 0x80 | code >> 6 & 63)
    poke8(q + o, 3, 0x80 | code & 63)
    return o + 4


@inline
def _plain(d):
    """The byte that a one-letter escape stands for, -1 if there is none."""
    if d == 110:
        return 10
    if d == 116:
        return 9
    if d == 34 or d == 92 or d == 47 or d == 39:
        return np.int64(d)
    if d == 114:
        return 13
    if d == 98:
        return 8
    if d == 102:
        return 12
    if d == 97:
        return 7
    if d == 118:
        return 11
    return -1


@kernel
def unescape(p, i, e, q, o):
    """Write the text `i` to `e` at `p` without its escapes to `q + o`; the place behind it.

    Escapes of JSON, and of Go's `%q`: `\\xNN`, `\\UNNNNNNNN`. A lone surrogate becomes U+FFFD, what is no
    escape stays. Never longer than the text; up to seven bytes behind it may be overwritten.
    """
    while i < e:
        if i + 8 <= e:
            x = peek64(p, i)
            s = x ^ BACKSLASHES
            found = (s - ONES) & ~s & TOPS
            step = trailing_zeros(found) >> 3
            poke64(q + o, 0, x)
            i += step
            o += step
            if found == 0:
                continue
        c = peek8(p, i)
        if c != 92 or i + 1 >= e:
            poke8(q + o, 0, np.int64(c))
            i += 1
            o += 1
            continue
        d = peek8(p, i + 1)
        simple = _plain(d)
        code = np.int64(-1)
        size = np.int64(2)
        if simple >= 0:
            code = np.int64(simple)
        elif d == 117 and i + 6 <= e:
            code = _hex(p, i + 2, 4)
            size = 6
        elif d == 120 and i + 4 <= e:
            code = _hex(p, i + 2, 2)
            size = 4
            if code > 127:
                code = -1
        elif d == 85 and i + 10 <= e:
            code = _hex(p, i + 2, 8)
            size = 10
            if code > 0x10FFFF:
                code = -1
        if code < 0:
            poke8(q + o, 0, 92)
            i += 1
            o += 1
            continue
        i += size
        if 0xD800 <= code < 0xE000:
            pair = np.int64(-1)
            if code < 0xDC00 and i + 6 <= e and peek8(p, i) == 92 and peek8(p, i + 1) == 117:
                pair = _hex(p, i + 2, 4)
            if 0xDC00 <= pair < 0xE000:
                code = 0x10000 + (code - 0xD800) * 0x400 + (pair - 0xDC00)
                i += 6
            else:
                code = 0xFFFD
        o = _put_code(q, o, code)
    return o


@kernel
def _strip_ansi(q, o, end):
    """Remove ANSI codes (ECMA-48) from the text `o` to `end` at `q`; its new end."""
    i = o
    while i < end:
        c = peek8(q, i)
        if c != 27:
            poke8(q + o, 0, np.int64(c))
            o += 1
            i += 1
            continue
        i += 1
        kind = peek8(q, i) if i < end else np.uint8(0)
        i += 1 if 0x20 <= kind <= 0x7E else 0
        if kind == 91:
            while i < end and 0x20 <= peek8(q, i) <= 0x3F:
                i += 1
            i += 1
        elif kind == 93:
            while i < end and peek8(q, i) != 7 and peek8(q, i) != 27:
                i += 1
            i += 1 if i < end and peek8(q, i) == 7 else 0
    return o


@inline
def _put_key(p, entries, m, q, o):
    """Write a key behind the keys of the objects around it, joined by dots; the place behind it."""
    chain = stack(_CHAIN)
    n = 0
    while n <= MAX_DEPTH:
        what = peek64(entries, 32 * m + 16)
        if n == 0 or not what & U(HIDDEN):
            poke64(chain, n, U(m))
            n += 1
        if not what & U(INSIDE):
            break
        m = high_half(what)
    for k in range(n - 1, -1, -1):
        word = peek64(entries, 32 * np.int64(peek64(chain, 8 * k)))
        o = unescape(p, low_half(word), high_half(word), q, o)
        if k:
            poke8(q + o, 0, 46)
            o += 1
    return o


@kernel
def resolve(
    text, status, low, high, first, entries, column, rank, body, n_columns, keep,
    starts, ends, seen, offsets, pairs, total, arena, used,
):  # fmt: skip
    """Columns and pairs of the lines `low` to `high`; pairs and arena bytes written so far.

    column, rank : of each known key; the lowest rank wins, the others stay pairs
    body : the column that may hold an object; text that is written for it loses its ANSI codes
    keep : whether unknown keys are wanted
    seen : columns found so far; a column is filled with -1 when it is first seen
    """
    p = address(text)
    q = address(arena)
    t = address(entries)
    behind = text.shape[0]
    winner = view1(stack(64), 64, np.int64)
    for k in range(low, high):
        offsets[k] = total
        a = first[k - low]
        b = first[k - low + 1]
        if a == b or status[k] != RECORD_START:
            continue
        have = U(0)
        keys = U(0)
        for m in range(a, b):
            what = peek64(t, 32 * m + 16)
            h = peek64(t, 32 * m + 24)
            bit = U(1) << (h >> U(58))
            if keys & bit:
                for j in range(a, m):
                    if peek64(t, 32 * j + 24) == h:
                        old = peek64(t, 32 * j + 16)
                        poke64(t, 4 * j + 2, old | U(GONE))
            keys |= bit
        for m in range(a, b):
            what = peek64(t, 32 * m + 16)
            known = np.int64(what & KNOWN)
            if known == 0 or what & U(EMPTY | BRANCH | GONE):
                continue
            c = column[known]
            if what & U(COMPOUND) and c != body:
                continue
            here = U(1) << U(c)
            if have & here:
                held = np.int64(peek64(t, 32 * winner[c] + 16) & KNOWN)
                if rank[held] <= rank[known]:
                    continue
            winner[c] = m
            have |= here
        while have:
            c = trailing_zeros(have)
            have &= have - U(1)
            m = winner[c]
            what = peek64(t, 32 * m + 16)
            poke64(t, 4 * m + 2, what | U(GONE))
            value = peek64(t, 32 * m + 8)
            i, e = low_half(value), high_half(value)
            if what & U(VALUE_ESCAPED):
                o = unescape(p, i, e, q, used)
                i = behind + used
                if c == body:
                    o = _strip_ansi(q, used, o)
                used = o
                e = behind + used
            if not seen[c]:
                seen[c] = 1
                starts[c, :] = -1
                ends[c, :] = 0
            starts[c, k] = i
            ends[c, k] = e
        if not keep:
            continue
        for m in range(a, b):
            what = peek64(t, 32 * m + 16)
            if what & U(GONE | BRANCH):
                continue
            key = peek64(t, 32 * m)
            value = peek64(t, 32 * m + 8)
            i, e = low_half(key), high_half(key)
            if what & U(INSIDE | KEY_ESCAPED):
                o = _put_key(p, t, m, q, used)
                i = behind + used
                used = o
                e = behind + used
            pairs[0, total] = i
            pairs[1, total] = e
            i, e = low_half(value), high_half(value)
            if what & U(BARE):
                poke8(q + used, 0, 116)
                poke8(q + used, 1, 114)
                poke8(q + used, 2, 117)
                poke8(q + used, 3, 101)
                i = behind + used
                used += 4
                e = behind + used
            elif what & U(VALUE_ESCAPED):
                o = unescape(p, i, e, q, used)
                i = behind + used
                used = o
                e = behind + used
            pairs[2, total] = i
            pairs[3, total] = e
            total += 1
    return total, used


@kernel
def severities(text, start, end, table, out):
    """Look up each word, without blanks around it and in any case; 0 stays where it is not known.

    table : rows of hash, number; hashed as upper-case words of at most 16 bytes
    """
    p = address(text)
    t = address(table)
    size = table.shape[1]
    for k in range(start.shape[0]):
        i = np.int64(start[k])
        e = np.int64(end[k])
        if i < 0:
            continue
        while i < e and peek8(p, i) <= 32:
            i += 1
        while e > i and peek8(p, e - 1) <= 32:
            e -= 1
        if i == e or e - i > 16:
            continue
        h = U(e - i)
        while i < e:
            word = U(0)
            for j in range(min(e - i, 8)):
                c = peek8(p, i + j)
                word |= U(c - 32 if 97 <= c <= 122 else c) << U(8 * j)
            h = mix(h, word)
            i += 8
        slot = find_slot(t, size, h | U(1))
        if slot >= 0:
            out[k] = np.uint8(peek64(t, 8 * (size + slot)))
