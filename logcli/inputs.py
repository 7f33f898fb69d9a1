"""One input: its format, its clock, and its blocks as records."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from logcli import detection, registry
from logcli.base import NO_TIME, Block, Cut, Format, Lines
from logcli.blocks import Pool, blocks
from logcli.kernels.fold import last_start
from logcli.records import Records, fold, split
from logcli.streams import Stream
from logcli.times import Clock

if TYPE_CHECKING:
    from logcli.base import Bytes
    from logcli.pipeline import Request
    from logcli.reader import Reader

# What detection looks at.
HEAD_BYTES = 1 << 16
TAIL_BYTES = 1 << 16


@dataclass
class Input:
    """A stream whose format is known.

    mixed : lines of another format are in it, so what fits nothing stands alone
    shift : nanoseconds added to every time
    """

    stream: Stream
    format: Format
    clock: Clock
    number: int
    mixed: bool = False
    shift: int = 0
    lines: int = 0
    attributes: bool = True
    notes: list[str] = field(default_factory=list)

    @property
    def rule(self) -> str:
        """How lines that fit nothing are treated."""
        rule = self.format.continuation
        return "indented" if self.mixed and rule == "any" else rule

    def blocks(self, reader: Any, pool: Pool, block_bytes: int, max_line: int) -> Iterator[Block]:
        """Blocks of whole records."""
        state: Any = None
        for block in blocks(reader, self._boundary, block_bytes=block_bytes, max_line=max_line, pool=pool):
            state = block.state = self.format.begin(state, block)
            yield block

    def cut(self, block: Block) -> Records:
        """Records of a block, their times not yet resolved. Pure, so blocks may be cut in parallel."""
        lines = split(block)
        lines, cut = self._cut(lines)
        return fold(block, lines, cut, self.rule)

    def _cut(self, lines: Lines) -> tuple[Lines, Cut]:
        return lines, self.format.cut(lines, attributes=self.attributes)

    def _boundary(self, data: Bytes) -> int:
        lines = split(Block(data, self.stream.name, 0))
        cut = self.format.cut(lines, attributes=False)
        status = cut.status
        k = int(last_start(status))
        return int(lines.raw_start[k]) if k > 0 else 0

    def stitch(self, records: Records) -> None:
        """What needs memory between blocks: line numbers and full times. In order, once per pass."""
        records.line += self.lines
        records.taken = self.number
        self.lines += records.counts.lines
        records.time = self.clock.resolve(records.time, records.time_kind)
        if self.shift:
            known = records.time != NO_TIME
            records.time[known] += self.shift

    def restart(self) -> None:
        """Get ready for another pass."""
        self.lines = 0
        self.clock = self.clock.fresh()


def find_inputs(number: int, stream: Stream, reader: Reader, request: Request) -> Input:
    """The input behind an opened stream: its format is found from its first bytes."""
    head = np.frombuffer(bytearray(reader.peek(HEAD_BYTES)), np.uint8)
    name, mixed = request.format, False
    if name == "auto":
        name, mixed = detection.choose(detection.rank(split(Block(_whole(head), stream.name, 0))))
    leaf: Format = registry.create("formats", name)
    clock = Clock(tz=request.tz, year=request.year, reference_time=stream.mtime)
    shift = sum(seconds for target, seconds in request.shift if target == stream.name)
    return Input(stream, leaf, clock, number, mixed, round(shift * 1e9))


def _whole(head: Bytes) -> Bytes:
    """The whole lines of the head."""
    ends = np.flatnonzero(head == 10)
    return head[: ends[-1] + 1] if len(ends) else head
