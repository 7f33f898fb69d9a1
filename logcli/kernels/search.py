"""Find literals, blanks, quotes and severity words in a line. Parts of `kernels.layout`.

Places are numbers of bytes from the address `p` of the text; `n` is its size, `e` the end of the line.
"""

from __future__ import annotations

import numpy as np

from logcli.kernels import inline, kernel
from logcli.kernels.words import (
    K1,
    LOWS,
    ONES,
    TOPS,
    U,
    address,
    digit_bytes,
    fetch,
    low_bytes,
    mix,
    peek8,
    peek64,
    trailing_zeros,
)

# In the pool of literals: one blank, and one or more. Literals are UTF-8, which has no byte 0xFF.
ONE_BLANK, BLANKS = 0x20, 0xFF
# Slots of the table of severity words, and the longest word in it.
SLOTS = 512
LONGEST = 16


@inline
def is_blank(c):
    return c == 32 or c == 9


@inline
def literal_end(p, i, e, pool, size):
    """End of the literal at `i`, -1 if it is not there."""
    for k in range(size):
        c = peek8(pool, k)
        if i >= e:
            return -1
        found = peek8(p, i)
        i += 1
        if c in (BLANKS, ONE_BLANK):
            if not is_blank(found):
                return -1
            while c == BLANKS and i < e and is_blank(peek8(p, i)):
                i += 1
        elif c != found:
            return -1
    return i


@inline
def find(p, n, i, e, c):
    """First place from `i` of the byte `c` (of a space or tab for a blank), `e` if there is none."""
    blank = c in (BLANKS, ONE_BLANK)
    one = ONES * U(32 if blank else c)
    two = ONES * U(9 if blank else c)
    while i < e:
        x = fetch(p, i, n)
        # The lowest hit is exact, those above it need not be.
        y = x ^ one
        z = x ^ two
        hits = (((y - ONES) & ~y) | ((z - ONES) & ~z)) & TOPS
        if hits:
            return min(i + (trailing_zeros(hits) >> 3), e)
        i += 8
    return e


@inline
def digits_end(p, n, i, e):
    """First place from `i` that is no digit, `e` if there is none."""
    while i < e:
        other = digit_bytes(fetch(p, i, n)) ^ TOPS
        if other:
            return min(i + (trailing_zeros(other) >> 3), e)
        i += 8
    return e


@inline
def find_in(p, i, e, c, member):
    """Like `find`, all bytes before being members of a class; -1 if one is not."""
    blank = c in (BLANKS, ONE_BLANK)
    while i < e:
        byte = peek8(p, i)
        if is_blank(byte) if blank else byte == c:
            return i
        if peek8(member, byte) == 0:
            return -1
        i += 1
    return -1


@inline
def after(p, j, e, c, member):
    """Where to look on after a wrong hit at `j`: past all of a run of blanks, for none in it will do."""
    while True:
        if member and peek8(member, peek8(p, j)) == 0:
            return -1
        j += 1
        if c != BLANKS or j >= e or not is_blank(peek8(p, j)):
            return j


@inline
def _upper(x):
    """The word with its ASCII letters in upper case."""
    y = x & LOWS
    lower = (y + ONES * U(0x80 - 0x61)) & ~(y + ONES * U(0x80 - 0x7B)) & ~x & TOPS
    return x ^ (lower >> U(2))


@inline
def severity_of(p, n, i, e, words, ranks):
    """Severity number of the word from `i` to `e`, in any case; -1 if it is not known.

    words : address of SLOTS pairs of numbers, the sixteen bytes of each word
    ranks : address of SLOTS numbers, 0 in a free slot
    """
    size = e - i
    if size < 1 or size > LONGEST:
        return -1
    first = _upper(low_bytes(fetch(p, i, n), min(size, 8)))
    second = _upper(low_bytes(fetch(p, i + 8, n), size - 8)) if size > 8 else U(0)
    slot = np.int64(mix(mix(K1, first), second) & U(SLOTS - 1))
    while peek8(ranks, slot):
        if peek64(words, 16 * slot) == first and peek64(words, 16 * slot + 8) == second:
            return np.int64(peek8(ranks, slot)) - 1
        slot = (slot + 1) & (SLOTS - 1)
    return -1


@kernel
def enter_word(text, words, ranks, rank):
    """Put one upper-case word with its severity number into the table of `severity_of`."""
    p = address(text)
    n = np.int64(text.shape[0])
    first = low_bytes(fetch(p, np.int64(0), n), min(n, 8))
    second = low_bytes(fetch(p, np.int64(8), n), n - 8) if n > 8 else U(0)
    slot = np.int64(mix(mix(K1, first), second) & U(SLOTS - 1))
    while ranks[slot] and not (words[2 * slot] == first and words[2 * slot + 1] == second):
        slot = (slot + 1) & (SLOTS - 1)
    words[2 * slot] = first
    words[2 * slot + 1] = second
    ranks[slot] = rank + 1


@inline
def read_number(p, i, e):
    """End and value of up to three digits."""
    k = i
    value = 0
    while k < e and k < i + 3 and 48 <= peek8(p, k) <= 57:
        value = value * 10 + np.int64(peek8(p, k)) - 48
        k += 1
    return k, value


@inline
def quote_end(p, n, i, e):
    """Place of the next `"` from `i` that no backslash escapes, -1 if there is none."""
    while True:
        k = find(p, n, i, e, np.uint8(34))
        if k >= e:
            return -1
        m = k
        while m > i and peek8(p, m - 1) == 92:
            m -= 1
        if (k - m) & 1 == 0:
            return k
        i = k + 1
