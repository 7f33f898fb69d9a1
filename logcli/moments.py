"""Times as people write them: `10:30`, `yesterday`, `-3h`, `end-1h`, RFC 3339, seconds since 1970."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Literal

from logcli.errors import UsageError

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

NS = 1_000_000_000

# Written out, because `%A` would ask the locale.
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_UNITS = {
    "ns": 1, "us": 1_000, "ms": 1_000_000, "s": NS, "sec": NS, "second": NS,
    "m": 60 * NS, "min": 60 * NS, "minute": 60 * NS, "h": 3600 * NS, "hr": 3600 * NS, "hour": 3600 * NS,
    "d": 86400 * NS, "day": 86400 * NS, "w": 604800 * NS, "week": 604800 * NS,
}  # fmt: skip
_SPAN = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z]+)\s*")
_ANCHORED = re.compile(r"(now|start|end)(?:\s*([+-])\s*(.+))?")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?")
_DATED = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})(?:[t ]+(?P<clock>\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?)"
    r"\s*(?P<zone>z|utc|[+-]\d{2}:?\d{2}|[+-]\d{2})?)?"
)
_EPOCH = re.compile(r"@?(\d{9,19})(?:\.(\d{1,9}))?")
_HINT = "write `2024-01-15 10:00`, `10:30`, `yesterday`, `1h` (ago) or `end-1h` (before the log ends)"


@dataclass(frozen=True)
class Moment:
    """A point in time, perhaps counted from where the log starts or ends.

    anchor : `absolute`, or `now`, `start`, `end` for what was written relative to that
    ns : nanoseconds since 1970 (UTC) when absolute or counted from now, else from the anchor
    text : as written
    """

    anchor: Literal["absolute", "now", "start", "end"]
    ns: int
    text: str

    def resolve(self, start_ns: int | None, end_ns: int | None) -> Moment:
        """The same moment as an absolute one, in a log whose first and last times these are.

        Raises UsageError when it is counted from a log without times.
        """
        origin = {"start": start_ns, "end": end_ns}.get(self.anchor, 0)
        if origin is None:
            raise UsageError(f"`{self.text}` needs times, and the log has none")
        return Moment("absolute", origin + self.ns, self.text)


def parse_moment(
    text: str, zone: ZoneInfo | None = None, now_ns: int | None = None, latest: bool = False
) -> Moment:
    """Read a time expression.

    Parameters
    ----------
    text : a date and time, a time of today, a day's name (its beginning; a weekday is the most recent
        one), a span (ago), `start`, `end` or `now` plus or minus a span, or seconds (or milli-, micro-,
        nanoseconds) since 1970
    zone : of local times, UTC by default; a local time that a clock change skips is taken as if the
        clock had not changed yet
    now_ns : nanoseconds since 1970, the present by default
    latest : take the second of two meanings when a clock change repeats an hour

    Raises UsageError if it is not a time expression.

    >>> parse_moment("2024-01-15 10:00").ns
    1705312800000000000
    >>> parse_moment("end-1h30m")
    Moment(anchor='end', ns=-5400000000000, text='end-1h30m')
    """
    from time import time_ns

    here = _Here(zone or UTC, time_ns() if now_ns is None else now_ns, latest)
    word = " ".join(text.lower().split())
    found = _anchored(word, here.now_ns) or _ago(word, here.now_ns) or _absolute(word, here)
    if found is None:
        raise UsageError(f"`{text}` is not a time", hint=_HINT)
    return Moment(*found, text)


@dataclass(frozen=True)
class _Here:
    """Whose clock it is, and what it shows."""

    zone: ZoneInfo | object
    now_ns: int
    latest: bool

    def today(self) -> date:
        return datetime.fromtimestamp(self.now_ns // NS, self.zone).date()  # type: ignore[arg-type]

    def ns(self, day: date, clock: time, fraction_ns: int) -> int:
        fold = int(self.latest and not self._skipped(day, clock))
        moment = datetime.combine(day, clock, self.zone).replace(fold=fold)  # type: ignore[arg-type]
        return round(moment.timestamp()) * NS + fraction_ns

    def _skipped(self, day: date, clock: time) -> bool:
        local = datetime.combine(day, clock, self.zone)  # type: ignore[arg-type]
        back = local.astimezone(UTC).astimezone(self.zone)  # type: ignore[arg-type]
        return back.replace(tzinfo=None) != local.replace(tzinfo=None)


_Found = tuple[Literal["absolute", "now", "start", "end"], int]


def span_ns(text: str) -> int | None:
    """Nanoseconds of a span such as `1h`, `1h30m`, `2 days`; None if it is not one.

    >>> span_ns("1h30m") // NS, span_ns("2 days") // NS, span_ns("soon")
    (5400, 172800, None)
    """
    total, at = 0, 0
    for match in _SPAN.finditer(text):
        unit = _UNITS.get(match[2]) or _UNITS.get(match[2].removesuffix("s"))
        if match.start() != at or unit is None:
            return None
        total, at = total + round(float(match[1]) * unit), match.end()
    return total if at == len(text) and text else None


def _anchored(word: str, now_ns: int) -> _Found | None:
    match = _ANCHORED.fullmatch(word)
    if match is None:
        return None
    span = span_ns(match[3]) if match[3] else 0
    if span is None:
        return None
    offset = -span if match[2] == "-" else span
    if match[1] == "now":
        return "now", now_ns + offset
    return ("start", offset) if match[1] == "start" else ("end", offset)


def _ago(word: str, now_ns: int) -> _Found | None:
    span = span_ns(word.removeprefix("-").strip().removesuffix("ago").strip())
    return None if span is None else ("now", now_ns - span)


def _absolute(word: str, here: _Here) -> _Found | None:
    try:
        ns = _epoch(word)
        ns = _dated(word, here) if ns is None else ns
        ns = _on_a_day(word, here) if ns is None else ns
    except (ValueError, OverflowError):
        return None
    # int64 nanoseconds reach from 1677 to 2262
    return None if ns is None or not -(2**63) < ns < 2**63 else ("absolute", ns)


def _epoch(word: str) -> int | None:
    match = _EPOCH.fullmatch(word)
    if match is None:
        return None
    digits, fraction = match[1], match[2] or ""
    scales = ((11, NS), (14, 1_000_000), (17, 1_000), (20, 1))
    unit = next(unit for limit, unit in scales if len(digits) <= limit)
    return int(digits) * unit + int(fraction.ljust(9, "0")) * unit // NS


def _dated(word: str, here: _Here) -> int | None:
    match = _DATED.fullmatch(word)
    if match is None:
        return None
    day = date(int(match[1]), int(match[2]), int(match[3]))
    clock, fraction = _clock(match["clock"] or "00:00")
    if not match["zone"]:
        return here.ns(day, clock, fraction)
    moment = datetime.combine(day, clock, UTC) - _offset(match["zone"])
    return round(moment.timestamp()) * NS + fraction


def _on_a_day(word: str, here: _Here) -> int | None:
    """`10:30`, `yesterday`, `friday 10:30`."""
    name, _, rest = word.partition(" ")
    if ":" in name:
        name, rest = "today", word
    day = _day(name, here.today())
    if day is None:
        return None
    return here.ns(day, *_clock(rest or "00:00"))


def _day(name: str, today: date) -> date | None:
    if name in ("today", "yesterday"):
        return today - timedelta(days=name == "yesterday")
    fitting = [i for i, full in enumerate(_WEEKDAYS) if name in (full, full[:3])]
    return today - timedelta(days=(today.weekday() - fitting[0]) % 7) if fitting else None


def _clock(text: str) -> tuple[time, int]:
    match = _CLOCK.fullmatch(text)
    if match is None:
        raise ValueError(text)
    return time(int(match[1]), int(match[2]), int(match[3] or 0)), int((match[4] or "").ljust(9, "0"))


def _offset(zone: str) -> timedelta:
    if zone in ("z", "utc"):
        return timedelta()
    digits = zone[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return -offset if zone[0] == "-" else offset
