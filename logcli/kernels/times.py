"""Read times from text by small programs.

A program is a row of int64 operations of `WIDTH` numbers each, made by `logcli.timeforms`: the
alternatives of a form in order, each begun by `ALTERNATIVE` (where to go when it fails) and closed
by `ACCEPT`. All forms run in this one function, so it is compiled once.
"""

from __future__ import annotations

import numpy as np

from logcli.kernels import inline, kernel
from logcli.kernels.calendar import (
    DAYS,
    FIRST_YEAR,
    HAS_DATE,
    HAS_YEAR,
    HAS_ZONE,
    LAST_YEAR,
    MONTH_DAYS,
    NO_TIME,
    SECONDS,
    days_of,
    is_leap,
)
from logcli.kernels.timeparts import MONTHS, WEEKDAYS, digits, epoch, fraction, name, triple, zone, zone_name
from logcli.kernels.words import U, address, peek8, peek64, poke64, stack, view1

# Operations; `WIDTH` numbers each: operation, then up to four operands.
WIDTH = 5
ALTERNATIVE, ACCEPT, BYTE, BLANK, BLANKS, NUMBER, TRIPLE, FRACTION = range(8)
MONTH_NAME, WEEKDAY, HALF, ZONE, ZONE_NAME, EPOCH_SECONDS, EPOCH_ANY, FRACTION_OR_ZONE = range(8, 16)

# Registers.
# Of a fixed type: a plain constant would have each function compiled anew for each register.
(
    YEAR,
    SHORT_YEAR,
    MONTH,
    DAY,
    HOUR,
    MINUTE,
    SECOND,
    NANO,
    OFFSET,
    AFTERNOON,
    YEAR_DAY,
    EPOCH,
    TIME,
    KIND,
    FIRST,
) = (np.int64(register) for register in range(15))
REGISTERS = 15


@inline
def _get(registers, which):
    return np.int64(peek64(registers, 8 * which))


@inline
def _set(registers, which, value):
    poke64(registers, which, U(value))


@inline
def _date(registers, found):
    """Days since 1970 and kind of the date in the registers; a kind of -1 if there is no such day."""
    kind = 0
    year = 2000
    if found & (1 << YEAR):
        year = _get(registers, YEAR)
        kind = HAS_YEAR | HAS_DATE
    elif found & (1 << SHORT_YEAR):
        year = _get(registers, SHORT_YEAR)
        year += 1900 if year >= 69 else 2000
        kind = HAS_YEAR | HAS_DATE
    month = _get(registers, MONTH) if found & (1 << MONTH) else 1
    day = _get(registers, DAY) if found & (1 << DAY) else 1
    if found & ((1 << MONTH) | (1 << DAY) | (1 << YEAR_DAY)):
        kind |= HAS_DATE
    if year < FIRST_YEAR or year > LAST_YEAR or month < 1 or month > 12 or day < 1:
        return 0, -1
    if day > MONTH_DAYS[month] + (month == 2 and is_leap(year)):
        return 0, -1
    if kind == 0:
        return 0, 0
    days = days_of(year, month, day)
    if found & (1 << YEAR_DAY):
        of_year = _get(registers, YEAR_DAY)
        if of_year < 1 or of_year > 365 + is_leap(year):
            return 0, -1
        days = days_of(year, np.int64(1), np.int64(1)) + of_year - 1
    return days, kind


@inline
def _finish(registers, found):
    """Put time and kind together; whether there is such a time."""
    if found & (1 << EPOCH):
        _set(registers, TIME, _get(registers, EPOCH))
        _set(registers, KIND, HAS_YEAR | HAS_DATE | HAS_ZONE)
        return True
    days, kind = _date(registers, found)
    hour = _get(registers, HOUR) if found & (1 << HOUR) else 0
    minute = _get(registers, MINUTE) if found & (1 << MINUTE) else 0
    second = _get(registers, SECOND) if found & (1 << SECOND) else 0
    nano = _get(registers, NANO) if found & (1 << NANO) else 0
    if found & (1 << AFTERNOON):
        if hour < 1 or hour > 12:
            return False
        hour = hour % 12 + 12 * _get(registers, AFTERNOON)
    if kind < 0 or hour > 23 or minute > 59 or second > 60:
        return False
    if second == 60:  # a leap second: times here have none
        second, nano = 59, 999_999_999
    time = days * DAYS + (hour * 3600 + minute * 60 + second) * SECONDS + nano
    if found & (1 << OFFSET):
        time -= _get(registers, OFFSET) * SECONDS
        kind |= HAS_ZONE
    _set(registers, TIME, time)
    _set(registers, KIND, kind)
    return True


