"""One line on the terminal while something takes long: how far, how fast, how much longer."""

from __future__ import annotations

import shutil
import time
from typing import TextIO

from logcli import errors

_DELAY_SECONDS = 1.0  # what is done within that needs no line
_EVERY_SECONDS = 0.1
_CLEAR = "\r\x1b[K"


class Progress:
    """Called with bytes done, bytes in all (None if unknown) and what is being done.

    stream : a terminal, standard error
    shown : False makes every call do nothing
    """

    def __init__(self, stream: TextIO, shown: bool) -> None:
        self._stream = stream
        self._shown = shown
        self._visible = False
        self._what = ""
        self._begin = self._phase = self._last = time.monotonic()
        self._base = 0

    def __call__(self, done: int, total: int | None, what: str) -> None:
        now = time.monotonic()
        if what != self._what:
            self._what, self._base, self._phase = what, done, now
        early = now - self._begin < _DELAY_SECONDS or now - self._last < _EVERY_SECONDS
        if early or not self._shown:
            return
        self._last = now
        rate = (done - self._base) / max(now - self._phase, _EVERY_SECONDS)
        line = errors.visible(describe(done, total, rate, what))
        width = shutil.get_terminal_size().columns - 1
        self._stream.write(f"{_CLEAR}{line[:width]}")
        self._stream.flush()
        self._visible = True

    def clear(self) -> None:
        """Take the line away, so that something else can be written."""
        if self._visible:
            self._stream.write(_CLEAR)
            self._stream.flush()
            self._visible = False

    def stop(self) -> None:
        """Take the line away for good."""
        self.clear()
        self._shown = False


def describe(done: int, total: int | None, bytes_per_second: float, what: str) -> str:
    """The line itself.

    >>> describe(45_000_000, 90_000_000, 15e6, "parsing")
    'parsing   50 %  45 of 90 MB  15 MB/s  3 s left'
    >>> describe(1_500_000, None, 3e6, "reading")
    'reading  1.5 MB  3.0 MB/s'
    """
    rate = f"{_mega(bytes_per_second)} MB/s"
    if not total:
        return f"{what}  {_mega(done)} MB  {rate}"
    left = f"  {_duration((total - done) / bytes_per_second)} left" if bytes_per_second > 0 else ""
    share = f"{100 * min(done / total, 1):3.0f} %"
    return f"{what}  {share}  {_mega(done)} of {_mega(total)} MB  {rate}{left}"


def _mega(count: float) -> str:
    mega = count / 1e6
    return f"{mega:.1f}" if mega < 10 else f"{mega:,.0f}"


def _duration(seconds: float) -> str:
    seconds = max(0, round(seconds))
    minutes, rest = divmod(seconds, 60)
    return f"{minutes}:{rest:02d} min" if minutes else f"{rest} s"
