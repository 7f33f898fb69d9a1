"""The parts of a time in text: numbers, names, fractions, zones, epochs. For `kernels.times`.

Each reads from the byte `i` of the text at address `p` up to `e` at most.
"""

from __future__ import annotations

import numpy as np

from logcli.kernels import inline
from logcli.kernels.words import U, peek8, peek64

ZEROS = U(0x3030303030303030)
SIXES = U(0x0606060606060606)
HIGH = U(0xF0F0F0F0F0F0F0F0)


def _names(names):
    """Lower-case names as rows of 16 bytes behind their length."""
    table = np.zeros((len(names), 16), np.uint8)
    for row, name in zip(table, names, strict=True):
        row[0] = len(name)
        row[1 : len(name) + 1] = np.frombuffer(name.encode(), np.uint8)
    return table


TENS = 10 ** np.arange(10, dtype=np.int64)
MONTHS = _names(
    [
        *("january", "february", "march", "april", "may", "june"),
        *("july", "august", "september", "october", "november", "december"),
    ]
)
WEEKDAYS = _names(["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"])


@inline
def digits(p, i, e, most):
    """End of up to `most` digits from `i`, and their value."""
    value = 0
    stop = min(e, i + most)
    while i < stop:
        digit = np.int64(peek8(p, i)) - 48
        if digit < 0 or digit > 9:
            break
        value = value * 10 + digit
        i += 1
    return i, value


@inline
def name(p, i, e, names, full):
    """Which name starts at `i` (any case; three letters, or the whole name if `full`), and its end."""
    if i + 3 <= e:
        for k in range(names.shape[0]):
            size = np.int64(names[k, 0]) if full else 3
            same = i + size <= e
            m = 0
            while same and m < size:
                same = (peek8(p, i + m) | 32) == names[k, 1 + m]
                m += 1
            if same:
                return k, i + size
    return -1, i


@inline
def fraction(p, i, e):
    """Nanoseconds of the digits after a decimal point, and their end; digits past the ninth are dropped."""
    k, value = digits(p, i, e, np.int64(9))
    nano = value * TENS[9 - (k - i)]
    while k < e and 48 <= peek8(p, k) <= 57:
        k += 1
    return nano, k


@inline
def zone(p, i, e):
    """Seconds east of UTC and the end of `Z`, `+hh`, `+hhmm` or `+hh:mm`; an end of -1 for none."""
    if i >= e:
        return 0, -1
    c = peek8(p, i)
    if c == 90 or c == 122:
        return 0, i + 1
    if c != 43 and c != 45:
        return 0, -1
    k, hours = digits(p, i + 1, e, np.int64(2))
    if k != i + 3 or hours > 23:
        return 0, -1
    m, minutes = digits(p, k + (k < e and peek8(p, k) == 58), e, np.int64(2))
    if m - k < 2 or minutes > 59 or (m - k == 2 and peek8(p, k) == 58):
        m, minutes = k, 0
    seconds = hours * 3600 + minutes * 60
    return (-seconds if c == 45 else seconds), m


@inline
def zone_name(p, i, e):
    """End of a zone's name and whether it is UTC."""
    k = i
    while k < e and 97 <= (peek8(p, k) | 32) <= 122:
        k += 1
    if k - i == 3:
        a, b, c = peek8(p, i) | 32, peek8(p, i + 1) | 32, peek8(p, i + 2) | 32
        return k, (a == 117 and b == 116 and c == 99) or (a == 103 and b == 109 and c == 116)
    return k, k - i == 1 and (peek8(p, i) | 32) == 122


@inline
def triple(p, k, n, e, apart, first, second):
    """Three two-digit numbers, two separators between them or none; -1 if they are not there."""
    size = 8 if apart else 6
    if k + size > e or k + 8 > n:
        return -1, 0, 0
    x = peek64(p, k) ^ ZEROS
    if apart:
        if U(peek8(p, k + 2)) != U(first) or U(peek8(p, k + 5)) != U(second):
            return -1, 0, 0
        x = (x & U(0xFFFF)) | ((x >> U(8)) & U(0xFFFF0000)) | ((x >> U(16)) & U(0xFFFF00000000))
    x &= U(0xFFFFFFFFFFFF)
    if (x | (x + SIXES)) & HIGH & U(0xFFFFFFFFFFFF):
        return -1, 0, 0
    pairs = np.int64((x & U(0x000F000F000F)) * U(10) + ((x >> U(8)) & U(0x000F000F000F)))
    return pairs & 0xFF, (pairs >> 16) & 0xFF, (pairs >> 32) & 0xFF


@inline
def epoch(p, i, e, any_unit):
    """Nanoseconds since 1970 and the end of an epoch number; an end of -1 for none.

    The unit of `any_unit` follows from the number of digits, as hl and lnav guess it: 9 to 11
    seconds, 12 to 14 milliseconds, 15 to 17 microseconds, 18 and 19 nanoseconds.
    """
    k, value = digits(p, i, e, np.int64(19))
    size = k - i
    if size < 9 or (k < e and 48 <= peek8(p, k) <= 57) or (size > 11 and not any_unit):
        return 0, -1
    power = 9 if size <= 11 else 6 if size <= 14 else 3 if size <= 17 else 0
    if value < 0 or (power == 9 and value > 9_223_372_035):  # beyond 64 bits
        return 0, -1
    time = value * TENS[power]
    if power > 0 and k + 1 < e and peek8(p, k) == 46 and 48 <= peek8(p, k + 1) <= 57:
        nano, k = fraction(p, k + 1, e)
        time += nano // TENS[9 - power]
    return time, k
