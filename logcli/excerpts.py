"""Raw lines of chosen records, with the lines around them, as `grep` shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from logcli.continuation import places
from logcli.records import split

if TYPE_CHECKING:
    from logcli.base import Block, Longs

_FAR = np.int64(1) << 60


class Excerpts:
    """Lines of records, block after block, source after source.

    before, after : lines around each; groups of lines that do not touch are set apart by `--`
    """

    def __init__(self, before: int = 0, after: int = 0) -> None:
        self._before = before
        self._after = after
        self._source: object = None
        self._line = 0  # lines of the source in earlier blocks
        self._last = _FAR  # the last line shown, `_FAR` if there is none
        self._until = 0  # the line before which lines are still context
        self._tail: list[bytes] = []  # the last lines before the block, as many as can be context

    def update(self, source: object, block: Block, offset: Longs, length: Longs) -> bytes:
        """What to show of the next block, whose records at these places are chosen."""
        if source != self._source:
            self._source, self._line, self._until, self._tail = source, 0, 0, []
            self._last = self._last if self._last == _FAR else -_FAR
        start = split(block).raw_start
        chosen = np.flatnonzero(_covered(start, places(block, offset), places(block, offset + length)))
        shown = np.flatnonzero(self._near(chosen, len(start)))
        data = block.data.tobytes()
        bounds = np.append(start, len(data))
        out = self._early(int(chosen[0])) if len(chosen) else b""
        for run in np.split(shown, np.flatnonzero(np.diff(shown) > 1) + 1) if len(shown) else ():
            out += self._group(self._line + int(run[0]), len(run), data[bounds[run[0]] : bounds[run[-1] + 1]])
        self._remember(data, bounds, chosen)
        return out

    def _near(self, chosen: Longs, n: int) -> npt.NDArray[np.bool_]:
        """Lines of the block that are chosen or near one that is."""
        marks = np.zeros(n + 1, np.int64)
        np.add.at(marks, np.maximum(chosen - self._before, 0), 1)
        np.add.at(marks, np.minimum(chosen + self._after + 1, n), -1)
        near: npt.NDArray[np.bool_] = np.cumsum(marks)[:-1] > 0
        near[: max(0, self._until - self._line)] = True
        return near

    def _early(self, first: int) -> bytes:
        """Lines before the block that are near its first chosen one and not shown yet."""
        missing = min(self._before - first, len(self._tail))
        if self._last != _FAR:
            missing = min(missing, int(self._line - 1 - self._last))
        if missing <= 0:
            return b""
        return self._group(self._line - missing, missing, b"".join(self._tail[-missing:]))

    def _group(self, first: int, n: int, lines: bytes) -> bytes:
        """Lines that follow each other, set apart from those shown before."""
        apart = self._last not in (_FAR, first - 1) and (self._before or self._after)
        self._last = np.int64(first + n - 1)
        return (b"--\n" if apart else b"") + lines + (b"" if lines.endswith(b"\n") else b"\n")

    def _remember(self, data: bytes, bounds: Longs, chosen: Longs) -> None:
        n = len(bounds) - 1
        if len(chosen):
            self._until = self._line + int(chosen[-1]) + 1 + self._after
        self._line += n
        if self._before:
            near = range(max(0, n - self._before), n)
            self._tail = [*self._tail, *(data[bounds[k] : bounds[k + 1]] for k in near)][-self._before :]


def _covered(start: npt.NDArray[np.int32], begin: Longs, end: Longs) -> npt.NDArray[np.bool_]:
    """Lines that the byte ranges touch."""
    marks = np.zeros(len(start) + 1, np.int64)
    first = np.searchsorted(start, begin, side="right") - 1
    last = np.searchsorted(start, np.maximum(begin, end - 1), side="right") - 1
    np.add.at(marks, first, 1)
    np.add.at(marks, last + 1, -1)
    covered: npt.NDArray[np.bool_] = np.cumsum(marks)[:-1] > 0
    return covered
