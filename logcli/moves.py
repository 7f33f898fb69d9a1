"""What corrections come to: shapes of a parser's group that go to another one. Models keep them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from logcli.sketches import fitting
from logcli.templates import SLOT, align, fits, fits_by_word
from logcli.tokens import WEAK, tokenize

if TYPE_CHECKING:
    from logcli.base import Longs
    from logcli.shapes import ShapeTable

# Group of shapes that are told apart by fewer tokens only: too little is known of their lines.
_COARSE = -2


class Move(NamedTuple):
    """What fits a text goes from one group to another.

    group : -1 for what the parser gave none
    fit : None for the whole group
    by_word : values have no blanks
    loose : `fit` with a slot for each constant that the scan takes for a value
    values : which slot of `loose` each of these constants fills
    """

    group: int
    fit: str | None
    to: int
    by_word: bool = False
    loose: str = ""
    values: tuple[tuple[int, str], ...] = ()


class Variant(NamedTuple):
    """Records of a shape that have certain values.

    row : the shape
    body : of such a record
    group : where they belong
    fixed : numbers of these values among those of the shape
    """

    row: int
    body: str
    group: int
    fixed: tuple[int, ...] = ()


class Rows:
    """Shapes and the group of each, and variants of shapes; of several that fit the first one counts.

    exact : the shapes are whole bodies
    """

    def __init__(self, bodies: Sequence[str], groups: Longs, exact: bool) -> None:
        self.bodies = bodies
        self.groups = groups.copy()
        self.exact = exact
        self.variants: list[Variant] = []

    def move(self, move: Move) -> int:
        """Do it; how many shapes and variants went. Linear in the bytes of the group's bodies."""
        if move.values and not self.exact:
            return self._vary(move)
        found = self._fitting(move, move.fit)
        self.groups[found] = move.to
        went = [v.group == move.group and _fits(move, v.body) for v in self.variants]
        self.variants = [
            v._replace(group=move.to) if goes else v for v, goes in zip(self.variants, went, strict=True)
        ]
        return len(found) + sum(went)

    def _fitting(self, move: Move, text: str | None) -> list[int]:
        rows: list[int] = np.flatnonzero(self.groups == move.group).tolist()
        if text is None or not rows:
            return rows
        some = [self.bodies[k] for k in rows]
        found = zip(rows, some, fitting(some, text).tolist(), strict=True)
        return [k for k, body, fit in found if fit and (not move.by_word or fits_by_word(text, body))]

    def _vary(self, move: Move) -> int:
        """A variant for each shape, or variant of one, that can have the constants among its values."""
        before = len(self.variants)
        found: list[Variant] = []
        for variant in self.variants:
            # Before what it is a variant of: it says more.
            if variant.group == move.group:
                found += _variants(move, variant)
            found.append(variant)
        for k in self._fitting(move, move.loose):
            found += _variants(move, Variant(k, self.bodies[k], move.group))
        self.variants = found
        return len(found) - before


def _fits(move: Move, body: str) -> bool:
    return move.fit is None or (fits_by_word if move.by_word else fits)(move.fit, body)


def _variants(move: Move, parent: Variant) -> list[Variant]:
    """The records of a shape that have a move's constants; none if they would have another shape."""
    tokens = tokenize([parent.body])
    words, kinds = tokens.words(0), tokens.kinds(0)
    slots = align(move.loose, words)
    if slots is None or len(slots) != move.loose.count(SLOT):
        return []
    fixed = list(parent.fixed)
    for k, word in move.values:
        first, stop = slots[k]
        if stop != first + 1 or kinds[first] < WEAK:
            return []
        words[first] = word
        fixed.append(int((kinds[:first] >= WEAK).sum()))
    body = "".join(words)
    same = np.array_equal(tokenize([body]).kind, kinds) and _fits(move, body)
    return [Variant(parent.row, body, move.to, tuple(fixed))] if same else []


@dataclass(slots=True)
class Moves:
    """Moves in order, and the texts of the groups that they make, numbered after the parser's own."""

    texts: list[str] = field(default_factory=list)
    steps: list[Move] = field(default_factory=list)

    def applied(self, table: ShapeTable, first: int, groups: Longs) -> Rows:
        """Where the shapes from number `first` on belong, by what the parser said; pure."""
        rows = rows_of(table, first, groups)
        for step in self.steps:
            rows.move(step)
        return rows

    @property
    def split_shapes(self) -> bool:
        """Whether records of one shape may have different templates."""
        return any(step.values for step in self.steps)

    def save(self) -> dict[str, Any]:
        """As JSON-able data."""
        return {"templates": self.texts, "moves": [list(step) for step in self.steps]}

    @classmethod
    def load(cls, state: Any) -> Moves:
        """What `save` gave; raises LookupError, TypeError or ValueError if it is not that."""
        texts = [_of(str, text) for text in _of(list, state["templates"])]
        return cls(texts, [_step(*step) for step in _of(list, state["moves"])])

    def check(self, groups: int) -> None:
        """Raise ValueError for a group that is not there; `groups` : of the parser."""
        known = range(-1, groups + len(self.texts))
        if any(step.group not in known or step.to not in known for step in self.steps):
            raise ValueError("a correction is of a group that is not there")


def rows_of(table: ShapeTable, first: int, groups: Longs) -> Rows:
    """The shapes from number `first` on, and where a parser put them."""
    known = np.where(table.levels(first) > 0, _COARSE, groups)
    return Rows(table.bodies[first:], known, table.raw)


def _step(group: Any, fit: Any, to: Any, by_word: Any, loose: Any, values: Any) -> Move:
    pairs = tuple((_of(int, k), _of(str, word)) for k, word in values)
    slots = range(_of(str, loose).count(SLOT))
    if any(k not in slots for k, _ in pairs):
        raise ValueError("a correction is of a value that is not there")
    text = None if fit is None else _of(str, fit)
    return Move(_of(int, group), text, _of(int, to), _of(bool, by_word), loose, pairs)


def _of(kind: type[Any], value: Any) -> Any:
    if type(value) is not kind:
        raise TypeError(f"{kind.__name__} expected, got {type(value).__name__}")
    return value
