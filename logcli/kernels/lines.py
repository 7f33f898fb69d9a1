"""Find the lines of a block, and mend those that are not clean UTF-8."""

from __future__ import annotations

import numpy as np

from logcli.kernels import kernel
from logcli.kernels.words import NEWLINES, ONES, TOPS, U, address, peek64, trailing_zeros

INVALID_UTF8, ANSI = 2, 8


@kernel
def count(data):
    """Newlines, and whether any byte is not ASCII (1) or an escape (2)."""
    lines = 0
    high = np.uint8(0)
    escapes = 0
    for i in range(data.shape[0]):
        byte = data[i]
        lines += byte == 10
        escapes += byte == 27
        high |= byte
    return lines, (1 if high & 128 else 0) | (2 if escapes else 0)


@kernel
def split(data, start, end):
    """Fill start and end of each line, its `\\n` and `\\r\\n` left out; the number of lines."""
    p = address(data)
    n = data.shape[0]
    k = 0
    begin = 0
    i = 0
    while i + 8 <= n:
        x = peek64(p, i) ^ NEWLINES
        found = (x - ONES) & ~x & TOPS
        while found:
            # Bytes above the lowest hit may be false hits of the borrow: check each.
            at = i + (trailing_zeros(found) >> 3)
            if data[at] == 10:
                start[k] = begin
                end[k] = at - 1 if at > begin and data[at - 1] == 13 else at
                k += 1
                begin = at + 1
            found &= found - U(1)
        i += 8
    for at in range(i, n):
        if data[at] == 10:
            start[k] = begin
            end[k] = at - 1 if at > begin and data[at - 1] == 13 else at
            k += 1
            begin = at + 1
    if begin < n:
        start[k] = begin
        end[k] = n - 1 if data[n - 1] == 13 else n
        k += 1
    return k


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
