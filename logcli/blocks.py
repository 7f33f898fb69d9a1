"""Bytes in blocks of whole records, read straight into buffers that are used again."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Protocol

import numpy as np

from logcli.base import Block

if TYPE_CHECKING:
    from logcli.base import Bytes

    Boundary = Callable[[Bytes], int]

_WINDOW = 1 << 16  # bytes before the end of a block where a record's start is looked for first
_ROOM = 1 << 16  # space to read into while the rest of an over-long line is dropped


class Readable(Protocol):
    """The part of a `Reader` that blocks are made from."""

    name: str

    def readinto(self, view: memoryview) -> int: ...


class Pool:
    """Buffers of one size; never more are kept than were in use at the same time.

    size : bytes of each
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self._free: list[bytearray] = []

    def take(self) -> bytearray:
        """A free buffer, or a new one."""
        try:
            return self._free.pop()
        except IndexError:
            return bytearray(self.size)

    def release(self, block: Block) -> None:
        """Take a block's buffer back; the block's data must not be used any more. Safe from any thread."""
        if block.buffer is not None:
            buffer, block.buffer = block.buffer, None
            block.data = np.empty(0, np.uint8)
            self._free.append(buffer)


def room(block_bytes: int, max_line: int) -> int:
    """Size of the buffers that blocks of that size need."""
    return block_bytes + 2 * max_line + _ROOM


def blocks(
    reader: Readable,
    boundary: Boundary | None = None,
    *,
    block_bytes: int = 8 << 20,
    max_line: int = 1 << 20,
    pool: Pool | None = None,
) -> Iterator[Block]:
    r"""Blocks of whole records, in order; the last one may lack its final newline.

    boundary : offset at which the last record of some whole lines begins, 0 if none is seen; None
        ends blocks after any line
    block_bytes : a block is at most this long, or `2 * max_line` more if it holds no boundary; it is
        then cut after its last line
    max_line : bytes of a line, without its newline, that are kept; the rest is dropped and counted
    pool : where buffers come from and go back to; its size must be `room(block_bytes, max_line)`

    >>> class Text:
    ...     name, data = "-", [b"one\ntw", b"o\nthree"]
    ...     def readinto(self, view):
    ...         piece = self.data.pop(0) if self.data else b""
    ...         view[: len(piece)] = piece
    ...         return len(piece)
    >>> [(bytes(block.data), block.offset) for block in blocks(Text())]
    [(b'one\ntwo\nthree', 0)]
    """
    gathering = Gathering(reader, boundary, block_bytes, max_line, pool)
    while not gathering.ended:
        block = gathering.block()
        if block is not None:
            yield block


class Gathering:
    """The block that is being filled; `ended` once the input gave no more bytes."""

    def __init__(
        self,
        reader: Readable,
        boundary: Boundary | None,
        block_bytes: int,
        max_line: int,
        pool: Pool | None = None,
        offset: int = 0,
    ) -> None:
        self.ended = False
        self._reader = reader
        self._boundary = boundary
        self._block_bytes = block_bytes
        self._max_line = max_line
        self._pool = pool or Pool(room(block_bytes, max_line))
        self._buffer = self._pool.take()
        self._size = 0  # bytes in the buffer
        self._line = 0  # start of the first line not yet known to be short enough
        self._offset = offset  # of the buffer's first byte in the input
        self._cuts: list[int] = []  # where lines begin that lost their end, and how much each lost
        self._lost: list[int] = []
        self._dropping = False

    def block(self) -> Block | None:
        """The next block, all that is left at the end of the input; None if that is nothing."""
        self._fill(self._block_bytes)
        cut = 0 if self.ended else self._record()
        if not cut:
            self._fill(self._block_bytes + 2 * self._max_line)
            cut = self._size if self.ended else self._record() or self._last_line()
        return self._give(cut)

    def lines(self) -> Block | None:
        """The whole lines that are there."""
        return self._give(self._last_line())

    def rest(self) -> Block | None:
        """All bytes that are there."""
        return self._give(self._size)

    @property
    def full(self) -> bool:
        """Whether there are enough bytes for a block."""
        return self._size >= self._block_bytes

    def read(self, size: int = 0) -> int:
        """Read once, until the buffer holds at most `size` bytes (0: as many as fit); how many were read."""
        # What is dropped needs room, too, however full the block is.
        end = len(self._buffer) if self._dropping or not size else size
        got = self._reader.readinto(memoryview(self._buffer)[self._size : end])
        if self._dropping:
            self._drop(got)
        else:
            self._size += got
        self._cut_lines()
        return got

    def _fill(self, size: int) -> None:
        while self._size < size and not self.ended:
            self.ended = not self.read(size)

    def _last_line(self) -> int:
        return self._buffer.rfind(b"\n", 0, self._size) + 1

    def _record(self) -> int:
        """Where the last record begins, looked for in ever more of the block; 0 if nowhere."""
        end = self._last_line()
        if self._boundary is None or not end:
            return end
        text = np.frombuffer(self._buffer, np.uint8)
        window, start = _WINDOW, end
        while start:
            start = self._buffer.find(b"\n", end - window, end) + 1 if window < end else 0
            found = self._boundary(text[start:end]) if start < end else 0
            if found > 0:
                return start + found
            window *= 2
        return 0

    def _cut_lines(self) -> None:
        """Take the end off lines that are too long."""
        while (start := self._overlong()) >= 0:
            self._cuts.append(start)
            self._lost.append(0)
            size, self._size = self._size, start + self._max_line
            self._dropping = True
            self._drop(size - self._size)
            if self._dropping:
                return
        self._line = self._buffer.rfind(b"\n", self._line, self._size) + 1 or self._line

    def _overlong(self) -> int:
        """Start of the first line that is too long; -1 if there is none.

        Such a line fills a whole window of half the limit, so one search that ends early in each
        window is enough: ten searches in a block of 8 MiB instead of one for each line.
        """
        half = (self._max_line + 1) // 2
        at = self._line
        while at + half <= self._size:
            if self._buffer.find(b"\n", at, at + half) < 0:
                start = self._buffer.rfind(b"\n", self._line, at) + 1 or self._line
                end = self._buffer.find(b"\n", at + half, self._size)
                end = self._size if end < 0 else end
                if end - start > self._max_line:
                    return start
                at = end - half
            at += half
        return -1

    def _drop(self, got: int) -> None:
        """Of the bytes after the kept ones, drop those before the next newline."""
        end = self._buffer.find(b"\n", self._size, self._size + got)
        lost = got if end < 0 else end - self._size
        self._lost[-1] += lost
        if end < 0:
            return
        view = memoryview(self._buffer)
        view[self._size : self._size + got - lost] = view[end : self._size + got]
        self._dropping = False
        self._line = self._size + 1
        self._size += got - lost

    def _give(self, cut: int) -> Block | None:
        if not cut:
            return None
        whole = bisect_left(self._cuts, cut)
        lost = tuple(self._lost[:whole])
        buffer, size = self._buffer, self._size
        data = np.frombuffer(buffer, np.uint8, cut)
        block = Block(
            data, self._reader.name, self._offset, tuple(self._cuts[:whole]), sum(lost), buffer=buffer
        )
        block.lost_each = lost
        self._offset += cut + block.lost_bytes
        self._cuts = [start - cut for start in self._cuts[whole:]]
        self._lost = self._lost[whole:]
        self._size = size - cut
        self._line = max(0, self._line - cut)
        if not self.ended:
            self._buffer = self._pool.take()
            memoryview(self._buffer)[: self._size] = memoryview(buffer)[cut:size]
        return block
