"""How a template came about and what its lines hold: what `logcli templates --explain` tells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from logcli.columns import strings
from logcli.continuation import places
from logcli.labels import Labeler, Labels
from logcli.slots import SlotValues
from logcli.tokens import SEPARATOR, tokenize

if TYPE_CHECKING:
    from logcli.base import Ints, Longs
    from logcli.decisions import Decided, Decision
    from logcli.scanning import Piece

# Different values of a slot that are told apart: one template's may be more than those of all.
_MOST = 100_000
# Shapes of which a line is kept, and its characters.
_KEPT, _LONGEST = 1000, 4000


class Evidence:
    """What a pass finds of one template.

    number : of the template; decided : why it is one, None if its parser does not tell
    raw : whether there are lines to show as they were read, rather than bodies
    """

    def __init__(self, labeler: Labeler, number: int, decided: Decided | None, *, raw: bool = True) -> None:
        self._number = number
        self._raw = raw
        self._decided = decided
        self._literals = labeler.templates[number].literals
        self._values = SlotValues(labeler, _MOST)
        self._lines: Counter[int] = Counter()  # of each shape
        self._first: dict[int, dict[str, Any]] = {}
        self._last: dict[str, Any] = {}

    def update(self, piece: Piece, labels: Labels, shape: Ints, numbers: Ints) -> None:
        """Take in a block.

        shape : the block's shape of each record; numbers : the table's number of each of these
        """
        rows = np.flatnonzero(labels.template == self._number)
        if not len(rows):
            return
        found, first, counts = np.unique(numbers[shape[rows]], return_index=True, return_counts=True)
        order = np.argsort(first)
        for k in order.tolist():
            number = int(found[k])
            self._lines[number] += int(counts[k])
            if number not in self._first and len(self._first) < _KEPT:
                self._first[number] = self._example(piece, int(rows[first[k]]))
        self._last = self._example(piece, int(rows[-1]))
        self._values.update(piece.records, _some(labels, rows))

    def facts(self, row: dict[str, Any], top: int, text: Callable[[int], str]) -> dict[str, Any]:
        """All that is known, as data.

        row : of the table of templates; top : values, shapes and texts that are named at most
        text : text of each shape, by number
        """
        words = [token for literal in self._literals for token in _words(literal)]
        slots = self._values.described(self._number, top)
        shapes = self._decided.shapes if self._decided else self._own_shapes(text)
        return {
            **row,
            "words": words,
            "slots": [{"slot": number, **slot} for number, slot in enumerate(slots, 1)],
            "distinct_shapes": len(shapes),
            "shapes": [{"lines": lines, "shape": shape} for shape, lines in shapes[:top]],
            "decisions": self._decisions(len(slots), top),
            "examples": self._examples(),
        }

    def _own_shapes(self, text: Callable[[int], str]) -> list[tuple[str, int]]:
        found: Counter[str] = Counter()
        for number, lines in self._lines.items():
            found[text(number)] += lines
        return found.most_common()

    def _decisions(self, slots: int, top: int) -> list[dict[str, Any]] | None:
        if self._decided is None:
            return None
        # If the template's slots are not those of the parser, one cannot say which is which.
        known = self._decided.slots == slots
        return [_decision(one, top, known) for one in self._decided.decisions]

    def _examples(self) -> dict[str, Any]:
        """The first line, the last one, and the first one of the rarest shape."""
        first = next(iter(self._first.values()), None)
        found = {"first": first, "last": self._last}
        rarest = sorted(self._first, key=lambda number: self._lines[number])
        others = (self._first[number] for number in rarest)
        found["rare"] = next((line for line in others if line not in (first, self._last)), None)
        return {name: line for name, line in found.items() if line and (name == "first" or line != first)}

    def _example(self, piece: Piece, row: int) -> dict[str, Any]:
        records = piece.records
        if self._raw:
            ends = records.offset[row] + np.array([0, records.length[row]])
            begin, end = places(piece.block, ends).tolist()
            data = piece.block.data[begin : min(end, begin + _LONGEST)].tobytes()
            text = data.decode("utf-8", "backslashreplace")
        else:
            start, stop = (side[row : row + 1] for side in records.body)
            text = str(strings(records.text, start, stop)[0].as_py())[:_LONGEST]
        return {"source": records.source, "line": int(records.line[row]), "text": text.rstrip("\r\n")}


def _decision(one: Decision, top: int, known: bool) -> dict[str, Any]:
    texts = sorted(one.texts.items(), key=lambda item: -item[1])
    shown = {"distinct_texts": len(texts), "texts": [list(item) for item in texts[:top]]}
    return asdict(one) | {"slot": one.slot if known else None} | shown


def _words(literal: str) -> list[str]:
    """Constant words of a template between two slots."""
    tokens = tokenize([literal])
    kinds = tokens.kinds(0).tolist()
    return [word for word, kind in zip(tokens.words(0), kinds, strict=True) if kind != SEPARATOR]


def _some(labels: Labels, rows: Longs) -> Labels:
    """The labels of some records."""
    sizes = np.diff(labels.offsets)[rows]
    offsets = np.append(0, np.cumsum(sizes))
    index = np.repeat(labels.offsets[rows] - offsets[:-1], sizes) + np.arange(offsets[-1])
    return Labels(labels.template[rows], offsets, labels.start[index], labels.end[index], 0)
