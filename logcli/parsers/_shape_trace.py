"""What became of some shapes, step by step, and why: what `--explain` shows of the `shape` parser."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from logcli.decisions import Decided, Decision
from logcli.kernels import patterns as kernels
from logcli.parsers._shape_changes import Change, changes, numbered, spread
from logcli.parsers._shape_reasons import Evidence, Place, reason
from logcli.parsers._shape_rows import VALUE_TOKEN, Rows

if TYPE_CHECKING:
    from logcli.base import Longs
    from logcli.parsers._shape_slots import Chosen

_Row = tuple[int, ...]
_SCAN = "the scan saw a value there"


@dataclass(slots=True)
class _Step:
    """What a step made of rows.

    moves : the row that each changed one became, and its places that did
    evidence : for slots, what was counted, by row
    """

    name: str
    moves: dict[_Row, tuple[_Row, list[Change]]]
    evidence: dict[_Row, Evidence]


class Trace:
    """Rows of some shapes after each step.

    watched : numbers of the shapes; lines : of each of them
    """

    def __init__(self, rows: Rows, watched: Longs, lines: Longs) -> None:
        self._rows = rows
        self._watched = watched
        self._lines = lines.tolist()
        self._steps: list[_Step] = []
        self._keep()
        self._first = self._now

    def note(self, name: str, chosen: Chosen | None = None) -> None:
        """Take down what a step has done.

        chosen : the places that were made slots, and how many words were counted there
        """
        before, evidence = self._now, self._evidence(chosen) if chosen else {}
        self._keep()
        moves = {old: new for old, new in zip(before, self._now, strict=True) if old != new}
        if not moves:
            return
        found = {old: (new, _changes(old, new, evidence.get(old))) for old, new in moves.items()}
        self._steps.append(_Step(name, found, evidence))

    def decided(self) -> Decided:
        """What the steps have decided."""
        found: dict[tuple[int, int, str], Decision] = {}
        for number, (weights, slots) in enumerate(zip(self._weights(), self._slots(), strict=True)):
            counted = set()
            for row, change, slot in self._places(number, slots):
                why = self._why(self._steps[number - 1], row, change) if number else _SCAN
                one = found.setdefault((number, slot, why), Decision(number, slot, why))
                shapes, lines = weights[row] if (row, slot, why) not in counted else (0, 0)
                counted.add((row, slot, why))
                one.shapes += shapes
                one.lines += lines
                if number:
                    text = self._text(row[change.start : change.stop])
                    one.texts[text] = one.texts.get(text, 0) + weights[row][1]
        decisions = sorted(found.values(), key=lambda one: (one.step, -one.lines, one.slot))
        return Decided(self._shapes(), decisions, max(map(_count, self._now), default=0))

    def _keep(self) -> None:
        """The rows as they are now."""
        rows = self._rows
        self._offsets = rows.offsets
        self._numbers, inverse = np.unique(rows.owner[self._watched], return_inverse=True)
        starts, stops = rows.offsets[self._numbers], rows.offsets[self._numbers + 1]
        self._own = [tuple(rows.token[a:b].tolist()) for a, b in zip(starts, stops, strict=True)]
        self._now = [self._own[k] for k in inverse.tolist()]

    def _evidence(self, chosen: Chosen) -> dict[_Row, Evidence]:
        """What was counted at the place of each row that changed."""
        if not len(self._numbers):
            return {}
        places, need, which = chosen
        start = places.member[which]
        row = np.searchsorted(self._offsets, start, side="right") - 1
        index = np.searchsorted(self._numbers, row).clip(max=len(self._numbers) - 1)
        known = self._numbers[index] == row
        found = {}
        for k, own in zip(np.flatnonzero(known).tolist(), index[known].tolist(), strict=True):
            member = which[k]
            place = places.of_member[member]
            found[self._own[own]] = Evidence(
                int(start[k] - self._offsets[row[k]]),
                int(places.length[member]),
                int(places.words[place]),
                float(need[place]),
                bool(places.has_value[place]),
                bool(places.phrase[place]),
            )
        return found

    def _weights(self) -> Iterator[dict[_Row, tuple[int, int]]]:
        """Shapes and lines of each row: at first, and before each step."""
        now: dict[_Row, tuple[int, int]] = {}
        for row, lines in zip(self._first, self._lines, strict=True):
            _add(now, row, (1, lines))
        yield now
        for step in self._steps:
            yield now
            following: dict[_Row, tuple[int, int]] = {}
            for row, weight in now.items():
                _add(following, step.moves[row][0] if row in step.moves else row, weight)
            now = following

    def _slots(self) -> list[dict[_Row, list[int]]]:
        """The slot of each token of the rows at first, and of each change of the rows that a step moved."""
        now = {row: numbered(row) for row in self._now}
        found = []
        for step in reversed(self._steps):
            found.append({row: [now[new][c.at] for c in places] for row, (new, places) in step.moves.items()})
            back = {row: spread(len(row), now[new], places) for row, (new, places) in step.moves.items()}
            now = {**now, **back}
        return [now, *reversed(found)]

    def _places(self, number: int, slots: dict[_Row, list[int]]) -> Iterator[tuple[_Row, Change, int]]:
        """Rows that a step changed, with place and slot; for number 0 the values that the scan saw whole."""
        if not number:
            yield from self._seen(slots)
            return
        for row, (_, places) in self._steps[number - 1].moves.items():
            yield from ((row, change, slot) for change, slot in zip(places, slots[row], strict=True))

    def _seen(self, slots: dict[_Row, list[int]]) -> Iterator[tuple[_Row, Change, int]]:
        for row in dict.fromkeys(self._first):
            tokens = Counter(slots[row])
            for k, slot in enumerate(slots[row]):
                if row[k] == VALUE_TOKEN and tokens[slot] == 1:
                    yield row, Change(k, k + 1, k), slot

    def _why(self, step: _Step, row: _Row, change: Change) -> str:
        names = [self._rows.names[token] for token in row]
        nth = 1 + int((self._rows.role[list(row[: change.start])] == kernels.WORD).sum())
        alone = len(step.moves[row][1]) == 1
        place = Place(names, change.start, change.stop, nth, alone)
        return reason(step.name, place, step.evidence.get(row))

    def _text(self, tokens: Sequence[int]) -> str:
        return "".join([self._rows.names[token] for token in tokens])

    def _shapes(self) -> list[tuple[str, int]]:
        first = next(self._weights())
        shapes = [(self._text(row), lines) for row, (_, lines) in first.items()]
        return sorted(shapes, key=lambda shape: -shape[1])


def _add(weights: dict[_Row, tuple[int, int]], row: _Row, weight: tuple[int, int]) -> None:
    shapes, lines = weights.get(row, (0, 0))
    weights[row] = shapes + weight[0], lines + weight[1]


def _changes(before: _Row, after: _Row, evidence: Evidence | None) -> list[Change]:
    if evidence:
        return [Change(evidence.start, evidence.start + evidence.length, evidence.start)]
    return changes(before, after)


def _count(row: _Row) -> int:
    return max(numbered(row), default=0)
