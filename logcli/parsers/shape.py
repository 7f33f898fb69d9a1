"""Shapes of lines, merged where only a value differs (the default)"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from logcli.base import Distinct, Parser
from logcli.errors import LogcliError
from logcli.parsers._shape_absorb import absorb
from logcli.parsers._shape_lists import collapse_lists, fill_empty
from logcli.parsers._shape_match import Matcher
from logcli.parsers._shape_records import type_objects, type_records
from logcli.parsers._shape_rows import Rows
from logcli.parsers._shape_slots import Slots
from logcli.parsers._shape_types import type_chunks, type_words

if TYPE_CHECKING:
    from logcli.base import Longs
    from logcli.decisions import Decided
    from logcli.parsers._shape_slots import Chosen


class Shape(Parser):
    """Merge shapes that differ in what looks like values.

    The scan kernel has already told values from words (`kernels/shapes.py`). Then, from general knowledge:
    chunks that have the form of a value are one (`_shape_forms`), and what a record gives a name, as in
    `key=value`, is one even if it never varies (`_shape_records`). Then, by counting: a place is a slot when
    enough different words, chunks or phrases stand there in shapes that are equal otherwise; fewer are
    enough where a value is likely (behind `=` or a preposition, in quotes or brackets, for words with digits
    or dots or that were values elsewhere, where a value already sits), more at the beginning of a line
    (`_shape_slots`). At last shapes that fit another one in several slots at once join it (`_shape_absorb`).

    Parameters
    ----------
    words : different words that make a slot without further evidence
    least : never fewer than this, unless a typed value already sits there
    rounds : how often merging is tried again, a shape can be merged at one place each time

    Complexity: O(tokens log tokens) in the distinct shapes, not the lines.
    """

    grain = "shape"

    def __init__(self, *, words: float = 5.0, least: float = 3.0, rounds: int = 12) -> None:
        self.words = words
        self.least = least
        self.rounds = rounds
        self._patterns: list[tuple[str, ...]] = []

    def learn(self, distinct: Distinct) -> npt.NDArray[np.int64]:
        """Patterns of the shapes; the pattern of each."""
        rows = Rows.of(distinct)
        for _ in self._steps(rows):
            pass
        self._patterns = [rows.symbols(k) for k in range(len(rows))]
        return rows.owner

    def explain(self, distinct: Distinct, chosen: Longs) -> Decided:
        """Learn the same once more and tell why the chosen shapes became one."""
        from logcli.parsers._shape_trace import Trace

        rows = Rows.of(distinct)
        trace = Trace(rows, chosen, distinct.counts[chosen])
        for name, found in self._steps(rows):
            trace.note(name, found)
        return trace.decided()

    def _steps(self, rows: Rows) -> Iterator[tuple[str, Chosen | None]]:
        """Make rows the same; after each step its name, and what was chosen if slots were."""
        for step in (type_words, type_chunks, type_objects, type_records, collapse_lists):
            step(rows)
            yield step.__name__, None
        slots = Slots(rows, self.words, self.least)
        for _ in range(self.rounds):
            if slots.merge():
                yield "slots", slots.chosen
            elif absorb(rows, slots.values()):
                yield "absorb", None
            else:
                break
            collapse_lists(rows)
            yield "collapse_lists", None
        fill_empty(rows)
        yield "fill_empty", None

    def match(self, distinct: Distinct) -> npt.NDArray[np.int64]:
        """The pattern with most constants that a shape is an instance of."""
        return Matcher(self._patterns).match(distinct.bodies)

    def templates(self) -> list[str]:
        """Text of each pattern."""
        return ["".join(symbols) for symbols in self._patterns]

    def save(self) -> dict[str, Any]:
        """The patterns, token by token."""
        return {"patterns": [list(symbols) for symbols in self._patterns]}

    def load(self, state: dict[str, Any]) -> None:
        """Take over saved patterns."""
        patterns = state.get("patterns")
        if not isinstance(patterns, list) or not all(isinstance(p, list) for p in patterns):
            raise LogcliError("the model has no patterns of parser `shape`")
        self._patterns = [tuple(str(symbol) for symbol in p) for p in patterns]
