"""Read times from text by small programs, and the calendar behind them.

A program is a row of int64 operations of `WIDTH` numbers each, made by `logcli.timeforms`: the
alternatives of a form in order, each begun by `ALTERNATIVE` (where to go when it fails) and closed
by `ACCEPT`. All forms run in this one function, so it is compiled once.
"""

from __future__ import annotations

import numpy as np

from logcli.kernels import inline, kernel
from logcli.kernels.words import U, address, peek8, peek64, poke64

# Operations; `WIDTH` numbers each: operation, then up to four operands.
WIDTH = 5
ALTERNATIVE, ACCEPT, BYTE, BLANK, BLANKS, NUMBER, TRIPLE, FRACTION = range(8)
MONTH_NAME, WEEKDAY, HALF, ZONE, ZONE_NAME, EPOCH_SECONDS, EPOCH_ANY, FRACTION_OR_ZONE = range(8, 16)

# Registers. A bit of FOUND says which of them this alternative has set.
YEAR, SHORT_YEAR, MONTH, DAY, HOUR, MINUTE, SECOND, NANO, OFFSET, AFTERNOON, YEAR_DAY, EPOCH = range(12)
FOUND, TIME, KIND = 12, 13, 14
REGISTERS = 16

HAS_YEAR, HAS_DATE, HAS_ZONE = 1, 2, 4
NO_TIME = -(2**63)
SECONDS = 1_000_000_000
DAYS = 86_400 * SECONDS
# Years that nanoseconds in 64 bits can hold without a doubt.
FIRST_YEAR, LAST_YEAR = 1678, 2261

ZEROS = U(0x3030303030303030)
SIXES = U(0x0606060606060606)
HIGH = U(0xF0F0F0F0F0F0F0F0)


def _tables():
    """Days before each month, lengths of the months, powers of ten."""
    length = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], np.int64)
    return np.concatenate([[0], length]), 10 ** np.arange(10, dtype=np.int64)


def _names(names):
    """Lower-case names as rows of 16 bytes behind their length."""
    table = np.zeros((len(names), 16), np.uint8)
    for row, name in zip(table, names, strict=True):
        row[0] = len(name)
        row[1 : len(name) + 1] = np.frombuffer(name.encode(), np.uint8)
    return table


MONTH_DAYS, TENS = _tables()
MONTHS = _names(
    "january february march april may june july august september october november december".split()
)
WEEKDAYS = _names("monday tuesday wednesday thursday friday saturday sunday".split())


@inline
def _get(registers, which):
    return np.int64(peek64(registers, 8 * which))


@inline
def _set(registers, which, value):
    poke64(registers, which, U(value))


@inline
def days_of(year, month, day):
    """Days from 1970-01-01 to a date of the Gregorian calendar (Howard Hinnant's days_from_civil)."""
    y = year - (month <= 2)
    era = y // 400
    of_era = y - era * 400
    of_year = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + day - 1
    return era * 146097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719468


@inline
def is_leap(year):
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


@inline
def _digits(p, i, e, most):
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
def _name(p, i, e, names, full):
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
def _fraction(p, i, e):
    """Nanoseconds of the digits after a decimal point, and their end; digits past the ninth are dropped."""
    k, value = _digits(p, i, e, 9)
    nano = value * TENS[9 - (k - i)]
    while k < e and 48 <= peek8(p, k) <= 57:
        k += 1
    return nano, k


@inline
def _zone(p, i, e):
    """Seconds east of UTC and the end of `Z`, `+hh`, `+hhmm` or `+hh:mm`; an end of -1 for none."""
    if i >= e:
        return 0, -1
    c = peek8(p, i)
    if c == 90 or c == 122:
        return 0, i + 1
    if c != 43 and c != 45:
        return 0, -1
    k, hours = _digits(p, i + 1, e, 2)
    if k != i + 3 or hours > 23:
        return 0, -1
    m, minutes = _digits(p, k + (k < e and peek8(p, k) == 58), e, 2)
    if m - k < 2 or minutes > 59 or (m - k == 2 and peek8(p, k) == 58):
        m, minutes = k, 0
    seconds = hours * 3600 + minutes * 60
    return (-seconds if c == 45 else seconds), m


