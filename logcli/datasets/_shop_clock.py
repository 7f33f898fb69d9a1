"""The shop's day: when flows start, and how a moment is written in each log."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt

from logcli.datasets._shop_draws import Array, Longs, objects, texts

DAY_MS = 86_400_000
# Visitors in each hour of a day: a quiet night, a lunch hour, a long evening.
_VISITORS = (3, 2, 1.5, 1.5, 1.5, 2, 3, 5, 7, 8, 8.5, 9, 10, 9, 8, 8, 8.5, 10, 12, 14, 14, 12, 8, 5)
_STEP_MS = 900_000
# The host restarts every so many seconds; `.up` is the kernel's clock since then.
_REBOOT_S = 45 * 86_400


class Calendar:
    """Maps a share of all flows to the moment by which it has started.

    start, end : milliseconds since 1970, UTC
    """

    def __init__(self, start: int, end: int) -> None:
        self.start, self.end = start, end
        self._grid = np.append(np.arange(start, end, _STEP_MS), end)
        rate = np.interp(self._grid % DAY_MS, np.arange(25) * 3_600_000, (*_VISITORS, _VISITORS[0]))
        passed = np.concatenate(([0.0], np.cumsum((rate[1:] + rate[:-1]) / 2 * np.diff(self._grid))))
        self._share = passed / passed[-1]

    def moment(self, share: npt.NDArray[np.float64]) -> Longs:
        """The moments by which these shares of the flows have started."""
        return np.asarray(np.interp(share, self._share, self._grid), np.int64)

    def share(self, moment: float) -> float:
        """The share of the flows that has started by a moment."""
        return float(np.interp(moment, self._grid, self._share))

    def at(self, part: float) -> int:
        """The moment after a part of the whole time, to the second."""
        return (self.start + int((self.end - self.start) * part)) // 1000 * 1000


def stamps(name: str, moments: Longs) -> Array:
    """The moments as a column of a layout.

    name : `.iso`, `.blank`, `.clf` or `.bsd` up to the second, `.ms` within it, `.up` since a restart
    """
    if name == ".ms":
        return _MILLIS[moments % 1000]
    if name == ".up":
        return texts("%d.%03d114", moments // 1000 % _REBOOT_S, moments % 1000)
    seconds, place = np.unique(moments // 1000, return_inverse=True)
    days, day = np.unique(seconds // 86_400, return_inverse=True)
    dates = objects([_DATES[name](datetime.fromtimestamp(d * 86_400, UTC)) for d in days.tolist()])
    clock = (seconds // 3600 % 24, seconds // 60 % 60, seconds % 60)
    return texts("%s%02d:%02d:%02d", dates[day], *clock)[place]


def text(moment: int) -> str:
    """A moment as RFC 3339 text.

    >>> text(1_500)
    '1970-01-01T00:00:01.500Z'
    """
    return f"{datetime.fromtimestamp(moment / 1000, UTC):%Y-%m-%dT%H:%M:%S}.{moment % 1000:03d}Z"


_MILLIS = objects([f"{ms:03d}" for ms in range(1000)])
# Not strftime's %b, which follows the locale.
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DATES: dict[str, Callable[[datetime], str]] = {
    ".iso": lambda day: f"{day:%Y-%m-%d}T",
    ".blank": lambda day: f"{day:%Y-%m-%d} ",
    ".clf": lambda day: f"{day:%d}/{_MONTHS[day.month - 1]}/{day:%Y}:",
    ".bsd": lambda day: f"{_MONTHS[day.month - 1]} {day.day:2d} ",
}
