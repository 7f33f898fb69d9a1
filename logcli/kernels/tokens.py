"""The tokens of a body: words, single separator bytes, and values; they cover it without a gap.

A value is what general knowledge says cannot be a constant: a word with digits together with what
is glued to it (`10.0.0.1:80`, `2024-01-01T10:00:00Z`, a UUID), a host name, a date in words, a
path, a URL, a literal `<*>`. A word of letters with one or two digits (`eth0`, `ipv4`) is a weak
value: it may well be a name.
"""

from __future__ import annotations

import numpy as np

from logcli.kernels import inline, kernel
from logcli.kernels.words import (
    CASE,
    TOPS,
    U,
    address,
    digit_bytes,
    fetch,
    low_bytes,
    peek8,
    poke8,
    poke32,
    trailing_zeros,
    word_bytes,
)

# Kinds of token.
SEPARATOR, WORD, WEAK, VALUE, PATH, URL, TAIL = 0, 1, 2, 3, 4, 5, 6
# A token of this kind or above is a value.
FIRST_VALUE = 2
# From here on a body is one last value: bounds the cost of a monster line.
MAX_TOKENS = 1000
MAX_BYTES = 8192

# Typed, because a kernel is compiled anew for each plain constant it is called with.
ONE, TWO, THREE, FOUR = np.int64(1), np.int64(2), np.int64(3), np.int64(4)


def _classes():
    """Bits of a byte: 1 word, 2 digit, 4 hex letter, 8 ends a path or URL, 16 may precede a path,
    32 may not precede a host name."""
    table = np.zeros(256, np.uint8)
    for byte in range(256):
        char = chr(byte)
        if byte >= 128 or char.isalnum() or char == "_":
            table[byte] |= 1
        if char.isdigit() and byte < 128:
            table[byte] |= 2
        if char in "abcdefABCDEF":
            table[byte] |= 4
        if byte <= 32 or char in ",;|\"'`()[]{}<>":
            table[byte] |= 8
        if byte <= 32 or char in "=([{\"'`<>,:;|@":
            table[byte] |= 16
        if char in "./-@_$\\":
            table[byte] |= 32
    return table


CLASS = _classes()


def _packed(words):
    """Words of up to eight bytes as sorted numbers."""
    return np.sort(np.array([int.from_bytes(w.encode(), "little") for w in words.split()], np.uint64))


# Last labels that make a dotted name a host: general and country domains that are not also endings
# of file names or common words (`sh`, `py`, `pl`, `rs`, `md`, `in`, `is`, `to`, `info` stay out).
DOMAINS = _packed(
    "com net org edu gov mil int biz arpa local lan internal corp intra intranet home "
    "uk us de fr cn hk jp kr tw au ca nl ru br it es eu ch se no fi dk at be cz sg nz mx za ua ir il gr pt "
    "hu ie tr"
)
MONTHS = _packed("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec")
WEEKDAYS = _packed("Mon Tue Wed Thu Fri Sat Sun")


@inline
def _among(packed, word):
    for k in range(packed.shape[0]):
        if packed[k] == word:
            return True
    return False


@inline
def word_end(p, n, i, e):
    """End of the word that starts at `i`, and whether it has a digit."""
    digits = False
    while True:
        x = fetch(p, i, n)
        stop = word_bytes(x) ^ TOPS
        length = trailing_zeros(stop) >> 3
        if length > e - i:
            length = e - i
        if length > 0 and low_bytes(digit_bytes(x), length) != U(0):
            digits = True
        i += length
        if length < 8 or i >= e:
            return i, digits


