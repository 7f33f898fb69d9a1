"""Find the lines of a block, and mend those that are not clean UTF-8."""

from __future__ import annotations

import numpy as np

from logcli.kernels import inline, kernel
from logcli.kernels.words import U, address, equal64, high64, peek8, poke32, trailing_zeros

INVALID_UTF8, ANSI = 2, 8
# What `split` saw: bytes that are not ASCII, escapes, a carriage return at the end of a line.
HIGH, ESCAPES, RETURNS = 1, 2, 4


@inline
def _line(p, begin, at, k, start, end):
    """Note the line from `begin` to its newline (or the end of the data) at `at`; 1 if it has a `\\r`."""
    cut = at > begin and peek8(p, at - 1) == 13
    poke32(start, k, begin)
    poke32(end, k, at - cut)
    return np.int64(cut)


@kernel
def split(data, start, end):
    """Fill start and end of each line, its newline left out; how many there are, and what was seen."""
    p, s, t = address(data), address(start), address(end)
    n = np.int64(data.shape[0])
    k = np.int64(0)
    begin = np.int64(0)
    i = np.int64(0)
    high = U(0)
    escapes = U(0)
    returns = np.int64(0)
    while i + 64 <= n:
        high |= high64(p, i)
        escapes |= equal64(p, i, np.uint8(27))
        found = equal64(p, i, np.uint8(10))
        while found:
            at = i + trailing_zeros(found)
            returns |= _line(p, begin, at, k, s, t)
            k += 1
            begin = at + 1
            found &= found - U(1)
        i += 64
    while i < n:
        byte = peek8(p, i)
        high |= U(byte & 128)
        escapes |= U(byte == 27)
        if byte == 10:
            returns |= _line(p, begin, i, k, s, t)
            k += 1
            begin = i + 1
        i += 1
    if begin < n:
        returns |= _line(p, begin, n, k, s, t)
        k += 1
    return k, (HIGH if high else 0) | (ESCAPES if escapes else 0) | (RETURNS if returns else 0)


@kernel
def utf8_step(data, i, e):
    """Length of the valid UTF-8 sequence at `i`, 0 when there is none (RFC 3629)."""
    byte = data[i]
    if byte < 0x80:
        return 1
    if byte < 0xC2 or byte > 0xF4:
        return 0
    need = 1 if byte < 0xE0 else 2 if byte < 0xF0 else 3
    if i + need >= e:
        return 0
    second = data[i + 1]
    low, high = 0x80, 0xBF
    if byte == 0xE0:
        low = 0xA0
    elif byte == 0xED:
        high = 0x9F
    elif byte == 0xF0:
        low = 0x90
    elif byte == 0xF4:
        high = 0x8F
    if second < low or second > high:
        return 0
    for k in range(2, need + 1):
        if data[i + k] & 0xC0 != 0x80:
            return 0
    return need + 1


@kernel
def escape_step(data, i, e):
    """Length of the ANSI escape sequence at `i`, 0 when it is not one (ECMA-48: CSI, OSC, two bytes)."""
    if i + 1 >= e:
        return 1
    second = data[i + 1]
    if second == 91:
        j = i + 2
        while j < e and 0x20 <= data[j] <= 0x3F:
            j += 1
        return j + 1 - i if j < e else e - i
    if second == 93:
        j = i + 2
        while j < e and data[j] != 7 and data[j] != 27:
            j += 1
        if j < e and data[j] == 27:
            j += 1
        return min(j + 1, e) - i
    return 2 if 0x20 <= second <= 0x7E else 1


@kernel
def find_dirty(data, start, end, n, defects):
    """Mark lines with invalid UTF-8 or ANSI codes; an upper bound of the bytes to mend them."""
    dirty = False
    for k in range(n):
        i = start[k]
        e = end[k]
        while i < e:
            byte = data[i]
            if byte == 27:
                defects[k] |= ANSI
                dirty = True
                i += 1
            elif byte < 0x80:
                i += 1
            else:
                step = utf8_step(data, i, e)
                if step == 0:
                    defects[k] |= INVALID_UTF8
                    dirty = True
                    step = 1
                i += step
    return dirty


@kernel
def mend(data, start, end, n, out, new_start, new_end):
    """Copy all lines to `out`, ANSI codes left out, undecodable bytes as `\\xNN`; bytes written."""
    o = 0
    for k in range(n):
        new_start[k] = o
        i = start[k]
        e = end[k]
        while i < e:
            byte = data[i]
            if byte == 27:
                i += escape_step(data, i, e)
                continue
            step = utf8_step(data, i, e)
            if step == 0:
                out[o] = 92
                out[o + 1] = 120
                out[o + 2] = _digit(byte >> 4)
                out[o + 3] = _digit(byte & 15)
                o += 4
                i += 1
                continue
            for _ in range(step):
                out[o] = data[i]
                o += 1
                i += 1
        new_end[k] = o
        out[o] = 10
        o += 1
    return o


@kernel
def _digit(value):
    return np.uint8(48 + value if value < 10 else 87 + value)
