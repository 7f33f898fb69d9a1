"""From streams to records: blocks cut in parallel, stitched in order, filtered, accounted for."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from logcli import arrays, foreign, reading, schema
from logcli.accounting import Account
from logcli.base import NO_TIME, Block
from logcli.columns import to_arrow
from logcli.errors import LogcliError
from logcli.filters import Filter
from logcli.inputs import ArrowInput, Input, find_input
from logcli.records import Records
from logcli.workers import Workers

if TYPE_CHECKING:
    from logcli.base import Flags
    from logcli.request import Request

# Large enough that a block's fixed costs do not show, small enough that what is made of the blocks on
# their way stays small: little when shapes are counted, a multiple when columns are written.
BLOCK_BYTES = 2 << 20
WIDE_BLOCK_BYTES = 4 << 20
_FOLLOW_SECONDS = 0.2

Progress = Callable[[int, "int | None", str], None]
Say = Callable[[str], None]


@dataclass(slots=True)
class Piece:
    """One block on its way.

    keep : which records are kept, None for all
    timeless : records that a time filter dropped because they have no time
    found : what `work` gave for it
    """

    block: Block
    records: Records
    keep: Flags | None = None
    timeless: int = 0
    found: Any = None


Work = Callable[[Records, "Flags | None"], Any]


class Scanner:
    """Passes over the streams of a request; the account tells about the last one.

    say : is told what the user should know at once; progress : bytes done, in all, and where
    """

    def __init__(self, request: Request, workers: Workers, progress: Progress, say: Say) -> None:
        self.request = request
        self.account = Account()
        self.streams = reading.expand(request.targets, self._damaged)
        self.inputs: dict[int, Input] = {}
        self.filter = request.filter or Filter()
        self._workers = workers
        self._progress = progress
        self._say = say
        self._exit = ExitStack()
        self._pool = reading.Pool(0)
        self._begun = False
        self._taken = 0
        self._done = 0
        self._unfinished = 0

    def _bytes_per_block(self, wide: bool) -> int:
        """Smaller when all streams are open at once, so that memory stays bounded."""
        if not self.request.merge:
            return WIDE_BLOCK_BYTES if wide else BLOCK_BYTES
        return max(1 << 18, min(BLOCK_BYTES, (64 << 20) // (4 * max(1, len(self.streams)))))

    def close(self) -> None:
        """Remove temporary copies."""
        self._exit.close()

    def release(self, piece: Piece) -> None:
        """Give a piece's memory back; nothing of it may be used any more."""
        self._pool.release(piece.block)

    def names(self) -> list[str]:
        """Names of the sources, by number."""
        return [stream.name for stream in self.streams]

    def pieces(
        self,
        work: Work | None = None,
        *,
        tee: bool = False,
        attributes: bool = False,
        only: int | None = None,
        wide: bool = False,
    ) -> Iterator[Piece]:
        """One pass: the records of all inputs (or one), in order, filtered ones marked.

        work : done in parallel on the records of each piece and which of them are kept; must not
            look at what is known in order only: times and line numbers
        tee : keep what can be read only once, for another pass
        attributes : whether attributes are wanted
        wide : in larger blocks, for work that makes little of each
        """
        numbers = range(len(self.streams)) if only is None else [only]
        if only is None:
            self.begin()
        blocks = self._blocks(numbers, tee, attributes, self._bytes_per_block(wide))
        if self.filter or self.request.head is not None:
            stitched = self._stitched(self._workers.map(partial(_cut, None), blocks))
            sifted = self._workers.map(partial(self._sift, work), stitched)
        else:
            sifted = self._stitched(self._workers.map(partial(_cut, work), blocks))
        try:
            for piece in sifted:
                self._count_kept(piece)
                yield piece
        finally:
            blocks.close()  # when the head is all that is wanted

    def followed(self, work: Work | None = None, *, attributes: bool) -> Iterator[Piece]:
        """Records that are added to the one input from now on, as they come."""
        if self.request.head is not None and self._taken >= self.request.head:
            return
        for piece in self._stitched(_cut(None, item) for item in self._added(attributes)):
            self._count_kept(self._sift(work, piece))
            yield piece

    def _added(self, attributes: bool) -> Iterator[tuple[Input, Block]]:
        """What comes behind a file that was read, or all of a pipe."""
        stream, longest = self.streams[0], self.request.max_line
        if stream.rereadable:
            source, start = self.inputs[0], self._done - self._unfinished
            for block in reading.follow(
                stream, _FOLLOW_SECONDS, start=start, max_line=longest, report=self._say
            ):
                if not block.offset:  # another file
                    source.lines, source.state = 0, None
                yield source, source.begin(block)
            return
        with stream.open(patience=_FOLLOW_SECONDS) as reader:
            source = self._input(0, reader)
            source.attributes = attributes
            for block in reading.arriving(reader, _FOLLOW_SECONDS, max_line=longest):
                yield source, source.begin(block)

    def begin(self) -> None:
        """Before each pass: count anew, and see whether an input changed since the last one."""
        self._taken = self._done = 0
        if self._begun:
            self._restart()
        self._begun = True

    def _restart(self) -> None:
        before, self.account = self.account, Account()
        self.account.damaged, self.account.notes = before.damaged, before.notes
        for stream in self.streams:
            change = stream.changed()
            if change:
                self._damaged(f"`{stream.name}` {change} between two passes")
        for source in self.inputs.values():
            source.restart()

    def resolve_filter(self) -> None:
        """Make the filter's moments absolute; takes a pass when they count from the log's start or end."""
        if not self.filter.needs_span:
            self.filter = self.filter.resolve(None, None)
            return
        wanted, self.filter = self.filter, Filter()
        times: list[int] = []
        for piece in self.pieces(tee=True):
            known = piece.records.time[piece.records.time != NO_TIME]
            if len(known):
                times = [min([*times, int(known.min())]), max([*times, int(known.max())])]
            self.release(piece)
        self.filter = wanted.resolve(*(times or (None, None)))

    def finish(self) -> Account:
        """The account of the pass, with what was assumed."""
        for source in self.inputs.values():
            self.account.formats[source.name] = self.account.formats.get(source.name, 0) + 1
            for note in source.clock.assumptions():
                self.account.note(note if len(self.inputs) == 1 else f"`{source.stream.name}`: {note}")
        return self.account

    # --- the steps -------------------------------------------------------------------------------

    def _blocks(
        self, numbers: Sequence[int], tee: bool, attributes: bool, block_bytes: int
    ) -> Generator[tuple[Input, Block], None, None]:
        wanted = reading.room(block_bytes, self.request.max_line)
        if self._pool.size != wanted:
            self._pool = reading.Pool(wanted)
        sizes = [stream.size for stream in self.streams]
        total = sum(size or 0 for size in sizes) if None not in sizes else None
        for number in numbers:
            stream = self.streams[number]
            before = self._done
            with stream.open() as reader, ExitStack() as kept:
                if self._is_foreign(stream, reader):
                    continue
                source = self._input(number, reader)
                source.attributes = attributes
                readable: Any = reader
                if tee and not stream.rereadable:
                    readable = self._exit.enter_context(reading.Tee(reader, self._say))
                    kept.callback(self._keep, number, readable)
                for block in source.blocks(readable, self._pool, block_bytes, self.request.max_line):
                    self._done = before + reader.consumed
                    self._progress(self._done, total, stream.name)
                    if self.request.follow:
                        self._unfinished = _leave_unfinished(block, reader)
                    yield source, block
                self._done = before + reader.consumed
                self._tell(stream, reader)

    def _is_foreign(self, stream: reading.Stream, reader: reading.Reader) -> bool:
        """Whether an input is no log; an error when it is the only one."""
        head = reader.peek(reading.HEAD_BYTES)
        found = foreign.kind(head)
        if found and len(self.streams) == 1:
            raise LogcliError(f"`{stream.name}` is {found.name}, not a log", hint=found.hint)
        if found:
            self.account.note(f"left out `{stream.name}`: {found.name}, not a log")
        elif foreign.looks_binary(head):
            self.account.note(f"`{stream.name}` does not look like text")
        return found is not None

    def _keep(self, number: int, copy: reading.Tee) -> None:
        """From now on the copy is what is read, however far it got."""
        self.streams[number] = self.inputs[number].stream = copy.stream()

    def _input(self, number: int, reader: reading.Reader) -> Input:
        if number not in self.inputs:
            found = find_input(number, self.streams[number], reader, self.request)
            if self.request.follow and isinstance(found, ArrowInput):
                what = f"`{found.stream.name}` is an Arrow stream, not a log that grows"
                raise LogcliError(what, hint="leave out `--follow`")
            self.inputs[number] = found
        return self.inputs[number]

    def _tell(self, stream: reading.Stream, reader: reading.Reader) -> None:
        for note in reader.notes:
            text = f"`{stream.name}`: {note}"
            if reader.damaged:
                self._damaged(text)
            else:
                self.account.note(text)

    def _damaged(self, text: str) -> None:
        if text not in self.account.damaged:
            self.account.damaged.append(text)

    def _stitched(self, cut: Iterator[tuple[Input, Piece]]) -> Iterator[Piece]:
        for source, piece in cut:
            block = piece.block
            source.stitch(piece.records)
            records, last = self._up_to_head(source, block, piece.records)
            piece.records = records
            unmatched = int(np.count_nonzero(records.defects & schema.UNMATCHED))
            if unmatched and self.request.strict:
                _refuse(records)
            account = self.account
            account.add(records.counts, len(records), unmatched)
            account.cut_lines += len(block.cut_lines)
            account.lost_bytes += block.lost_bytes
            account.input_bytes += len(block.data) + block.lost_bytes
            account.containers += records.counts.first if source.format.container else 0
            yield piece
            if last:
                return

    def _up_to_head(self, source: Input, block: Block, records: Records) -> tuple[Records, bool]:
        """The records up to `head`, and whether it is reached."""
        head = self.request.head
        if head is None:
            return records, False
        room = head - self._taken
        if len(records) > room:
            records = source.first(block, records, room)
        self._taken += len(records)
        return records, self._taken >= head

    def _sift(self, work: Work | None, piece: Piece) -> Piece:
        """Apply the filter, then the work."""
        if self.filter:
            columns = to_arrow(piece.records, self.filter.columns())
            batch = pa.RecordBatch.from_arrays(list(columns.values()), list(columns))
            piece.keep = arrays.values(self.filter.mask(batch)).astype(np.uint8)
            piece.timeless = self.filter.without_time(batch)
        if work:
            piece.found = work(piece.records, piece.keep)
        return piece

    def _count_kept(self, piece: Piece) -> None:
        n = len(piece.records)
        kept = n if piece.keep is None else int(np.count_nonzero(piece.keep))
        self.account.keep(kept, n - kept)
        self.account.timeless += piece.timeless


def _leave_unfinished(block: Block, reader: reading.Reader) -> int:
    """Take a last line that is still being written off the block; its bytes."""
    data = block.data
    plain = block.offset + len(data) + block.lost_bytes == reader.consumed
    if not plain or block.lost_bytes or not len(data) or data[-1] == ord("\n"):
        return 0
    block.data = data[: data.tobytes().rfind(b"\n") + 1]
    return len(data) - len(block.data)


def _cut(work: Work | None, item: tuple[Input, Block]) -> tuple[Input, Piece]:
    source, block = item
    records = source.cut(block)
    return source, Piece(block, records, found=work(records, None) if work else None)


def _refuse(records: Records) -> None:
    k = int(np.flatnonzero(records.defects & schema.UNMATCHED)[0])
    raise LogcliError(
        "a line does not fit the format",
        where=f"{records.source}:{int(records.line[k])}",
        hint="leave out `--strict` to keep such lines as unmatched records",
    )