@inline
def _joins(p, n, j, e):
    """End of the piece that continues a value at `j`, or `j` when none does.

    A piece is a connector and a word with a digit; letters alone continue a UUID or a MAC address.
    """
    if j + 1 >= e or CLASS[peek8(p, j + 1)] & 1 == 0:
        return j
    c = peek8(p, j)
    if c == 44:  # a comma joins exactly three digits: a fraction or thousands
        k = j + 1
        while k < e and CLASS[peek8(p, k)] & 2:
            k += 1
        follows = k < e and CLASS[peek8(p, k)] & 1
        return k if k - j == 4 and CLASS[peek8(p, j - 1)] & 2 and not follows else j
    if c != 46 and c != 58 and c != 45 and c != 47 and c != 43:
        return j
    k, digits = word_end(p, n, j + 1, e)
    if digits:
        return k
    if c == 45 or c == 58:
        length = k - j - 1
        if length == 2 or length == 4 or length == 12:
            for m in range(j + 1, k):
                if CLASS[peek8(p, m)] & 4 == 0:
                    return j
            return k
    return j


@inline
def _value_end(p, n, j, e):
    """End of the value whose first word ends at `j`."""
    while j < e:
        k = _joins(p, n, j, e)
        if k == j:
            break
        j = k
    return j


@inline
def _is_weak(p, i, j):
    """A word that starts with a letter and has one run of at most two digits."""
    if CLASS[peek8(p, i)] & 2:
        return False
    digits = 0
    runs = 0
    before = False
    for k in range(i, j):
        now = CLASS[peek8(p, k)] & 2 != 0
        digits += now
        runs += now and not before
        before = now
        if digits > 2 or runs > 1:
            return False
    return True


@inline
def _span_end(p, i, e):
    """End of a path or URL: at a blank, quote, bracket, comma, semicolon; not its last dots and colons."""
    while i < e and CLASS[peek8(p, i)] & 8 == 0:
        i += 1
    while peek8(p, i - 1) == 46 or peek8(p, i - 1) == 58:
        i -= 1
    return i


@inline
def _port_end(p, j, e):
    """End of `:80` at `j`."""
    k = j + 1
    while k < e and CLASS[peek8(p, k)] & 2:
        k += 1
    return k if j < e and peek8(p, j) == 58 and k > j + 1 else j


@inline
def _host_end(p, n, i, e):
    """End of the host name at `i`, its port with it; `i` when the last label is no known domain."""
    k = i
    label = i
    while True:
        j, digits = word_end(p, n, k, e)
        if j + 1 >= e or CLASS[peek8(p, j + 1)] & 1 == 0:
            break
        c = peek8(p, j)
        if c == 46:
            label = j + 1
        elif c != 45:
            break
        k = j + 1
    if label == i or k != label or digits or j - label < 2 or j - label > 8:
        return i
    if j < e and (peek8(p, j) == 40 or (peek8(p, j) == 46 and j + 1 < e and CLASS[peek8(p, j + 1)] & 1)):
        return i
    word = low_bytes(fetch(p, label, n), j - label) | (CASE & low_bytes(~U(0), j - label))
    return _port_end(p, j, e) if _among(DOMAINS, word) else i


@inline
def _number_after(p, j, e, least, most):
    """End of a blank (or two) and a number of so many digits at `j`, or `j`."""
    k = j
    while k < e and k < j + 2 and peek8(p, k) == 32:
        k += 1
    digits = k
    while digits < e and CLASS[peek8(p, digits)] & 2:
        digits += 1
    fits = k > j and least <= digits - k <= most
    return digits if fits and (digits == e or CLASS[peek8(p, digits)] & 1 == 0) else j


@inline
def _date_end(p, n, i, j, e):
    """End of a date that starts with a month or weekday name `i:j`: `Sun Jul 10 03:55:15 2005`; or `i`."""
    word = low_bytes(fetch(p, i, n), THREE)
    if _among(WEEKDAYS, word):
        if j + 4 >= e or peek8(p, j) != 32:
            return i
        word = low_bytes(fetch(p, j + 1, n), THREE)
        j += 4
    if not _among(MONTHS, word):
        return i
    k = _number_after(p, j, e, ONE, TWO)
    if k == j:
        return i
    clock = _number_after(p, k, e, TWO, TWO)
    if clock > k and clock + 5 < e and peek8(p, clock) == 58 and peek8(p, clock + 3) == 58:
        k = clock + 6
        while k < e and CLASS[peek8(p, k)] & 2:
            k += 1
    return _number_after(p, k, e, FOUR, FOUR)


