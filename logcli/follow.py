"""Lines as they are written: a growing file, through truncation and rotation, or a pipe."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from logcli.base import Block
from logcli.blocks import Gathering
from logcli.reader import Reader
from logcli.streams import Stream


def follow(
    stream: Stream,
    interval: float = 0.2,
    *,
    start: int = 0,
    block_bytes: int = 1 << 20,
    max_line: int = 1 << 20,
    report: Callable[[str], None] = lambda note: None,
) -> Iterator[Block]:
    """Blocks of whole lines as they come; ends when a pipe ends, never for a file.

    interval : seconds between two looks at a file; a pipe gives its lines when it was silent for half of it
    start : byte of the file to begin at, for one that was read before
    block_bytes, max_line : as for `blocks`
    report : is told when the file was truncated or replaced, and what went wrong
    """
    if stream.rereadable:
        yield from _Followed(stream, interval, block_bytes, max_line, report).blocks(start)
    else:
        with stream.open(patience=interval / 2) as reader:
            yield from arriving(reader, interval / 2, block_bytes=block_bytes, max_line=max_line)


def arriving(
    reader: Reader, quiet: float = 0.1, *, block_bytes: int = 1 << 20, max_line: int = 1 << 20
) -> Iterator[Block]:
    """Blocks of whole lines from an open pipe, each when it is full or the pipe was silent.

    quiet : seconds of silence
    """
    gathering = Gathering(reader, None, block_bytes, max_line)
    while gathering.read():
        if gathering.full or not reader.waiting(quiet):
            yield from _given(gathering.lines())
    yield from _given(gathering.rest())


class _Followed:
    def __init__(
        self, stream: Stream, interval: float, block_bytes: int, max_line: int, report: Callable[[str], None]
    ) -> None:
        self._stream = stream
        self._interval = interval
        self._block_bytes = block_bytes
        self._max_line = max_line
        self._report = report

    def blocks(self, start: int) -> Iterator[Block]:
        while True:
            with self._stream.open(patience=0.0, growing=True, start=start) as reader:
                gathering = Gathering(reader, None, self._block_bytes, self._max_line, offset=start)
                while not (end := self._end(reader, start)):
                    yield from self._added(gathering)
                    time.sleep(self._interval)
                yield from self._added(gathering)
                yield from _given(gathering.rest())
            self._report(f"`{self._stream.name}` {end}: reading it from its start")
            start = 0

    def _added(self, gathering: Gathering) -> Iterator[Block]:
        while gathering.read():
            if gathering.full:
                yield from _given(gathering.lines())
        yield from _given(gathering.lines())

    def _end(self, reader: Reader, start: int) -> str:
        """Why the open file is not the one to follow any more; empty while it is."""
        if self._stream.path is None:
            return ""
        try:
            now, ours = Path(self._stream.path).stat(), os.fstat(reader.fileno())
        except OSError:  # between two files of a rotation
            return ""
        if (now.st_dev, now.st_ino) != (ours.st_dev, ours.st_ino):
            return "was replaced"
        return "was truncated" if now.st_size < start + reader.consumed else ""


def _given(block: Block | None) -> Iterator[Block]:
    if block is not None:
        yield block
