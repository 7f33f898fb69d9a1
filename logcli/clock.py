"""What times leave unsaid, filled in: the year, the date, the zone."""

from __future__ import annotations

import re
import time as wall
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import TYPE_CHECKING

import numpy as np

from logcli import arrays
from logcli.base import HAS_DATE, HAS_YEAR, HAS_ZONE, NO_TIME
from logcli.errors import UsageError
from logcli.kernels import calendar

if TYPE_CHECKING:
    from logcli.base import Flags, Longs

_SECOND = 1_000_000_000
_DAY = 86_400 * _SECOND
_OFFSET = re.compile(r"([+-])(\d\d):?([0-5]\d)?\Z")
_FIRST_YEAR = 1970


class Clock:
    """Full UTC times for the records of one source, taken in their order.

    Parameters
    ----------
    tz : zone of times that name none, an IANA name or an offset such as `+02:00`
    year : year of the first time that has none; by default the latest one that does not lead to
        times after the reference (one day is forgiven)
    reference_time : when the log was last written, in seconds since 1970; now when it is not known
    tail_time : the log's last time as `Cut.time` has it, when it is known: the year and date of the
        reference are its year and date, not those of the first

    Raises UsageError for an unknown zone or a year that is out of range.

    >>> import numpy as np
    >>> clock = Clock(tz="+02:00", reference_time=1_700_000_000)
    >>> march = np.array([951_868_800_000_000_000])
    >>> print(np.datetime64(int(clock.resolve(march, np.array([2], np.uint8))[0]), "ns"))
    2023-02-28T22:00:00.000000000
    """

    def __init__(
        self,
        tz: str = "UTC",
        year: int | None = None,
        reference_time: float | None = None,
        tail_time: int | None = None,
    ) -> None:
        self.tz = tz
        self.year = year
        self.reference_time = reference_time
        self.tail_time = tail_time
        self._zone = zone(tz)
        first, last = calendar.FIRST_YEAR, calendar.LAST_YEAR
        if year is not None and not first <= year <= last:
            raise UsageError(f"year {year} is out of range", hint=f"years go from {first} to {last}")
        self._state = np.full(calendar.STATE, calendar.UNKNOWN, np.int64)
        self._state[[calendar.YEARS, calendar.DATES]] = 0
        self._first_year = 0
        self._zoneless = 0

    def fresh(self) -> Clock:
        """The same clock before its first record, for another pass."""
        return Clock(self.tz, self.year, self.reference_time, self.tail_time)

    def resolve(self, time: Longs, kind: Flags) -> Longs:
        """Nanoseconds since 1970 UTC of the next records; NO_TIME stays.

        time, kind : as in `Cut`
        """
        known = time != NO_TIME
        full = known & (kind & HAS_YEAR != 0)
        if int(full.sum()) < int(known.sum()):
            time = self._walk(time, kind, known & ~full)
        local = known & (kind & HAS_ZONE == 0)
        count = int(local.sum())
        if not count:
            return time
        self._zoneless += count
        return _to_utc(time, local, self._zone)

    def assumptions(self) -> list[str]:
        """What was assumed so far, in plain words."""
        found = []
        if self._zoneless:
            found.append(f"no zone in {self._zoneless:,} times: taken as {self.tz} (--tz)")
        source = "today's date" if self.reference_time is None else "the file's date"
        if self._state[calendar.YEARS]:
            said = "as told" if self.year is not None else f"assumed from {source}"
            found.append(f"no year in {self._state[calendar.YEARS]:,} times: {self._years()} {said} (--year)")
        if self._state[calendar.DATES]:
            found.append(f"no date in {self._state[calendar.DATES]:,} times: taken from {source}")
        return found

    def _years(self) -> str:
        last = int(self._state[calendar.NOW_YEAR])
        return str(last) if last == self._first_year else f"{self._first_year} to {last}"

    def _walk(self, time: Longs, kind: Flags, partial: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Longs:
        state = self._state
        dated = kind & HAS_DATE != 0
        if state[calendar.NOW_YEAR] == calendar.UNKNOWN and (partial & dated).any():
            self._begin_year(int(time[np.argmax(partial & dated)]))
        if state[calendar.NOW_DAY] == calendar.UNKNOWN and (partial & ~dated).any():
            self._begin_day(int(time[np.argmax(partial & ~dated)]))
        out = np.empty_like(time)
        calendar.walk(time, kind, state, out)
        return out

    def _begin_year(self, first: int) -> None:
        """Choose the year of the first time that has none."""
        place = first - calendar.YEAR_2000
        limit = 2**62
        if self.year is None:
            limit = self._reference() + _DAY
            last = place if self.tail_time is None else self.tail_time - calendar.YEAR_2000
            if not 0 <= last < 366 * _DAY:  # the tail has a year, or no date
                last = place
            end = calendar.place_in_year(last, _latest_year(last, limit))
            self._first_year = _latest_year(place, end)
        else:
            self._first_year = self.year
        self._state[calendar.NOW_YEAR] = self._first_year
        self._state[calendar.LIMIT] = limit

    def _begin_day(self, first: int) -> None:
        """Choose the date of the first time that has none."""
        tail = self.tail_time
        midnights = tail is not None and 0 <= tail < first
        self._state[calendar.NOW_DAY] = self._reference() // _DAY - midnights

    def _reference(self) -> int:
        """The reference in local time."""
        seconds = wall.time() if self.reference_time is None else self.reference_time
        moment = datetime.fromtimestamp(seconds, UTC).astimezone(self._zone)
        return round(moment.replace(tzinfo=UTC).timestamp()) * _SECOND


def zone(name: str) -> tzinfo:
    """The zone of an IANA name, `UTC`, `Z` or an offset such as `+02:00`.

    Raises UsageError with the nearest name.

    >>> zone("-0130")
    datetime.timezone(datetime.timedelta(days=-1, seconds=81000))
    """
    offset = _OFFSET.match(name)
    if offset and int(offset[2]) < 24:
        minutes = int(offset[2]) * 60 + int(offset[3] or 0)
        return timezone(timedelta(minutes=-minutes if offset[1] == "-" else minutes))
    if name.upper() in ("UTC", "Z", "GMT"):
        return UTC
    import zoneinfo

    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise UsageError(f"no time zone called `{name}`", hint=_nearest_zone(name)) from None


def _nearest_zone(name: str) -> str:
    import difflib
    import zoneinfo

    known = {zone.lower(): zone for zone in zoneinfo.available_timezones()}
    cities = {zone.rsplit("/", 1)[-1]: zone for zone in known}
    close = difflib.get_close_matches(name.lower(), [*known, *cities], n=1)
    if not close:
        return "use a name such as `Europe/Berlin` or an offset such as `+02:00`"
    return f"did you mean `{known.get(close[0]) or known[cities[close[0]]]}`?"


def _latest_year(place: int, limit: int) -> int:
    """The latest year in which a place of the year 2000 is not after the limit; a leap year for Feb 29."""
    year = 1970 + limit // _DAY * 400 // 146_097 + 1
    leap_day = place // _DAY == 59
    while year > _FIRST_YEAR and (
        calendar.place_in_year(place, year) > limit or (leap_day and not _is_leap(year))
    ):
        year -= 1
    return int(year)


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _to_utc(time: Longs, local: np.ndarray[tuple[int], np.dtype[np.bool_]], zone: tzinfo) -> Longs:
    """Take local times to UTC: the earlier one where the clock ran twice, after the gap where it jumped."""
    offset = zone.utcoffset(None)
    if offset is not None:
        nanoseconds = int(offset.total_seconds()) * _SECOND
        return time - local * np.int64(nanoseconds) if nanoseconds else time
    import pyarrow as pa
    import pyarrow.compute as pc

    naive = arrays.numbers(time[local], pa.timestamp("ns"))
    moved = pc.assume_timezone(naive, str(zone), ambiguous="earliest", nonexistent="latest")
    out = time.copy()
    out[local] = arrays.values(moved.cast(pa.int64()))
    return out
