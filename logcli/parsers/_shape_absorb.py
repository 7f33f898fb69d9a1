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
_CONSTANTS = 2
_SPAN = 16
# Rows that are compared with one row at most, and with all of them.
_COMPARED, _COMPARISONS = 200, 1_000_000

_Row = list[int]


def absorb(rows: Rows, value: npt.NDArray[np.bool_]) -> bool:
    """Make each row that fits another one, with what may be values in its slots, that one.

    value : per token number whether it may be a value; whether any row changed is returned
    """
    tokens = _Tokens(rows, value)
    all_rows = [rows.token[a:b].tolist() for a, b in zip(rows.offsets[:-1], rows.offsets[1:], strict=True)]
    index = _Index(all_rows, tokens.word)
    into = list(range(len(all_rows)))
    for number in sorted(range(len(all_rows)), key=lambda k: -index.weight[k]):
        pattern = all_rows[number]
        if index.weight[number] < _CONSTANTS or VALUE_TOKEN not in pattern or into[number] != number:
            continue
        free = tokens.free(pattern)
        for other in index.candidates(number):
            if into[other] == other != number and _fits(pattern, free, all_rows[other], tokens):
                into[other] = number
    changed = any(number != other for number, other in enumerate(into))
    if changed:
        parts = [np.array(all_rows[k], np.int32) for k in into]
        rows.token = np.concatenate(parts)
        rows.offsets = np.cumsum([0, *map(len, parts)], dtype=np.int64)
        rows.unite()
    return changed


class _Tokens:
    """What tokens may be, by their numbers."""

    def __init__(self, rows: Rows, value: npt.NDArray[np.bool_]) -> None:
        may = np.where(rows.role == kernels.WORD, value, rows.role < kernels.HARD)
        may[VALUE_TOKEN] = True
        self.word = (rows.role == kernels.WORD).tolist()
        self._may = may.tolist()
        self._soft = (rows.role == kernels.SOFT).tolist()
        self._blank = (rows.role == kernels.END).tolist()
        self._phrase = np.isin(rows.sign, (kernels.COLON, kernels.DASH)).tolist()
        self._quote = np.isin(rows.sign, (kernels.QUOTE, kernels.OPENS, kernels.CURLY)).tolist()

    def free(self, pattern: _Row) -> list[bool]:
        """Which slots of a pattern take any words: behind `: ` and ` - `, in quotes and brackets."""
        found = [False] * len(pattern)
        for k, token in enumerate(pattern):
            if token == VALUE_TOKEN and k > 1:
                behind = self._blank[pattern[k - 1]] and self._phrase[pattern[k - 2]]
                found[k] = behind or self._quote[pattern[k - 1]]
        return found

    def may_be_value(self, row: _Row, k: int) -> bool:
        """Whether a token of a row may be part of a value: by itself, or as a part of a chunk."""
        if self._may[row[k]]:
            return True
        soft_before = k > 0 and self._soft[row[k - 1]]
        return self.word[row[k]] and (soft_before or (k + 1 < len(row) and self._soft[row[k + 1]]))


class _Index:
    """Rows by their constant words."""

    def __init__(self, all_rows: Sequence[_Row], word: Sequence[bool]) -> None:
        self._constants = [{t for t in row if word[t] and t != VALUE_TOKEN} for row in all_rows]
        self.weight = [len(constants) for constants in self._constants]
        self._compared = 0
        self._having: dict[int, list[int]] = {}
        for number, constants in enumerate(self._constants):
            for token in constants:
                self._having.setdefault(token, []).append(number)

    def candidates(self, number: int) -> Iterator[int]:
        """Rows that have all constant words of one, and more."""
        constants = self._constants[number]
        rarest = min(constants, key=lambda token: len(self._having[token]))
        some = self._having[rarest]
        self._compared += len(some)
        if len(some) > _COMPARED or self._compared > _COMPARISONS:
            return
        for other in some:
            if constants <= self._constants[other]:
                yield other


def _fits(pattern: _Row, free: Sequence[bool], row: _Row, tokens: _Tokens) -> bool:
    """Whether a row is the pattern with other tokens in its slots, all of which may be values.

    free : slots that take any words. O(tokens of the one times the other) at worst.
    """
    reach = {0}
    for slot, token in enumerate(pattern):
        following: set[int] = set()
        for at in reach:
            if token != VALUE_TOKEN:
                if at < len(row) and row[at] == token:
                    following.add(at + 1)
                continue
            for stop in range(at + 1, min(at + _SPAN, len(row)) + 1):
                if not free[slot] and not tokens.may_be_value(row, stop - 1):
                    break
                following.add(stop)
        if not following:
            return False
        reach = following
    return len(row) in reach
