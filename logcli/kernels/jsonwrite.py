"""Rows of text from columns: bytes replaced by table, lists joined, cells placed, times printed.

A cell is a range of a byte array, start -1 when absent. All numbers are int64, all texts uint8.
"""

from __future__ import annotations

import numpy as np

from logcli.kernels import inline, kernel

# Bit of a byte's entry in a `widths` table: a cell with this byte goes between quotes.
QUOTE = 128


@inline
def _copy(source, start, end, out, at):
    for i in range(start, end):
        out[at + i - start] = source[i]
    return at + end - start


@kernel
def measure(text, start, end, widths):
    """Bytes that `substitute` will write for the cells."""
    total = np.int64(0)
    for row in range(len(start)):
        quoted = np.int64(0)
        for i in range(start[row], end[row]):
            width = np.int64(widths[text[i]])
            quoted |= width & 128
            total += width & 127
        total += quoted >> 6
    return total


@kernel
def substitute(text, start, end, widths, pieces, out, out_start, out_end):
    """Copy cells, each byte of a width other than 1 replaced by its piece, 8 bytes apart in `pieces`.

    A cell with a QUOTE byte gets double quotes around it.
    """
    at = np.int64(0)
    for row in range(len(start)):
        if start[row] < 0:
            out_start[row] = -1
            out_end[row] = -1
            continue
        quoted = np.int64(0)
        out_start[row] = at
        for i in range(start[row], end[row]):
            byte = text[i]
            entry = np.int64(widths[byte])
            quoted |= entry
            if entry & 127 == 1:
                out[at] = byte
                at += 1
            else:
                at = _copy(pieces, np.int64(byte) * 8, np.int64(byte) * 8 + (entry & 127), out, at)
        if quoted & 128:
            first = out_start[row]
            for i in range(at, first, -1):
                out[i] = out[i - 1]
            out[first] = 34
            out[at + 1] = 34
            at += 2
        out_end[row] = at
    return at


@kernel
def join(first, last, keys, key_start, key_end, text, start, end, marks, mark_end, out, out_start, out_end):
    """Each row's items `first[row]:last[row]` as `before key between value after`, with commas.

    marks : the texts before, between, after and absent (instead of the last two), ends in `mark_end`
    """
    at = np.int64(0)
    for row in range(len(first)):
        out_start[row] = -1 if first[row] < 0 else at
        for item in range(first[row], last[row]):
            if item > first[row]:
                out[at] = 44
                at += 1
            at = _copy(marks, np.int64(0), mark_end[0], out, at)
            at = _copy(keys, key_start[item], key_end[item], out, at)
            if start[item] < 0:
                at = _copy(marks, mark_end[2], mark_end[3], out, at)
                continue
            at = _copy(marks, mark_end[0], mark_end[1], out, at)
            at = _copy(text, start[item], end[item], out, at)
            at = _copy(marks, mark_end[1], mark_end[2], out, at)
        out_end[row] = -1 if first[row] < 0 else at
    return at


@kernel
def place(out, cursor, text, start, end, marks, middle):
    """Append `marks[:middle] cell marks[middle:]` at each row's cursor; nothing for an absent cell."""
    marks_end = np.int64(len(marks))
    for row in range(len(start)):
        if start[row] < 0:
            continue
        at = _copy(marks, np.int64(0), middle, out, cursor[row])
        at = _copy(text, start[row], end[row], out, at)
        cursor[row] = _copy(marks, middle, marks_end, out, at)


@inline
def _digits(value, count, out, at):
    for i in range(count - 1, -1, -1):
        out[at + i] = 48 + value % 10
        value //= 10
    return at + count


@kernel
def rfc3339(times, absent, out, out_start, out_end):
    """Nanoseconds since 1970 as `2008-11-09T20:35:18.5Z` texts, 30 bytes apart in `out`.

    The fraction has 0, 3, 6 or 9 digits. The date is by Hinnant's `civil_from_days`.
    """
    for row in range(len(times)):
        if times[row] == absent:
            out_start[row] = -1
            out_end[row] = -1
            continue
        seconds = times[row] // 1_000_000_000
        fraction = times[row] - seconds * 1_000_000_000
        days = seconds // 86_400
        seconds -= days * 86_400
        days += 719_468
        era = days // 146_097
        day = days - era * 146_097
        year = (day - day // 1_460 + day // 36_524 - day // 146_096) // 365
        day -= 365 * year + year // 4 - year // 100
        month = (5 * day + 2) // 153
        day -= (153 * month + 2) // 5 - 1
        month += 3 if month < 10 else -9
        year += era * 400 + (1 if month <= 2 else 0)
        at = np.int64(row) * 30
        out_start[row] = at
        at = _digits(year, 4, out, at)
        out[at] = 45
        at = _digits(month, 2, out, at + 1)
        out[at] = 45
        at = _digits(day, 2, out, at + 1)
        out[at] = 84
        at = _digits(seconds // 3_600, 2, out, at + 1)
        out[at] = 58
        at = _digits(seconds // 60 % 60, 2, out, at + 1)
        out[at] = 58
        at = _digits(seconds % 60, 2, out, at + 1)
        if fraction:
            out[at] = 46
            if fraction % 1_000_000 == 0:
                at = _digits(fraction // 1_000_000, 3, out, at + 1)
            elif fraction % 1_000 == 0:
                at = _digits(fraction // 1_000, 6, out, at + 1)
            else:
                at = _digits(fraction, 9, out, at + 1)
        out[at] = 90
        out_end[row] = at + 1