@inline
def _word_token(p, n, begin, i, e):
    """The token that starts with the word at `i`: its end and kind."""
    j, digits = word_end(p, n, i, e)
    k = j
    if digits:
        k = _value_end(p, n, j, e)
    dotted = k + 1 < e and (peek8(p, k) == 46 or peek8(p, k) == 45) and CLASS[peek8(p, k + 1)] & 1
    if dotted and (i == begin or CLASS[peek8(p, i - 1)] & 32 == 0):
        host = _host_end(p, n, i, e)
        if host > k:
            return host, VALUE
    if digits:
        if k == j and _is_weak(p, i, j):
            return j, WEAK
        return k, VALUE
    if j - i == 3 and j < e and peek8(p, j) == 32 and 65 <= peek8(p, i) <= 87:
        k = _date_end(p, n, i, j, e)
        if k > i:
            return k, VALUE
    if j + 1 < e:
        c = peek8(p, j)
        if c == 58:
            if (
                j + 3 < e
                and peek8(p, j + 1) == 47
                and peek8(p, j + 2) == 47
                and CLASS[peek8(p, j + 3)] & 8 == 0
            ):
                return max(_span_end(p, j + 3, e), j + 3), URL
            if j - i == 1 and peek8(p, j + 1) == 92:
                return _span_end(p, j + 2, e), PATH
        elif c == 45 and peek8(p, j - 1) == 95 and CLASS[peek8(p, j + 1)] & 2:
            k, _ = word_end(p, n, j + 1, e)
            return _value_end(p, n, k, e), VALUE
    return j, WORD


@inline
def next_token(p, n, begin, i, e):
    """End and kind of the token at `i` of the body `text[begin:e]`."""
    c = peek8(p, i)
    if CLASS[c] & 1:
        return _word_token(p, n, begin, i, e)
    if c == 32:
        return i + 1, SEPARATOR
    if i + 1 < e:
        if c == 47:
            open_before = i == begin or CLASS[peek8(p, i - 1)] & 16
            if open_before and (CLASS[peek8(p, i + 1)] & 1 or peek8(p, i + 1) == 46):
                return max(_span_end(p, i + 1, e), i + 1), PATH
        elif c == 45 or c == 43:
            if CLASS[peek8(p, i + 1)] & 2 and (i == begin or CLASS[peek8(p, i - 1)] & 16):
                j, _ = word_end(p, n, i + 1, e)
                return _value_end(p, n, j, e), VALUE
        elif c == 60 and i + 2 < e and peek8(p, i + 1) == 42 and peek8(p, i + 2) == 62:
            return i + 3, VALUE
    return i + 1, SEPARATOR


@inline
def tokenize(p, n, i, e, max_tokens, ends, kinds):
    """Ends and kinds of the tokens of a body; how many there are (at most `max_tokens` + 1).

    The token that reaches beyond MAX_BYTES is the last, with all that follows, whatever it is: so the
    first bytes of a body are enough to make its template.
    """
    begin = i
    m = 0
    stop = begin + MAX_BYTES
    while i < e:
        if m >= max_tokens or i >= stop:
            poke32(ends, m, e)
            poke8(kinds, m, TAIL)
            return m + 1
        j, kind = next_token(p, n, begin, i, e)
        if j > stop:
            j, kind = e, TAIL
        poke32(ends, m, j)
        poke8(kinds, m, kind)
        m += 1
        i = j
    return m


@kernel
def tokenize_many(text, start, end, max_tokens, offsets, ends, kinds):
    """`tokenize` for several bodies, one after the other; row i owns `offsets[i]:offsets[i + 1]`."""
    p = address(text)
    m = 0
    for row in range(start.shape[0]):
        offsets[row] = m
        m += tokenize(
            p,
            text.shape[0],
            np.int64(start[row]),
            np.int64(end[row]),
            max_tokens,
            address(ends) + 4 * m,
            address(kinds) + m,
        )
    offsets[start.shape[0]] = m
