"""Days and years, and the walk along a log whose times leave out the year or the date."""

from __future__ import annotations

import numpy as np

from logcli.kernels import inline, kernel

HAS_YEAR, HAS_DATE, HAS_ZONE = 1, 2, 4
NO_TIME = -(2**63)
SECONDS = 1_000_000_000
DAYS = 86_400 * SECONDS
# Years that nanoseconds in 64 bits can hold without a doubt.
FIRST_YEAR, LAST_YEAR = 1678, 2261
# Days of each month of a common year, from 1.
MONTH_DAYS = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], np.int64)

# State of `walk`.
NOW_YEAR, NOW_PLACE, BEFORE, NOW_DAY, NOW_CLOCK, LIMIT, YEARS, DATES = range(8)
STATE = 8
UNKNOWN = -(2**62)
YEAR_2000 = 10_957 * DAYS
# A jump back of more than this is a new year; a jump ahead that undoes it was only disorder, or a
# machine that started with a wrong clock.
MONTHS_BACK = 60 * DAYS
NEAR = 7 * DAYS
HALF_DAY = DAYS // 2


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
def in_year(place, year):
    """Nanoseconds since 1970 of a place in the leap year 2000, in another year; Feb 29 may become Mar 1."""
    day = place // DAYS
    if day > 59 and not is_leap(year):
        day -= 1
    return (days_of(year, np.int64(1), np.int64(1)) + day) * DAYS + place % DAYS


@kernel
def place_in_year(place, year):
    """`in_year`, for one time."""
    return in_year(place, year)


@kernel
def walk(time, kind, state, out):
    """Give times without year or date one, in the order of the log.

    state : NOW_YEAR and NOW_DAY are set by the caller before the first time that needs them;
        NOW_PLACE, NOW_CLOCK and BEFORE are UNKNOWN at first; LIMIT is the latest local time that a
        missing year may lead to; YEARS and DATES count the times that lacked them
    """
    for row in range(time.shape[0]):
        t = time[row]
        out[row] = t
        if t == NO_TIME or kind[row] & HAS_YEAR:
            continue
        if kind[row] & HAS_DATE:
            place = t - YEAR_2000
            if state[NOW_PLACE] != UNKNOWN:
                jump = place - state[NOW_PLACE]
                if jump < -MONTHS_BACK:
                    if in_year(place, state[NOW_YEAR] + 1) <= state[LIMIT]:
                        state[NOW_YEAR] += 1
                        state[BEFORE] = state[NOW_PLACE]
                elif jump > MONTHS_BACK and state[BEFORE] != UNKNOWN and abs(place - state[BEFORE]) <= NEAR:
                    state[NOW_YEAR] -= 1
                    state[BEFORE] = UNKNOWN
            state[NOW_PLACE] = place
            state[YEARS] += 1
            out[row] = in_year(place, state[NOW_YEAR])
        else:
            if state[NOW_CLOCK] != UNKNOWN:
                jump = t - state[NOW_CLOCK]
                if jump < -HALF_DAY:
                    state[NOW_DAY] += 1
                elif jump > DAYS - HALF_DAY // 12:  # the last hour of the day before, out of order
                    state[NOW_DAY] -= 1
            state[NOW_CLOCK] = t
            state[DATES] += 1
            out[row] = state[NOW_DAY] * DAYS + t