@inline
def _zone_name(p, i, e):
    """End of a zone's name and whether it is UTC."""
    k = i
    while k < e and 97 <= (peek8(p, k) | 32) <= 122:
        k += 1
    if k - i == 3:
        a, b, c = peek8(p, i) | 32, peek8(p, i + 1) | 32, peek8(p, i + 2) | 32
        return k, (a == 117 and b == 116 and c == 99) or (a == 103 and b == 109 and c == 116)
    return k, k - i == 1 and (peek8(p, i) | 32) == 122


@inline
def _triple(p, k, n, e, apart, first, second):
    """Three two-digit numbers, eight bytes apart by two separators or six in a row; -1 if they are not there."""
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
def _epoch(p, i, e, any_unit):
    """Nanoseconds since 1970 and the end of an epoch number; an end of -1 for none.

    The unit of `any_unit` follows from the number of digits, as hl and lnav guess it: 9 to 11
    seconds, 12 to 14 milliseconds, 15 to 17 microseconds, 18 and 19 nanoseconds.
    """
    k, value = _digits(p, i, e, 19)
    size = k - i
    if size < 9 or (k < e and 48 <= peek8(p, k) <= 57) or (size > 11 and not any_unit):
        return 0, -1
    power = 9 if size <= 11 else 6 if size <= 14 else 3 if size <= 17 else 0
    if value < 0 or (power == 9 and value > 9_223_372_035):  # beyond 64 bits
        return 0, -1
    time = value * TENS[power]
    if power > 0 and k + 1 < e and peek8(p, k) == 46 and 48 <= peek8(p, k + 1) <= 57:
        nano, k = _fraction(p, k + 1, e)
        time += nano // TENS[9 - power]
    return time, k


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
        days = days_of(year, 1, 1) + of_year - 1
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

    p, n : address and size of the text; e : end of the line
    code, pc : address of the program and number of its first operation
    whole : the time must reach `e`
    """
    i = begin
    other = -1
    found = 0
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
            j, hundreds = _digits(p, i, e, 2) if century else (i, 0)
            x, y, z = _triple(p, j, n, e, apart != 0, apart & 0xFF, apart >> 8)
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
            k, value = _digits(p, j, e, np.int64(peek64(at, 24)))
            if k - j < least:
                k = -1
            else:
                _set(registers, a, value)
                found |= 1 << a
        elif op == BLANK or op == BLANKS:
            if i < e and (peek8(p, i) == 32 or peek8(p, i) == 9):
                k = i + 1
                while op == BLANKS and k < e and (peek8(p, k) == 32 or peek8(p, k) == 9):
                    k += 1
        elif op == FRACTION or op == FRACTION_OR_ZONE:
            j = i
            if op == FRACTION_OR_ZONE:  # its point comes with it, or there is none
                j = i + 1 if i < e and peek8(p, i) == a else -1
            if j < 0:
                k = i
            elif j < e and 48 <= peek8(p, j) <= 57:
                nano, k = _fraction(p, j, e)
                _set(registers, NANO, nano)
                found |= 1 << NANO
        elif op == ZONE:
            seconds, k = _zone(p, i, e)
            _set(registers, OFFSET, seconds)
            found |= 1 << OFFSET
        elif op == MONTH_NAME:
            which, j = _name(p, i, e, MONTHS, a)
            if which >= 0:
                _set(registers, MONTH, which + 1)
                found |= 1 << MONTH
                k = j
        elif op == WEEKDAY:
            which, j = _name(p, i, e, WEEKDAYS, a)
            k = j if which >= 0 else -1
        elif op == HALF:
            if i + 2 <= e and (peek8(p, i + 1) | 32) == 109:
                c = peek8(p, i) | 32
                if c == 97 or c == 112:
                    _set(registers, AFTERNOON, c == 112)
                    found |= 1 << AFTERNOON
                    k = i + 2
        elif op == ZONE_NAME:
            j, utc = _zone_name(p, i, e)
            if j > i and j - i <= 8:
                k = j
                if utc:
                    _set(registers, OFFSET, 0)
                    found |= 1 << OFFSET
        elif op == EPOCH_SECONDS or op == EPOCH_ANY:
            time, k = _epoch(p, i, e, op == EPOCH_ANY)
            _set(registers, EPOCH, time)
            found |= 1 << EPOCH
        elif op == ALTERNATIVE:
            other = a
            found = 0
            k = begin
        elif op == ACCEPT and (i == e or not whole) and _finish(registers, found):
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
    registers = np.zeros(REGISTERS, np.int64)
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
        if read_time(address(text), n, i, e, address(code), np.int64(0), True, address(registers)) >= 0:
            time[row] = registers[TIME]
            kind[row] = registers[KIND]
