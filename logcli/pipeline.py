"""The order of the stages: read, scan, normalize, parse. Everything is checked before the first byte.

A template is final only when the last line was seen, so `parsed` goes over the input twice; a pipe
is kept for the second pass. With a model there is one pass and records come out at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from logcli import labels, models, reading, registry, schema, shapes, tables
from logcli.accounting import Account
from logcli.base import NO_TIME, Block, Distinct, Parser
from logcli.errors import LogcliError, UsageError
from logcli.filters import Filter
from logcli.inputs import Input, find_inputs
from logcli.labels import Labeler
from logcli.records import Records, to_arrow
from logcli.shapes import BlockShapes, ShapeTable
from logcli.tokens import tokenize
from logcli.workers import Workers, default_jobs

if TYPE_CHECKING:
    from logcli.base import Flags

# Large enough that a block's fixed costs do not show, small enough that a few fit the cache.
BLOCK_BYTES = 4 << 20

Progress = Callable[[int, "int | None", str], None]
Say = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Request:
    """What to read and how.

    targets : files, folders, globs, `-`
    format : name of a format, `auto` to find out per file
    tz, year : what to assume where a time does not say its zone or year
    shift : seconds to add to the times of a source, by name
    max_line : bytes of a line that are kept
    head : the log is its first so many records
    parser, parameters : name and settings of the parser; grain : `body` or `shape`, the parser's own by default
    model : a saved model to label with, in one pass
    jobs : threads; changes speed only
    strict : the first record that does not match is an error
    columns : columns of PARSED that are wanted, all by default
    """

    targets: tuple[str, ...]
    format: str = "auto"
    tz: str = "UTC"
    year: int | None = None
    merge: bool = False
    shift: tuple[tuple[str, float], ...] = ()
    max_line: int = 1 << 20
    head: int | None = None
    filter: Filter | None = None
    parser: str = "shape"
    parameters: dict[str, Any] = field(default_factory=dict)
    grain: str | None = None
    model: Path | None = None
    jobs: int | None = None
    strict: bool = False
    template_style: str = "lossless"
    follow: bool = False
    columns: tuple[str, ...] | None = None


@dataclass(slots=True)
class Piece:
    """One block on its way: its records, which of them are kept, and their shapes."""

    block: Block
    records: Records
    keep: Flags | None = None
    shapes: BlockShapes | None = None
    numbers: Any = None


class Run:
    """One run over the input; each of its verbs may be called once.

    Raises UsageError or LogcliError at once for anything that is wrong with the request.
    """

    def __init__(self, request: Request, progress: Progress | None = None, say: Say | None = None) -> None:
        self.request = request
        self.account = Account()
        self._progress = progress or (lambda done, total, name: None)
        self._say = say or (lambda text: None)
        self._model = models.load(request.model) if request.model else None
        self.parser = self._make_parser()
        self.raw = self._grain() == "body"
        self.table = ShapeTable(raw=self.raw)
        self.labeler = Labeler()
        if self._model:
            self._model.restore(self.parser, self.labeler)
        if request.format != "auto":
            registry.create("formats", request.format)
        self.filter = request.filter or Filter()
        self.streams = reading.expand(request.targets, self.account.note)
        self._exit = ExitStack()
        self._workers = self._exit.enter_context(Workers(request.jobs or default_jobs()))
        self._pool = reading.Pool(reading.room(BLOCK_BYTES, request.max_line))
        self._inputs: list[Input] = []
        self._taken = 0

    def _make_parser(self) -> Parser:
        request = self.request
        if self._model:
            parser: Parser = registry.create("parsers", self._model.parser, **self._model.parameters)
        else:
            parser = registry.create("parsers", request.parser, **request.parameters)
        return parser

    def _grain(self) -> str:
        wanted = self._model.grain if self._model else self.request.grain
        if wanted not in (None, "body", "shape"):
            raise UsageError(f"no grain called `{wanted}`", hint="`body` or `shape`")
        if wanted == "body" and self.parser.grain == "shape":
            raise UsageError(f"parser `{self.parser.name}` learns from shapes only")
        return wanted or self.parser.grain

    def close(self) -> None:
        """Let go of threads, files and temporary copies."""
        self._exit.close()

    def __enter__(self) -> Run:
        return self

    def __exit__(self, *reason: object) -> None:
        self.close()

    # --- verbs -----------------------------------------------------------------------------------

    def records(self) -> Iterator[pa.RecordBatch]:
        """Batches of RECORD, one pass."""
        self._resolve_filter()
        names = self._wanted(schema.RECORD)
        for piece in self._scan(tee=False):
            batch = self._batch(piece, names, {})
            self._pool.release(piece.block)
            if batch.num_rows:
                yield batch
        self._finish()

    def parsed(self) -> Iterator[pa.RecordBatch]:
        """Batches of PARSED: two passes, or one with a model."""
        self._resolve_filter()
        if not self._model:
            self._learn(tee=True)
            self._restart()
        yield from self._labelled()
        self._finish()

    def templates(self) -> pa.Table:
        """The TEMPLATE table, most frequent first; one pass."""
        self._resolve_filter()
        self._learn(tee=False)
        self._finish()
        return tables.templates(self.table, self.labeler, [i.stream.name for i in self._inputs])

    def save_model(self, path: Path) -> None:
        """Write what was learnt as JSON."""
        models.save(path, self.parser, self.request.parameters, "body" if self.raw else "shape", self.labeler)

    # --- stages ----------------------------------------------------------------------------------

    def _learn(self, *, tee: bool) -> None:
        for piece in self._shaped(self._scan(tee=tee)):
            assert piece.shapes is not None
            if self._model:
                self._number(piece)
            else:
                self.table.admit(piece.shapes, piece.records)
            self._pool.release(piece.block)
        if not self._model:
            groups = self.parser.learn(self._shown(0))
            self.labeler.learn(self.table, groups, self.parser.templates())
        self.account.overflow = self.table.overflow

    def _shown(self, first: int) -> Distinct:
        """What the parser sees of the table's shapes from `first` on."""
        distinct = self.table.distinct(first)
        if not self.raw and self.parser.grain == "body":
            tokens = tokenize(distinct.bodies)
            distinct.bodies = [labels.masked(tokens, i) for i in range(len(tokens))]
        return distinct

    def _number(self, piece: Piece) -> None:
        """Numbers of a piece's shapes; new ones are matched against what was learnt."""
        assert piece.shapes is not None
        first = len(self.table)
        piece.numbers = self.table.admit(piece.shapes, piece.records)
        if len(self.table) > first:
            groups = self.parser.match(self._shown(first))
            self.labeler.learn(self.table, groups, self.parser.templates())

    def _labelled(self) -> Iterator[pa.RecordBatch]:
        names = self._wanted(schema.PARSED)
        for piece, batch in self._workers.map(partial(self._label, names), self._numbered()):
            self._pool.release(piece.block)
            if batch.num_rows:
                yield batch

    def _numbered(self) -> Iterator[tuple[Piece, pa.Array, pa.Array]]:
        texts = ids = pa.array([], pa.string())
        for piece in self._shaped(self._scan(tee=False)):
            assert piece.shapes is not None
            if self._model:
                self._number(piece)
            else:
                piece.numbers = self.table.find(piece.shapes, piece.records)
                if (piece.numbers < 0).any():
                    self._number(piece)
            if len(texts) != len(self.labeler.templates):
                texts = pa.array([t.text for t in self.labeler.templates])
                ids = pa.array(self.labeler.ids)
            yield piece, texts, ids

    def _label(self, names: list[str], item: tuple[Piece, pa.Array, pa.Array]) -> tuple[Piece, pa.RecordBatch]:
        piece, texts, ids = item
        assert piece.shapes is not None
        found = self.labeler.label(piece.records, piece.shapes.shape, piece.numbers)
        more = labels.to_arrow(piece.records, found, texts, ids)
        self.account.misfits += found.misfits
        return piece, self._batch(piece, names, more)

    def _batch(self, piece: Piece, names: list[str], more: dict[str, pa.Array]) -> pa.RecordBatch:
        columns = to_arrow(piece.records, [name for name in names if name not in more])
        columns.update(more)
        kinds = pa.schema([schema.PARSED.field(name) for name in names])
        batch = pa.RecordBatch.from_arrays([columns[name] for name in names], schema=kinds)
        return batch if piece.keep is None else batch.filter(pa.array(piece.keep.astype(bool)))

    def _shaped(self, pieces: Iterator[Piece]) -> Iterator[Piece]:
        def work(piece: Piece) -> Piece:
            piece.shapes = shapes.distinct(piece.records, piece.keep, raw=self.raw)
            return piece

        return self._workers.map(work, pieces)

    def _scan(self, *, tee: bool) -> Iterator[Piece]:
        """Records of all inputs, in order, their times resolved, filtered ones marked."""
        self._taken = 0
        for piece in self._workers.map(self._cut, self._blocks(tee)):
            source, block, records = piece
            source.stitch(records)
            records, last = self._up_to_head(source, block, records)
            unmatched = int(((records.defects & schema.UNMATCHED) > 0).sum())
            if unmatched and self.request.strict:
                self._refuse(records)
            self.account.add(records.counts, len(records), unmatched)
            self.account.cut_lines += len(block.cut_lines)
            self.account.lost_bytes += block.lost_bytes
            yield self._filtered(Piece(block, records))
            if last:
                return

    @staticmethod
    def _cut(item: tuple[Input, Block]) -> tuple[Input, Block, Records]:
        return item[0], item[1], item[0].cut(item[1])

    def _up_to_head(self, source: Input, block: Block, records: Records) -> tuple[Records, bool]:
        """The records up to `--head`, and whether that is reached."""
        room = None if self.request.head is None else self.request.head - self._taken
        if room is not None and len(records) > room:
            lines = source.lines - records.counts.lines
            stop = int(records.offset[room] - block.offset)
            records = source.cut(Block(block.data[:stop], block.source, block.offset, state=block.state))
            source.lines = lines
            source.stitch(records)
        self._taken += len(records)
        return records, self.request.head is not None and self._taken >= self.request.head

    def _filtered(self, piece: Piece) -> Piece:
        n = len(piece.records)
        if not self.filter:
            self.account.keep(n, 0)
            return piece
        batch = pa.RecordBatch.from_pydict(to_arrow(piece.records, self.filter.columns()))
        mask = np.asarray(self.filter.mask(batch).to_numpy(zero_copy_only=False), np.uint8)
        kept = int(mask.sum())
        self.account.keep(kept, n - kept)
        self.account.timeless += self.filter.without_time(batch)
        piece.keep = mask
        return piece

    def _blocks(self, tee: bool) -> Iterator[tuple[Input, Block]]:
        request = self.request
        total = sum(s.size for s in self.streams if s.size) if all(s.size for s in self.streams) else None
        before = 0
        for number, stream in enumerate(self.streams):
            with stream.open() as reader:
                readable: Any = reader
                source = self._input(number, stream, reader)
                if tee and not stream.rereadable:
                    readable = self._exit.enter_context(reading.Tee(reader, self._say))
                for block in source.blocks(readable, self._pool, BLOCK_BYTES, request.max_line):
                    self._progress(before + reader.consumed, total, stream.name)
                    yield source, block
                before += reader.consumed
                if readable is not reader:
                    self.streams[number] = readable.stream()
                self._close_input(stream, reader)
        self._progress(before, total, "")

    def _input(self, number: int, stream: reading.Stream, reader: reading.Reader) -> Input:
        if number == len(self._inputs):
            self._inputs.append(find_inputs(number, stream, reader, self.request))
        return self._inputs[number]

    def _close_input(self, stream: reading.Stream, reader: reading.Reader) -> None:
        for note in reader.notes:
            text = f"`{stream.name}`: {note}"
            if reader.damaged and text not in self.account.damaged:
                self.account.damaged.append(text)
            elif not reader.damaged:
                self.account.note(text)

    def _restart(self) -> None:
        """Between the passes: start counting again, and see whether the input changed."""
        for stream in self.streams:
            change = stream.changed()
            if change:
                self.account.damaged.append(f"`{stream.name}` {change} between the two passes")
        kept = self.account
        self.account = Account(damaged=kept.damaged, notes=kept.notes, overflow=kept.overflow)
        for source in self._inputs:
            source.restart()

    def _resolve_filter(self) -> None:
        """Find the log's first and last time when the filter counts from them: one more pass."""
        if not self.filter.needs_span:
            self.filter = self.filter.resolve(None, None)
            return
        wanted, self.filter = self.filter, Filter()
        lowest, highest = None, None
        for piece in self._scan(tee=True):
            known = piece.records.time[piece.records.time != NO_TIME]
            if len(known):
                low, high = int(known.min()), int(known.max())
                lowest = low if lowest is None else min(lowest, low)
                highest = high if highest is None else max(highest, high)
            self._pool.release(piece.block)
        self.filter = wanted.resolve(lowest, highest)
        self._restart()

    def _refuse(self, records: Records) -> None:
        k = int(np.flatnonzero(records.defects & schema.UNMATCHED)[0])
        raise LogcliError(
            "a line does not fit the format",
            where=f"{records.source}:{int(records.line[k])}",
            hint="leave out `--strict` to keep such lines as unmatched records",
        )

    def _wanted(self, whole: pa.Schema) -> list[str]:
        if self.request.columns is None:
            return list(whole.names)
        return [name for name in self.request.columns if name in whole.names]

    def _finish(self) -> None:
        for source in self._inputs:
            name = source.format.name
            self.account.formats[name] = self.account.formats.get(name, 0) + 1
            for note in source.clock.assumptions():
                self.account.note(note if len(self._inputs) == 1 else f"`{source.stream.name}`: {note}")
