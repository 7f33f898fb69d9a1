"""Find the keys and values of JSON objects, one object per line or over several lines.

Structure is checked down to the members of the objects that are entered; inside other nested values
only strings and brackets are. NaN and Infinity pass, as Python's writer emits them.
"""

from __future__ import annotations

import numpy as np

from logcli.kernels import inline, kernel
from logcli.kernels.pairs import (
    BACKSLASHES,
    BRANCH,
    COMPOUND,
    EMPTY,
    HIDDEN,
    INSIDE,
    KEY_ESCAPED,
    KNOWN,
    MAX_DEPTH,
    VALUE_ESCAPED,
    find_slot,
    note,
)
from logcli.kernels.words import (
    ONES,
    TOPS,
    U,
    address,
    hash_bytes,
    mix,
    peek8,
    peek64,
    poke64,
    stack,
    trailing_zeros,
)

NO_MATCH, RECORD_START, BLANK, CONTINUED = 0, 1, 2, 4
BROKEN, OPEN, CLOSED = 0, 1, 2
QUOTES = U(0x2222222222222222)
BRACKETS = U(0x7B7B7B7B7B7B7B7B)
CLOSERS = U(0x7D7D7D7D7D7D7D7D)
CASE = U(0x2020202020202020)
# Numbers of `_object`'s scratch.
LEVELS = 3 * MAX_DEPTH


@inline
def _string(p, i, e, n):
    """Place of the quote that ends a string, `e` if none does; whether there are escapes before it."""
    escaped = False
    while i < e:
        if i + 8 <= n:
            x = peek64(p, i)
            a = x ^ QUOTES
            b = x ^ BACKSLASHES
            found = (((a - ONES) & ~a) | ((b - ONES) & ~b)) & TOPS
            if found == 0:
                i += 8
                continue
            i += trailing_zeros(found) >> 3
            if i >= e:
                break
        c = peek8(p, i)
        if c == 34:
            return i, escaped
        if c == 92:
            escaped = True
            i += 1
        i += 1
    return e, escaped


@inline
def _blanks(p, i, e):
    while i < e:
        c = peek8(p, i)
        if c > 32 or (c != 32 and c != 10 and c != 13 and c != 9):
            break
        i += 1
    return i


@kernel
def _nested(p, i, e, n):
    """Place behind the bracket that closes the one at `i`; -1 if broken, -2 if still open at `e`."""
    kinds = U(0)
    depth = 0
    while i < e:
        if i + 8 <= n:
            x = peek64(p, i)
            a = x ^ QUOTES
            y = x | CASE
            b = y ^ BRACKETS
            c = y ^ CLOSERS
            found = (((a - ONES) & ~a) | ((b - ONES) & ~b) | ((c - ONES) & ~c)) & TOPS
            if found == 0:
                i += 8
                continue
            i += trailing_zeros(found) >> 3
            if i >= e:
                break
        byte = peek8(p, i)
        if byte == 34:
            i, _ = _string(p, i + 1, e, n)
            if i >= e:
                return np.int64(-1)
        elif byte == 123 or byte == 91:
            depth += 1
            kinds = kinds << U(1) | U(byte >> 5 & 1)
        elif byte == 125 or byte == 93:
            # Kinds are known for the inner 64 levels only.
            if depth <= 64 and (kinds & U(1)) != U(byte >> 5 & 1):
                return np.int64(-1)
            kinds >>= U(1)
            depth -= 1
            if depth == 0:
                return i + 1
        i += 1
    return np.int64(-2)


@kernel
def _scalar(p, i, e):
    """Place behind a number or word, `i` if there is none."""
    c = peek8(p, i)
    word = c == 116 or c == 102 or c == 110 or c == 78 or c == 73
    if not (word or c == 45 or 48 <= c <= 57):
        return i
    while i < e:
        c = peek8(p, i)
        if not (48 <= c <= 57 or 97 <= (c | 32) <= 122 or c == 46 or c == 45 or c == 43):
            break
        i += 1
    return i


