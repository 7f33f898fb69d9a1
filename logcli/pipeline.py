"""The order of the stages: read, scan, normalize, parse. Everything is checked before the first byte.

A template is final only when the last line was seen, so `parsed` goes over the input twice; a pipe
is kept for the second pass. With a model there is one pass and records come out at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from copy import copy
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from logcli import arrays, labels, models, registry, schema, shapes, tables
from logcli.base import Distinct, Parser
from logcli.columns import to_arrow
from logcli.correcting import Corrections
from logcli.decisions import Decided, Explains
from logcli.errors import LogcliError, UsageError
from logcli.excerpts import Excerpts
from logcli.explain import Evidence
from logcli.inputs import ArrowInput
from logcli.labels import Labeler, Labels
from logcli.merge import merge
from logcli.records import Records
from logcli.request import Request
from logcli.scanning import Piece, Progress, Say, Scanner
from logcli.shapes import BlockShapes, ShapeTable
from logcli.slots import SlotValues
from logcli.tally import Tally
from logcli.tokens import tokenize
from logcli.workers import Workers, default_jobs

if TYPE_CHECKING:
    from logcli.accounting import Account
    from logcli.base import Flags
    from logcli.moves import Rows
    from logcli.reading import Stream

__all__ = ["Request", "Run"]


@dataclass(slots=True)
class _Shaped:
    """A piece with its distinct shapes, and what is needed to label it once they have numbers."""

    piece: Piece
    shapes: BlockShapes
    numbers: Any = None
    labeler: Any = None
    texts: Any = None
    ids: Any = None


class Run:
    """One run over the input.

    Raises UsageError or LogcliError at once for anything that is wrong with the request. A context
    manager; `account` tells what became of every line.
    """

    def __init__(self, request: Request, progress: Progress | None = None, say: Say | None = None) -> None:
        self.request = request
        self._model = models.load(request.model) if request.model else None
        self.parser = self._make_parser()
        self.raw = self._grain() == "body"
        self._check()
        self.table = ShapeTable(raw=self.raw)
        self.labeler = Labeler()
        self._groups: list[int] = []  # the parser's group of each shape
        self._corrections = Corrections(request.corrections, self._model.moves if self._model else None)
        self._used: set[int] = set()  # templates that records have
        if self._model:
            self._groups = self._model.restore(self.parser, self.table, self.labeler)
        self._exit = ExitStack()
        self._workers = self._exit.enter_context(Workers(request.jobs or default_jobs()))
        self.scanner = Scanner(request, self._workers, progress or _silent, say or _silent)
        self._exit.callback(self.scanner.close)
        self._learnt = self._model is not None
        if self._endless and self.scanner.filter.needs_span:
            raise UsageError("a pipe that is followed has no start or end to count from")

    def _make_parser(self) -> Parser:
        known = self._model or self.request
        parser: Parser = registry.create("parsers", known.parser, **known.parameters)
        return parser

    def _grain(self) -> str:
        wanted = (self._model or self.request).grain
        if wanted not in (None, "body", "shape"):
            raise UsageError(f"no grain called `{wanted}`", hint="it is `body` or `shape`")
        if wanted == "body" and self.parser.grain == "shape":
            raise UsageError(f"parser `{self.parser.name}` learns from shapes only")
        return wanted or self.parser.grain

    def _check(self) -> None:
        if self.request.format != "auto":
            registry.create("formats", self.request.format)
        if self.request.merge and self.request.head is not None:
            raise UsageError("`--merge` and `--head` exclude each other", hint="pipe the output into `head`")
        if self.request.follow and (self.request.merge or len(self.request.targets) != 1):
            raise UsageError("`--follow` takes one file or standard input")

    @property
    def account(self) -> Account:
        """What became of every line of the last pass."""
        return self.scanner.account

    @property
    def streams(self) -> list[Stream]:
        """What is read."""
        return self.scanner.streams

    def close(self) -> None:
        """Let go of threads, files and temporary copies."""
        self._exit.close()

    def __enter__(self) -> Run:
        return self

    def __exit__(self, *reason: object) -> None:
        self.close()

    # --- verbs -----------------------------------------------------------------------------------

    def records(self) -> Iterator[pa.RecordBatch]:
        """Batches of RECORD, in one pass; with `follow`, then those that are added."""
        self.scanner.resolve_filter()
        names = self._wanted(schema.RECORD)
        if not self._endless:
            yield from self._by_source(partial(self._plain, names))
        if self.request.follow:
            for piece in self.scanner.followed(attributes="attributes" in names):
                yield from _filled(self._batch(names, piece, {}))
        self.scanner.finish()

    def parsed(self) -> Iterator[pa.RecordBatch]:
        """Batches of PARSED: two passes, or one with a model; with `follow`, then those that are added."""
        self.scanner.resolve_filter()
        names = self._wanted(schema.PARSED)
        if not self._endless:
            self.learn(again=True)
            batches = self._by_source(partial(self._labelled, names))
            # Without a model this is the second pass, over files: it waits for nobody.
            yield from batches if self._model else self._workers.ahead(batches)
        if self.request.follow:
            for shaped in self._numbered(self._added("attributes" in names)):
                _, batch, found = self._label(names, shaped)
                self._count(found)
                yield from _filled(batch)
        self._finish()

    def templates(self, *, values: bool = False, again: bool = False) -> pa.Table:
        """The TEMPLATE table, most frequent first; one pass, or two with `values`, a summary per slot.

        again : another verb follows, so keep what can be read only once
        """
        if values and self.request.template_style != "lossless":
            raise UsageError("slots are those of lossless templates", hint="leave out `--template-style`")
        self.scanner.resolve_filter()
        self.learn(again=values or again or self._corrections.may_split_shapes)
        found = SlotValues(self.labeler) if values else None
        tally = Tally() if self._model or self._corrections.moves.split_shapes else None
        if found or tally:
            for shaped, label in self._valued(tee=again):
                if found:
                    found.update(shaped.piece.records, label)
                if tally:
                    tally.update(shaped.piece.records, label)
        counts, owner = (tally or self).table, tally.owner if tally else self.labeler.template_of_shapes()
        shown = self.labeler.shown(self.request.template_style)
        table = tables.templates(counts, owner, shown, self.scanner.names(), found)
        self._finish()
        self.account.templates = table.num_rows
        return table

    def excerpts(self, template_id: str, *, before: int = 0, after: int = 0) -> Iterator[bytes]:
        """The raw lines of a template's records, and lines around them."""
        self.learn(again=True)
        if any(isinstance(source, ArrowInput) for source in self.scanner.inputs.values()):
            hint = "show them from the log it was made of"
            raise LogcliError("an Arrow stream has no raw lines", hint=hint)
        shown = Excerpts(before, after)
        _, ids = self.labeler.shown(self.request.template_style)
        wanted = [number for number, name in enumerate(ids) if name == template_id]
        for shaped, label in self._valued():
            records = shaped.piece.records
            here = np.flatnonzero(np.isin(label.template, wanted))
            yield shown.update(records.taken, shaped.piece.block, records.offset[here], records.length[here])
        self._finish()

    def explained(self, template_id: str) -> Evidence:
        """What a template's shapes, values and lines are, and why they are one; reads the log once more."""
        self.learn(again=True)
        number = list(self.labeler.ids).index(template_id)
        arrow = any(isinstance(source, ArrowInput) for source in self.scanner.inputs.values())
        found = Evidence(self.labeler, number, self._decided(number), raw=not arrow)
        for shaped, label in self._valued():
            found.update(shaped.piece, label, shaped.shapes.shape, shaped.numbers)
        self._finish()
        return found

    def shape_text(self, number: int) -> str:
        """A shape for people: its first body, with values as `<*>` if it has other bodies, too."""
        body = self.table.bodies[number]
        return body if self.raw else labels.masked(tokenize([body]), 0)

    def learn(self, *, again: bool = False) -> None:
        """The pass that finds shapes and templates, unless they are known.

        again : another pass follows
        """
        if self._learnt:
            return
        for shaped in self._distinct(tee=again, wide=not again):
            self.table.admit(shaped.shapes, shaped.piece.records)
            self.scanner.release(shaped.piece)
        self._learn()

    def save_model(self, path: Path) -> None:
        """Write what was learnt as JSON."""
        known, moves = self._model or self.request, self._corrections.moves
        models.save(path, self.parser, known.parameters, self.table, self._groups, self.labeler, moves)

    # --- stages ----------------------------------------------------------------------------------

    @property
    def _endless(self) -> bool:
        """Whether a pipe is followed: it is read once, and nobody waits for its end."""
        return self.request.follow and not self.streams[0].rereadable

    def _learn(self) -> None:
        groups = self.parser.learn(self._shown(0))
        self._corrections.learn(self.table, groups, self.parser, self._masked)
        self._name(groups, self._corrections.moves.applied(self.table, 0, groups))
        self._learnt = True

    def _added(self, attributes: bool) -> Iterator[_Shaped]:
        """What comes when a log is followed; templates are learnt from what a pipe has at first."""
        for piece in self.scanner.followed(self._shapes, attributes=attributes):
            if not self._learnt:
                self.table.admit(piece.found, piece.records)
                self._learn()
            yield _Shaped(piece, piece.found)

    def _by_source(self, verb: Any) -> Iterator[pa.RecordBatch]:
        """Batches of a verb over all sources, one after the other or merged by time."""
        if not self.request.merge:
            yield from verb(None)
            return
        self.scanner.begin()
        merged = merge([verb(number) for number in range(len(self.scanner.streams))])
        yield from merged
        if merged.late:
            self.account.note(f"{merged.late:,} records came more than 5 s late in their source")

    def _plain(self, names: list[str], only: int | None) -> Iterator[pa.RecordBatch]:
        pieces = self.scanner.pieces(attributes="attributes" in names, only=only)
        for piece, batch in self._workers.map(lambda piece: (piece, self._batch(names, piece, {})), pieces):
            self.scanner.release(piece)
            yield from _filled(batch)

    def _labelled(self, names: list[str], only: int | None) -> Iterator[pa.RecordBatch]:
        numbered = self._numbered(self._distinct(attributes="attributes" in names, only=only))
        for piece, batch, found in self._workers.map(partial(self._label, names), numbered):
            self._count(found)
            self.scanner.release(piece)
            yield from _filled(batch)

    def _distinct(
        self, *, tee: bool = False, attributes: bool = False, only: int | None = None, wide: bool = False
    ) -> Iterator[_Shaped]:
        pieces = self.scanner.pieces(self._shapes, tee=tee, attributes=attributes, only=only, wide=wide)
        for piece in pieces:
            yield _Shaped(piece, piece.found)

    def _shapes(self, records: Records, keep: Flags | None) -> BlockShapes:
        return shapes.distinct(records, keep, raw=self.raw)

    def _shown(self, first: int) -> Distinct:
        """What the parser sees of the table's shapes from `first` on."""
        return self._masked(self.table.distinct(first))

    def _masked(self, distinct: Distinct) -> Distinct:
        if not self.raw and self.parser.grain == "body":
            tokens = tokenize(distinct.bodies)
            distinct.bodies = [labels.masked(tokens, i) for i in range(len(tokens))]
        return distinct

    def _decided(self, template: int) -> Decided | None:
        """Why the shapes of a template became one; None if that was not noted."""
        if self._model or not isinstance(self.parser, Explains):
            return None
        chosen = (self.labeler.template_of_shapes() == template) & (self.table.levels() == 0)
        return self.parser.explain(self._shown(0), np.flatnonzero(chosen)) if chosen.any() else None

    def _numbered(self, pieces: Iterator[_Shaped]) -> Iterator[_Shaped]:
        """In order: the number of each shape; those that are new are matched with what was learnt."""
        texts = ids = arrays.texts([])
        labeler = copy(self.labeler)
        for shaped in pieces:
            records = shaped.piece.records
            numbers = self.table.find(shaped.shapes, records)
            if self._model or self.request.follow or (numbers < 0).any():
                first = len(self.table)
                numbers = self.table.admit(shaped.shapes, records, count=False)
                self.account.overflow += self.table.coarse(numbers, shaped.shapes.counts)
                if len(self.table) > first:
                    self._recognize(first)
            if labeler.program is not self.labeler.program:
                labeler = copy(self.labeler)
            if len(texts) != len(self.labeler.templates):
                texts, ids = (arrays.texts(part) for part in self.labeler.shown(self.request.template_style))
            shaped.numbers, shaped.labeler, shaped.texts, shaped.ids = numbers, labeler, texts, ids
            yield shaped

    def _recognize(self, first: int) -> None:
        """Match the shapes from `first` on with what was learnt.

        Which of their values change is not known yet, and must not depend on how much was read at once.
        So those of a known template do not, a record that differs is a template of its own; of an
        unknown one all do, or each first record would be a template of its own.
        """
        found = self._shown(first)
        groups = self.parser.match(found)
        moved = self._corrections.moves.applied(self.table, first, groups)
        if not self.raw:
            self.table.suppose(first, np.repeat(moved.groups < 0, [len(row) for row in found.varied]))
        self._name(groups, moved)

    def _name(self, groups: npt.NDArray[np.int64], moved: Rows) -> None:
        """Make the templates of the shapes that have none yet."""
        self._groups += groups.tolist()
        texts = [*self.parser.templates(), *self._corrections.moves.texts]
        self.labeler.learn(self.table, moved.groups, texts, moved.variants)

    def _values(self, shaped: _Shaped) -> tuple[_Shaped, Labels]:
        return shaped, shaped.labeler.label(shaped.piece.records, shaped.shapes.shape, shaped.numbers)

    def _valued(self, *, tee: bool = False) -> Iterator[tuple[_Shaped, Labels]]:
        """A pass that gives each record its template."""
        for shaped, found in self._workers.map(self._values, self._numbered(self._distinct(tee=tee))):
            self._count(found)
            yield shaped, found
            self.scanner.release(shaped.piece)

    def _count(self, found: Labels) -> None:
        self.account.misfits += found.misfits
        self._used.update(np.flatnonzero(np.bincount(found.template[found.template >= 0])).tolist())

    def _label(self, names: list[str], shaped: _Shaped) -> tuple[Piece, pa.RecordBatch, Labels]:
        _, found = self._values(shaped)
        more = labels.to_arrow(shaped.piece.records, found, shaped.texts, shaped.ids)
        return shaped.piece, self._batch(names, shaped.piece, more), found

    def _batch(self, names: list[str], piece: Piece, more: dict[str, pa.Array]) -> pa.RecordBatch:
        columns = to_arrow(piece.records, [name for name in names if name not in more])
        columns.update(more)
        kinds = pa.schema([schema.PARSED.field(name) for name in names])
        batch = pa.RecordBatch.from_arrays([columns[name] for name in names], schema=kinds)
        return batch if piece.keep is None else batch.filter(arrays.numbers(piece.keep.astype(bool)))

    def _wanted(self, whole: pa.Schema) -> list[str]:
        asked = self.request.columns
        return [name for name in whole.names if asked is None or name in asked or name == self._order]

    @property
    def _order(self) -> str:
        return "time_unix_nano" if self.request.merge else ""

    def _finish(self) -> None:
        account = self.scanner.finish()
        account.templates = len(self._used)
        account.overflow += self.table.overflow
        for note in self._corrections.notes:
            account.note(note)


def _filled(batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    if batch.num_rows:
        yield batch


def _silent(*_: object) -> None:
    """Nobody wants to know."""
