"""One input: its format, its clock, and its blocks as records."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from logcli import arrow_input, detection, registry, wrapped
from logcli.base import CONTINUED, HAS_DATE, HAS_YEAR, NO_TIME, Block, Cut, Format, Lines
from logcli.blocks import Pool, blocks, room
from logcli.clock import Clock
from logcli.continuation import fold, line_status, places
from logcli.kernels.fold import last_start
from logcli.reader import HEAD_BYTES
from logcli.records import Counts, Records, split, take
from logcli.streams import Stream

if TYPE_CHECKING:
    from logcli.base import Bytes
    from logcli.reader import Reader
    from logcli.request import Request

_TAIL_BYTES = 1 << 16
# How much is looked at when the first line is long.
LONG_HEAD_BYTES = 4 << 20
# A container line holds many records, so the limit on lines does not fit it.
CONTAINER_BYTES = 64 << 20
_COMPLETE = HAS_YEAR | HAS_DATE


@dataclass
class Input:
    """A stream whose format is known.

    inner : formats of the lines inside its lines, outermost first
    mixed : lines of another format are in it, so what fits nothing stands alone
    shift : nanoseconds added to every time
    attributes : whether attributes are wanted
    state : what the format keeps from block to block
    """

    stream: Stream
    format: Format
    clock: Clock
    number: int
    inner: list[Format] = field(default_factory=list)
    mixed: bool = False
    shift: int = 0
    lines: int = 0
    attributes: bool = True
    state: Any = None
    _before: tuple[int, Clock] = field(default_factory=lambda: (0, Clock()))

    @property
    def rule(self) -> str:
        """How lines that fit nothing are treated."""
        rule = (self.inner or [self.format])[-1].continuation
        return "indented" if self.mixed and rule == "any" else rule

    @property
    def name(self) -> str:
        """Name of the format, the inner ones behind it."""
        return "/".join(leaf.name for leaf in [self.format, *self.inner])

    def blocks(self, reader: Any, pool: Pool, block_bytes: int, max_line: int) -> Iterator[Block]:
        """Blocks of whole records."""
        self.state = None
        if self.format.container and max_line < CONTAINER_BYTES:
            max_line = CONTAINER_BYTES
            pool = Pool(room(block_bytes, max_line))
        for block in blocks(reader, self._boundary, block_bytes=block_bytes, max_line=max_line, pool=pool):
            yield self.begin(block)

    def begin(self, block: Block) -> Block:
        """The block with what its format must know of the blocks before it."""
        self.state = block.state = self.format.begin(self.state, block)
        return block

    def cut(self, block: Block) -> Records:
        """Records of a block, their times not yet resolved. Pure, so blocks may be cut in parallel."""
        lines, cut = self._cut(split(block), attributes=self.attributes)
        return fold(block, lines, cut, self.rule)

    def _cut(self, lines: Lines, *, attributes: bool) -> tuple[Lines, Cut]:
        # What wraps a line says in attributes which pieces belong together.
        cut = self.format.cut(lines, attributes=attributes or self.format.wraps)
        for leaf in self.inner:
            lines, cut = wrapped.unwrap(lines, cut, leaf, attributes=attributes or leaf.wraps)
        return lines, cut

    def _boundary(self, data: Bytes) -> int:
        """Where the last record of some whole lines begins, 0 when that is not seen."""
        lines = split(Block(data, self.stream.name, 0))
        cut = self.format.cut(lines, attributes=self.format.wraps)
        unfinished = np.zeros(len(lines), bool)
        for leaf in self.inner:
            unfinished |= wrapped.boundaries(cut) == CONTINUED
            lines, cut = wrapped.unwrap(lines, cut, leaf, attributes=leaf.wraps)
        status = np.where(unfinished, np.uint8(CONTINUED), line_status(cut, len(lines)))
        k = int(last_start(status))
        return int(lines.raw_start[k]) if k > 0 else 0

    def stitch(self, records: Records) -> None:
        """What needs memory between blocks: line numbers and full times. In order, once per pass."""
        self._before = self.lines, deepcopy(self.clock)
        records.line += self.lines
        records.taken = self.number
        self.lines += records.counts.lines
        records.time = self.clock.resolve(records.time, records.time_kind)
        if self.shift:
            records.time = np.where(records.time == NO_TIME, NO_TIME, records.time + self.shift)

    def first(self, block: Block, records: Records, n: int) -> Records:
        """The first `n` of the records stitched last, as if there were no others."""
        self.lines, self.clock = self._before
        stop = int(places(block, records.offset[n : n + 1])[0]) if n else 0
        fewer = self.cut(block.upto(stop))
        self.stitch(fewer)
        return fewer

    def restart(self) -> None:
        """Get ready for another pass."""
        self.lines = 0
        self.clock = self.clock.fresh()


class ArrowInput(Input):
    """Records that come in batches; their lines and times are known."""

    def blocks(self, reader: Any, pool: Pool, block_bytes: int, max_line: int) -> Iterator[Block]:
        """A block without bytes for each batch."""
        for records in arrow_input.batches(reader):
            yield Block(np.zeros(0, np.uint8), self.stream.name, 0, state=records)

    def cut(self, block: Block) -> Records:
        """The records of the batch."""
        records: Records = block.state
        return records

    def stitch(self, records: Records) -> None:
        """Only the shift is left to do."""
        records.taken = self.number
        if self.shift:
            records.time = np.where(records.time == NO_TIME, NO_TIME, records.time + self.shift)

    def first(self, block: Block, records: Records, n: int) -> Records:
        """The first rows of the batch."""
        fewer = take(records, np.arange(n, dtype=np.int32))
        fewer.counts = Counts(first=n)
        return fewer


def find_input(number: int, stream: Stream, reader: Reader, request: Request) -> Input:
    """The input behind an opened stream: its format is found from its first bytes."""
    head = reader.peek(HEAD_BYTES)
    if b"\n" not in head:
        head = reader.peek(LONG_HEAD_BYTES)
    shift = round(1e9 * sum(seconds for target, seconds in request.shift if target == stream.name))
    if request.format == "auto" and arrow_input.is_arrow(head):
        return ArrowInput(stream, registry.create("formats", "plain"), Clock(), number, shift=shift)
    lines = split(Block(_whole_lines(head), stream.name, 0))
    name, mixed = request.format, False
    if name == "auto":
        name, mixed = detection.choose(detection.rank(lines))
    leaf: Format = registry.create("formats", name)
    found = Input(stream, leaf, Clock(), number, _inner(leaf, lines), mixed, shift)
    tail = _tail_time(found, lines)
    found.clock = Clock(request.tz, request.year, stream.mtime, tail)
    return found


def _whole_lines(head: bytes) -> Bytes:
    end = head.rfind(b"\n") + 1
    return np.frombuffer(bytearray(head[:end] if end else head), np.uint8)


def _inner(leaf: Format, lines: Lines) -> list[Format]:
    """Formats of the lines inside the lines, as deep as they go."""
    found: list[Format] = []
    while leaf.wraps and len(found) < wrapped.MAX_DEPTH:
        cut = leaf.cut(lines, attributes=True)
        lines, _ = wrapped.inner_lines(lines, cut)
        name, _ = detection.choose(detection.rank(lines))
        leaf = registry.create("formats", name)
        if leaf.container:
            break
        found.append(leaf)
    return found


def _tail_time(source: Input, head: Lines) -> int | None:
    """The last time of a plain file whose times lack year or date: its end was written last."""
    _, cut = source._cut(head, attributes=False)
    known = cut.time != NO_TIME
    stream = source.stream
    if not known.any() or (cut.time_kind[known] & _COMPLETE == _COMPLETE).all():
        return None
    if stream.path is None or not stream.rereadable or not stream.size:
        return None
    with stream.open(start=max(0, stream.size - _TAIL_BYTES)) as reader:
        data = np.frombuffer(bytearray(reader.peek(_TAIL_BYTES)), np.uint8)
    _, cut = source._cut(split(Block(data, stream.name, 0)), attributes=False)
    known = cut.time != NO_TIME
    return int(cut.time[known][-1]) if known.any() else None