@kernel
def _object(p, i, e, n, table, size, keep, entries, m, levels):
    """Note the members of the object behind whose `{` lies `i`.

    Returns BROKEN, OPEN or CLOSED; where it ended; the next free entry; bytes that resolving may
    write; the needs that were met.
    levels : scratch, two words for each object entered: hash of its path, its entry and name length
    """
    depth = 0
    fresh = True
    room = np.int64(0)
    met = U(0)
    path = U(0)
    holder = np.int64(0)
    prefix = np.int64(0)
    while True:
        i = _blanks(p, i, e)
        if i >= e:
            return OPEN, i, m, room, met
        c = peek8(p, i)
        if c == 125:
            i += 1
            if depth == 0:
                return CLOSED, i, m, room, met
            if fresh and keep:
                # Nothing inside: the object is a value itself.
                branch = peek64(entries, 32 * holder + 16)
                poke64(entries, 4 * holder + 2, branch & ~U(BRANCH) | U(EMPTY))
                word = peek64(entries, 32 * holder + 8)
                poke64(entries, 4 * holder + 1, word & U(0xFFFFFFFF) | U(i) << U(32))
            depth -= 1
            path = peek64(levels, 24 * depth)
            holder = np.int64(peek64(levels, 24 * depth + 8))
            prefix = np.int64(peek64(levels, 24 * depth + 16))
            fresh = False
            continue
        if not fresh:
            if c != 44:
                return BROKEN, i, m, room, met
            i = _blanks(p, i + 1, e)
            if i >= e:
                return OPEN, i, m, room, met
            c = peek8(p, i)
        if c != 34:
            return BROKEN, i, m, room, met
        fresh = False
        key_start = i + 1
        key_end, key_escaped = _string(p, key_start, e, n)
        if key_end >= e:
            return BROKEN, key_end, m, room, met
        i = _blanks(p, key_end + 1, e)
        if i >= e:
            return OPEN, i, m, room, met
        if peek8(p, i) != 58:
            return BROKEN, i, m, room, met
        i = _blanks(p, i + 1, e)
        if i >= e:
            return OPEN, i, m, room, met
        h = hash_bytes(p, key_start, key_end, n)
        if depth:
            h = mix(path, h)
        h |= U(1)
        what = U(0)
        slot = find_slot(table, size, h)
        if slot >= 0:
            what = peek64(table, 8 * (size + slot))
            met |= peek64(table, 8 * (2 * size + slot))
        enter = (what & U(BRANCH)) != 0
        hidden = what & U(HIDDEN)
        what &= KNOWN
        if depth:
            what |= U(INSIDE) | U(holder) << U(32)
        if key_escaped:
            what |= U(KEY_ESCAPED)
        if keep and (key_escaped or depth):
            room += prefix + key_end - key_start
        value_start = i
        value_end = i
        c = peek8(p, i)
        if c == 34:
            value_start = i + 1
            value_end, escaped = _string(p, value_start, e, n)
            if value_end >= e:
                return BROKEN, value_end, m, room, met
            i = value_end + 1
            if escaped:
                what |= U(VALUE_ESCAPED)
                room += value_end - value_start
        elif c == 123 and enter and depth < MAX_DEPTH - 1:
            if keep:
                note(entries, m, key_start, key_end, i, i, what | U(BRANCH) | hidden, h)
            poke64(levels, 3 * depth, path)
            poke64(levels, 3 * depth + 1, U(holder))
            poke64(levels, 3 * depth + 2, U(prefix))
            depth += 1
            path = h
            holder = m
            prefix += 0 if hidden else key_end - key_start + 1
            m += keep
            fresh = True
            i += 1
            continue
        elif c == 123 or c == 91:
            i = _nested(p, i, e, n)
            if i < 0:
                return OPEN if i == -2 else BROKEN, e, m, room, met
            value_end = i
            what |= U(COMPOUND)
        else:
            i = _scalar(p, i, e)
            if i == value_start:
                return BROKEN, i, m, room, met
            value_end = i
            if c == 110:
                what |= U(EMPTY)
        if keep or what & KNOWN:
            note(entries, m, key_start, key_end, value_start, value_end, what, h)
            m += 1


@kernel
def scan(text, start, end, low, high, status, table, needs, keep, first, entries, budget):
    """Note the members of the objects in the lines `low` to `high`.

    table : known keys, see `pairs.find_slot`; needs : bits that a line's keys must give
    keep : whether unknown keys are wanted
    first : first entry of each line, one more than lines
    budget : bytes that may be read ahead for objects that go on in the lines below
    Returns bytes that resolving may write, and the budget left.
    """
    p = address(text)
    n = text.shape[0]
    t = address(table)
    size = table.shape[1]
    x = address(entries)
    scratch = stack(LEVELS)
    lines = start.shape[0]
    m = np.int64(0)
    total = np.int64(0)
    for k in range(low, high):
        first[k - low] = m
        if status[k] == CONTINUED:
            continue
        e = np.int64(end[k])
        i = _blanks(p, np.int64(start[k]), e)
        if i == e:
            status[k] = BLANK
            continue
        if peek8(p, i) != 123:
            continue
        outcome, stop, after, room, met = _object(p, i + 1, e, n, t, size, keep, x, m, scratch)
        last = k
        if outcome == OPEN and budget > 0 and k + 1 < lines:
            limit = np.int64(end[lines - 1])
            outcome, stop, after, room, met = _object(p, i + 1, limit, n, t, size, keep, x, m, scratch)
            budget -= stop - e
            if outcome == CLOSED:
                while end[last] < stop:
                    last += 1
        if outcome == CLOSED and met & needs == needs and _blanks(p, stop, np.int64(end[last])) == end[last]:
            status[k] = RECORD_START
            for j in range(k + 1, last + 1):
                status[j] = CONTINUED
            m = after
            total += room
    first[high - low] = m
    return total, budget
