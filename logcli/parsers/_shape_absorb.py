"""Rows that are lines of another row: they differ from it in several slots at once, so slots cannot tell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from logcli.kernels import patterns as kernels
from logcli.parsers._shape_rows import VALUE_TOKEN, Rows

if TYPE_CHECKING:
    import numpy.typing as npt

# A row that takes others has so many constant words; a slot of it takes so many tokens at most.
_CONSTANTS = 3
_SPAN = 16
# Rows that are compared with one row at most.
_COMPARED = 200

_Row = list[int]


def absorb(rows: Rows, value: npt.NDArray[np.bool_]) -> bool:
    """Make each row that fits another one, with what may be values in its slots, that one.

    value : per token number whether it may be a value; whether any row changed is returned
    """
    word = (rows.role == kernels.WORD).tolist()
    may = np.where(rows.role == kernels.WORD, value, rows.role < kernels.HARD).tolist()
    may[VALUE_TOKEN] = True
    all_rows = [rows.token[a:b].tolist() for a, b in zip(rows.offsets[:-1], rows.offsets[1:], strict=True)]
    index = _Index(all_rows, word)
    into = list(range(len(all_rows)))
    for number in sorted(range(len(all_rows)), key=lambda k: -index.weight[k]):
        if index.weight[number] < _CONSTANTS or VALUE_TOKEN not in all_rows[number]:
            continue
        for other in index.candidates(number):
            free = into[other] == other != number and into[number] == number
            if free and _fits(all_rows[number], all_rows[other], may):
                into[other] = number
    changed = [number for number, other in enumerate(into) if number != other]
    if not changed:
        return False
    parts = [np.array(all_rows[k], np.int32) for k in into]
    rows.token = np.concatenate(parts)
    rows.offsets = np.cumsum([0, *map(len, parts)], dtype=np.int64)
    rows.unite()
    return True


class _Index:
    """Rows by their constant words."""

    def __init__(self, all_rows: Sequence[_Row], word: Sequence[bool]) -> None:
        self._constants = [{t for t in row if word[t] and t != VALUE_TOKEN} for row in all_rows]
        self.weight = [len(constants) for constants in self._constants]
        self._having: dict[int, list[int]] = {}
        for number, constants in enumerate(self._constants):
            for token in constants:
                self._having.setdefault(token, []).append(number)

    def candidates(self, number: int) -> Iterator[int]:
        """Rows that have all constant words of one, and more."""
        constants = self._constants[number]
        rarest = min(constants, key=lambda token: len(self._having[token]))
        some = self._having[rarest]
        if len(some) > _COMPARED:
            return
        for other in some:
            if constants <= self._constants[other]:
                yield other


def _fits(pattern: _Row, row: _Row, may: Sequence[bool]) -> bool:
    """Whether a row is the pattern with other tokens in its slots, all of which may be values.

    Leftmost matching, as a glob: O(tokens of the one times the other) at worst.
    """
    reach = {0}
    for token in pattern:
        following: set[int] = set()
        for at in reach:
            if token != VALUE_TOKEN:
                if at < len(row) and row[at] == token:
                    following.add(at + 1)
                continue
            for stop in range(at + 1, min(at + _SPAN, len(row)) + 1):
                if not may[row[stop - 1]]:
                    break
                following.add(stop)
        if not following:
            return False
        reach = following
    return len(row) in reach
