"""How analyses say times, spans, counts and courses in a line of text."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta

from logcli.errors import visible

_BLOCKS = "▁▂▃▄▅▆▇█"
_NS = 1_000_000_000
_UNITS = (
    ("week", 7 * 86400 * _NS), ("day", 86400 * _NS), ("hour", 3600 * _NS), ("minute", 60 * _NS),
    ("second", _NS), ("millisecond", 1_000_000), ("microsecond", 1000), ("nanosecond", 1),
)  # fmt: skip
_SHORT = {"week": "w", "day": "d", "hour": "h", "minute": "min", "second": "s",
          "millisecond": "ms", "microsecond": "µs", "nanosecond": "ns"}  # fmt: skip


def sparkline(counts: Sequence[int], peak: int = 0) -> str:
    """A block for each count, blank for none; the highest block is the peak, by default the largest count.

    >>> sparkline([0, 1, 4, 8])
    ' ▁▄█'
    """
    top = max(peak, *counts, 1) if counts else 1
    return "".join(_BLOCKS[-(-n * 8 // top) - 1] if n else " " for n in counts)


def span(ns: int) -> str:
    """A length of time in its two largest units.

    >>> span(5_400 * 10**9), span(3_599_900_000_000), span(1_500_000_000), span(0)
    ('1 h 30 min', '1 h', '1.5 s', '0 s')
    """
    if ns < 59.95 * _NS:
        for unit, size in _UNITS[4:]:
            if ns >= size:
                return f"{ns / size:.3g} {_SHORT[unit]}"
        return "0 s"
    ns, units = max(ns, 60 * _NS), _UNITS[1:5]
    first = next(k for k, (_, size) in enumerate(units) if ns >= size)
    least = units[min(first + 1, len(units) - 1)][1]
    rest, texts = round(ns / least) * least, []
    for unit, size in units:
        n, rest = divmod(rest, size)
        texts += [f"{n:,} {_SHORT[unit]}"] if n else []
    return " ".join(texts)


def width(ns: int) -> str:
    """The width of a bin in words.

    >>> width(300 * 10**9), width(3600 * 10**9), width(7 * 86400 * 10**9)
    ('5 minutes', '1 hour', '1 week')
    """
    unit, size = next((unit, size) for unit, size in _UNITS if ns % size == 0)
    return f"{ns // size:,} {unit}{'s' if ns != size else ''}"


def clock(ns: int, step: int = 1) -> str:
    """Date and time in UTC, as exactly as the step needs.

    >>> clock(0, 60 * 10**9), clock(1_500_000_000)
    ('1970-01-01 00:00', '1970-01-01 00:00:01.500')
    """
    seconds, rest = divmod(ns, _NS)
    text = str(datetime(1970, 1, 1) + timedelta(seconds=seconds))
    if step % (86400 * _NS) == 0:
        return text[:10]
    if step % (60 * _NS) == 0:
        return text[:16]
    return text if step % _NS == 0 else f"{text}.{rest // 1_000_000:03d}"


def iso(ns: int | None) -> str | None:
    """RFC 3339 in UTC, with as many digits as it needs."""
    if ns is None:
        return None
    seconds, rest = divmod(ns, _NS)
    text = (datetime(1970, 1, 1) + timedelta(seconds=seconds)).isoformat()
    return text + (f".{rest:09d}".rstrip("0") if rest else "") + "Z"


def moment(text: str) -> str:
    """RFC 3339 as people write it, to the second; the zone is said elsewhere.

    >>> moment("2026-03-02T10:00:00.123Z")
    '2026-03-02 10:00:00'
    """
    return text.rstrip("Z").replace("T", " ").partition(".")[0]


def percent(part: int, whole: int) -> str:
    """A share, `<0.1%` for what is there but would round to nothing.

    >>> percent(1, 3), percent(1, 10_000)
    ('33.3%', '<0.1%')
    """
    share = 100 * part / max(whole, 1)
    return "<0.1%" if 0 < share < 0.05 else f"{share:.1f}%"


def cells(text: str) -> int:
    """Columns that a text takes on a terminal."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(c) else 1 + (unicodedata.east_asian_width(c) in "WF") for c in text)


def short(text: str, room: int) -> str:
    """A text of a log without control characters on one line, no wider than that (0: any width).

    >>> short("a\\x1b[1m long one", 10), short("well", 0)
    ('a\\\\x1b[1m …', 'well')
    """
    text = visible(text.replace("\t", " "))
    if not room or cells(text) <= room:
        return text
    while text and cells(text) > room - 1:
        text = text[: min(len(text) - 1, room - 1)]
    return text + "…"


def padded(text: str, room: int, *, right: bool = False) -> str:
    """A text with blanks to fill some columns."""
    blanks = " " * max(0, room - cells(text))
    return blanks + text if right else text + blanks
