"""The parser corrected by example lines: a user's file, and what it comes to on a log."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from logcli import correction_file, shapes
from logcli.base import Distinct
from logcli.correction_file import Correction
from logcli.corrector import ABSENT, Corrector, examples_of
from logcli.errors import UsageError
from logcli.moves import Moves, Rows, rows_of
from logcli.records import of_bodies
from logcli.templates import fits

if TYPE_CHECKING:
    from pathlib import Path

    from logcli.base import Longs, Parser
    from logcli.shapes import ShapeTable


def read(path: Path) -> list[Correction]:
    """The corrections in a file.

    Raises DefinitionError, also for those that contradict each other whatever the log is.
    """
    corrections = correction_file.read(path)
    bodies = [example.body for example in examples_of(corrections)]
    alone = Rows(bodies, np.arange(len(bodies)), exact=True)
    Corrector(corrections, alone, bodies, alone.groups).run()
    return corrections


class Corrections:
    """What a user corrects in a run: by a file, or as a model has it.

    moves : what that comes to; with a file once `learn` was called
    notes : which corrections come to nothing
    may_split_shapes : whether some want a constant of what the scan takes for a value

    Raises DefinitionError for a file that is wrong, UsageError when there are both.
    """

    def __init__(self, path: Path | None, moves: Moves | None) -> None:
        if path and moves is not None:
            why = "a model has the corrections in it that it was made with"
            raise UsageError("corrections and a model exclude each other", why=why)
        self._wanted = read(path) if path else []
        self.moves = moves or Moves()
        self.notes: list[str] = []
        self.may_split_shapes = any(map(_names_values, self._wanted))

    def learn(
        self, table: ShapeTable, groups: Longs, parser: Parser, shown: Callable[[Distinct], Distinct]
    ) -> None:
        """Correct what a parser has learnt.

        groups : its group of each shape of the table
        shown : what it sees of some bodies

        Raises DefinitionError for corrections that contradict each other on this log.
        """
        if not self._wanted:
            return
        bodies, texts = [example.body for example in examples_of(self._wanted)], parser.templates()
        known = _known(bodies, table, groups)
        missing = np.flatnonzero(known == ABSENT)
        if len(missing):
            some = Distinct([bodies[k] for k in missing.tolist()], np.ones_like(missing), missing)
            for k, group in zip(missing.tolist(), parser.match(shown(some)).tolist(), strict=True):
                if group >= 0 and fits(texts[group], bodies[k]):
                    known[k] = group
        self.moves, self.notes = Corrector(self._wanted, rows_of(table, 0, groups), texts, known).run()


def _names_values(correction: Correction) -> bool:
    return correction.kind in ("split", "constant") and bool(correction.examples[0].values(correction.spans))


def _known(bodies: Sequence[str], table: ShapeTable, groups: Longs) -> Longs:
    """Groups of bodies whose shapes are in the table."""
    records = of_bodies(bodies)
    block = shapes.distinct(records, raw=table.raw)
    number = table.find(block, records)[block.shape]
    there = np.flatnonzero(number >= 0)
    there = there[table.levels()[number[there]] == 0]
    found = np.full(len(bodies), ABSENT, np.int64)
    found[there] = groups[number[there]]
    return found