@kernel
def read_time(p, n, begin, e, code, pc, whole, registers):
    """End of the time at `begin`, -1 if there is none; the registers TIME and KIND hold what it says.

    FIRST becomes 1 if it has the first form, which then depends on its bytes and the next one only.

    p, n : address and size of the text; e : end of the line
    code, pc : address of the program and number of its first operation
    whole : 1 if the time must reach `e`
    """
    i = begin
    other = -1
    tried = np.int64(0)
    found = np.int64(0)  # a bit per register that this alternative has set
    while True:
        at = code + 8 * pc
        op = np.int64(peek64(at, 0))
        a = np.int64(peek64(at, 8))
        k = -1  # end of what this operation reads
        if op == BYTE:
            if i < e and peek8(p, i) == a:
                k = i + 1
        elif op == TRIPLE:
            apart = np.int64(peek64(at, 16))
            century = np.int64(peek64(at, 24))
            j, hundreds = digits(p, i, e, np.int64(2)) if century else (i, 0)
            x, y, z = triple(p, j, n, e, apart != 0, apart & 0xFF, apart >> 8)
            if x >= 0 and j == i + 2 * century:
                _set(registers, a & 0xFF, hundreds * 100 + x)
                _set(registers, (a >> 8) & 0xFF, y)
                _set(registers, a >> 16, z)
                found |= (1 << (a & 0xFF)) | (1 << ((a >> 8) & 0xFF)) | (1 << (a >> 16))
                k = j + (8 if apart else 6)
                pc += np.int64(peek64(at, 32)) * WIDTH
            else:  # the slow way follows
                k = i
        elif op == NUMBER:
            least = np.int64(peek64(at, 16))
            j = i + 1 if peek64(at, 32) and i < e and peek8(p, i) == 32 else i
            k, value = digits(p, j, e, np.int64(peek64(at, 24)))
            if k - j < least:
                k = -1
            else:
                _set(registers, a, value)
                found |= 1 << a
        elif op in (BLANK, BLANKS):
            if i < e and (peek8(p, i) == 32 or peek8(p, i) == 9):
                k = i + 1
                while op == BLANKS and k < e and (peek8(p, k) == 32 or peek8(p, k) == 9):
                    k += 1
        elif op in (FRACTION, FRACTION_OR_ZONE):
            j = i
            if op == FRACTION_OR_ZONE:  # its point comes with it, or there is none
                j = i + 1 if i < e and peek8(p, i) == a else -1
            if j < 0:
                k = i
            elif j < e and 48 <= peek8(p, j) <= 57:
                nano, k = fraction(p, j, e)
                _set(registers, NANO, nano)
                found |= 1 << NANO
        elif op == ZONE:
            seconds, k = zone(p, i, e)
            _set(registers, OFFSET, seconds)
            found |= 1 << OFFSET
        elif op == MONTH_NAME:
            which, j = name(p, i, e, MONTHS, a)
            if which >= 0:
                _set(registers, MONTH, which + 1)
                found |= 1 << MONTH
                k = j
        elif op == WEEKDAY:
            which, j = name(p, i, e, WEEKDAYS, a)
            k = j if which >= 0 else -1
        elif op == HALF:
            if i + 2 <= e and (peek8(p, i + 1) | 32) == 109:
                c = peek8(p, i) | 32
                if c == 97 or c == 112:
                    _set(registers, AFTERNOON, np.int64(c == 112))
                    found |= 1 << AFTERNOON
                    k = i + 2
        elif op == ZONE_NAME:
            j, utc = zone_name(p, i, e)
            if j > i and j - i <= 8:
                k = j
                if utc:
                    _set(registers, OFFSET, np.int64(0))
                    found |= 1 << OFFSET
        elif op in (EPOCH_SECONDS, EPOCH_ANY):
            time, k = epoch(p, i, e, op == EPOCH_ANY)
            _set(registers, EPOCH, time)
            found |= 1 << EPOCH
        elif op == ALTERNATIVE:
            other = a
            tried += 1
            found = np.int64(0)
            k = begin
        elif op == ACCEPT and (i == e or not whole) and _finish(registers, found):
            _set(registers, FIRST, np.int64(tried == 1))
            return i
        if k >= 0:
            i = k
            pc += WIDTH
        elif other >= 0:
            pc = other
        else:
            return -1


@kernel
def parse(text, start, end, code, time, kind):
    """The time of each range by a program; NO_TIME where the whole range is not one."""
    registers = view1(stack(REGISTERS), REGISTERS, np.int64)
    for row in range(start.shape[0]):
        time[row] = NO_TIME
        kind[row] = 0
        i = np.int64(start[row])
        e = np.int64(end[row])
        if i < 0:
            continue
        while i < e and peek8(address(text), i) <= 32:
            i += 1
        while e > i and peek8(address(text), e - 1) <= 32:
            e -= 1
        n = np.int64(text.shape[0])
        if (
            read_time(address(text), n, i, e, address(code), np.int64(0), np.int64(1), address(registers))
            >= 0
        ):
            time[row] = registers[TIME]
            kind[row] = registers[KIND]
