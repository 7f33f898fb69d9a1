"""Raw lines of chosen records, with the lines around them, as `grep` shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from logcli.records import split

if TYPE_CHECKING:
    from logcli.base import Block, Longs


class Excerpts:
    """Lines of records in block after block of one source.

    before, after : lines around each; groups of lines that do not touch are set apart by `--`
    """

    def __init__(self, before: int = 0, after: int = 0) -> None:
        self._before = before
        self._after = after
        self._tail: list[bytes] = []
        self._owed = 0
        self._shown = False

    def update(self, block: Block, offset: Longs, length: Longs) -> bytes:
        """What to show of the next block, whose records at these places are chosen."""
        lines = split(block)
        start, end = lines.raw_start, lines.raw_end
        chosen = _covered(start, offset - block.offset, length)
        shown = self._widened(chosen)
        data = block.data.tobytes()
        out: list[bytes] = []
        if chosen.any() and self._before:
            out += self._lead(int(np.flatnonzero(chosen)[0]))
        at = -2
        for k in np.flatnonzero(shown).tolist():
            if at != k - 1 and (out or self._shown) and (self._before or self._after) and k:
                out.append(b"--")
            out.append(data[start[k] : end[k]])
            at = k
        self._remember(data, start, end, shown)
        self._shown = self._shown or bool(out)
        return b"".join(line + b"\n" for line in out)

    def _widened(self, chosen: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        shown = chosen.copy()
        shown[: self._owed] = True
        for distance in range(1, self._after + 1):
            shown[distance:] |= chosen[:-distance]
        for distance in range(1, self._before + 1):
            shown[:-distance] |= chosen[distance:]
        last = np.flatnonzero(chosen)
        reach = int(last[-1]) + 1 + self._after if len(last) else self._owed
        self._owed = max(0, reach - len(chosen))
        return shown

    def _lead(self, first: int) -> list[bytes]:
        """Lines of the block before that belong to the first chosen one."""
        missing = self._before - first
        return self._tail[len(self._tail) - missing :] if 0 < missing <= len(self._tail) else (
            self._tail if missing > 0 else []
        )

    def _remember(self, data: bytes, start: npt.NDArray[np.int32], end: npt.NDArray[np.int32], shown: npt.NDArray[np.bool_]) -> None:
        """The last lines that were not shown, for the context of the next block."""
        unseen: list[bytes] = []
        for k in range(len(start) - 1, max(-1, len(start) - 1 - self._before), -1):
            if shown[k]:
                break
            unseen.append(data[start[k] : end[k]])
        self._tail = unseen[::-1]


def _covered(start: npt.NDArray[np.int32], offset: Longs, length: Longs) -> npt.NDArray[np.bool_]:
    """Lines that the byte ranges touch."""
    marks = np.zeros(len(start) + 1, np.int64)
    first = np.searchsorted(start, offset, side="right") - 1
    last = np.searchsorted(start, offset + np.maximum(length, 1) - 1, side="right") - 1
    np.add.at(marks, first, 1)
    np.add.at(marks, last + 1, -1)
    covered: npt.NDArray[np.bool_] = np.cumsum(marks)[:-1] > 0
    return covered
