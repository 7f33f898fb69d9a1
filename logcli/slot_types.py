"""The type of a slot, decided over the distinct values that stand in it.

A type fits when all of its values, or all but one in twenty, have its form (`value_types`). Values that only
say that there is none (`-`, `null`) do not count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from logcli import arrays
from logcli.value_types import TYPES, ValueType

if TYPE_CHECKING:
    from logcli.base import Longs

# What slots are whose values have no form: see `_untyped`.
EMPTY, ENUM, TEXT, IDENTIFIER = "empty", "enum", "free text", "identifier"
# What is written where there is no value.
_NOTHING = frozenset({
    "", "-", "--", "null", "NULL", "nil", "None", "(null)", "(none)", "n/a", "N/A", "undefined", "NaN", "?",
})  # fmt: skip
# Of so many values one may be of another form.
_TOLERATED = 20
# Values of an enum, and how often each is there on average at least.
_FEW, _OFTEN = 12, 2
# Values of a slot that are looked at before the others are.
_HEAD = 16


class Typed(NamedTuple):
    """The type of a slot, and how many of its distinct values are of another form."""

    name: str
    others: int = 0


def type_of(values: Mapping[str, int]) -> Typed:
    """The type of one slot, of its values with their counts.

    >>> type_of({"1": 3, "22": 1}).name, type_of({"up": 9, "down": 8}).name, type_of({"a b": 1}).name
    ('number', 'enum', 'free text')
    """
    return types_of([values])[0]


def types_of(slots: Sequence[Mapping[str, int]]) -> list[Typed]:
    """The types of slots, of their values with their counts.

    O(distinct values) for each type that the first values of a slot do not rule out; patterns are run over
    the distinct values of all slots together.
    """
    said = [[value for value in values if value not in _NOTHING] for values in slots]
    values = _Values(said)
    found = [Typed(EMPTY)] * len(said)
    # What fits all comes first: numbers of which one has a dot are floats.
    for allowed in (0 * values.sizes, values.sizes // _TOLERATED):
        for kind in TYPES:
            fits, others = values.fitting(kind, allowed)
            for k in fits.tolist():
                found[k] = Typed(kind.name, int(others[k]))
    for k in np.flatnonzero(values.open).tolist():
        found[k] = Typed(_untyped(said[k], sum(slots[k][value] for value in said[k])))
    return found


class _Values:
    """Distinct values of slots.

    sizes : how many each slot has; open : whether its type is not known yet
    """

    def __init__(self, said: Sequence[Sequence[str]]) -> None:
        self.sizes = np.array([len(values) for values in said], np.int64)
        self.open = self.sizes > 0
        self._slot = np.repeat(np.arange(len(said)), self.sizes)
        nth = np.arange(len(self._slot)) - np.repeat(np.cumsum(self.sizes) - self.sizes, self.sizes)
        self._parts = nth < _HEAD, np.ones(len(nth), bool)
        coded = arrays.texts(chain.from_iterable(said)).dictionary_encode()
        self._texts, self._number = coded.dictionary, arrays.values(coded.indices)

    def fitting(self, kind: ValueType, allowed: Longs) -> tuple[Longs, Longs]:
        """Open slots that a type fits, which it closes; and how many values of each slot have another form.

        allowed : how many of them may
        """
        fits, others = self.open.copy(), np.zeros(len(self.open), np.int64)
        for part in self._parts:
            rows = np.flatnonzero(part & fits[self._slot])
            odd = rows[~_fits(kind, self._texts, self._number[rows])]
            others = np.bincount(self._slot[odd], minlength=len(self.open))
            fits &= others <= allowed
        self.open &= ~fits
        return np.flatnonzero(fits), others


def _fits(kind: ValueType, texts: pa.Array, number: Longs) -> npt.NDArray[np.bool_]:
    """Which of some numbered texts are of a type."""
    used, inverse = np.unique(number, return_inverse=True)
    some = texts.take(arrays.numbers(used))
    found = pc.match_substring_regex(some, rf"\A(?:{kind.pattern})\z")
    if kind.but:
        found = pc.and_not(found, pc.match_substring_regex(some, rf"\A(?:{kind.but})\z"))
    fits: npt.NDArray[np.bool_] = arrays.values(found)[inverse]
    return fits


def _untyped(values: Sequence[str], times: int) -> str:
    """What values without a form are: few that come again, single words, or any text."""
    if len(values) <= _FEW and times >= _OFTEN * len(values):
        return ENUM
    return TEXT if any(any(map(str.isspace, value)) for value in values) else IDENTIFIER
