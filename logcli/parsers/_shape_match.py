"""Find the pattern of the `shape` parser that a new body is an instance of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from logcli.parsers._shape_patterns import collapse
from logcli.templates import SLOT
from logcli.tokens import SEPARATOR, VALUE, tokenize

_VALUE = 0
_UNKNOWN = -1


class Matcher:
    """Patterns by length, as rows of token ids.

    A word may stand where a pattern has a value; a separator may not.
    """

    def __init__(self, patterns: Sequence[tuple[str, ...]]) -> None:
        self._ids: dict[str, int] = {SLOT: _VALUE}
        self._exact = {pattern: k for k, pattern in reversed(list(enumerate(patterns)))}
        rows: dict[int, list[tuple[int, list[int]]]] = defaultdict(list)
        for k, pattern in enumerate(patterns):
            rows[len(pattern)].append((k, [self._ids.setdefault(s, len(self._ids)) for s in pattern]))
        self._numbers = {n: np.array([k for k, _ in found]) for n, found in rows.items()}
        self._tokens = {n: np.array([ids for _, ids in found], np.int64) for n, found in rows.items()}

    def match(self, bodies: Sequence[str]) -> npt.NDArray[np.int64]:
        """Pattern of each body, -1 for none; O(patterns of the same length) each."""
        tokens = tokenize(bodies)
        out = np.full(len(bodies), -1, np.int64)
        for i in range(len(bodies)):
            kinds = tokens.kinds(i).tolist()
            symbols = [SLOT if k >= VALUE else w for w, k in zip(tokens.words(i), kinds, strict=True)]
            fixed = [k == SEPARATOR for k in kinds]
            found = self._find(symbols, fixed)
            if found < 0:
                symbols = collapse(symbols)
                found = self._find(symbols, [not s[:1].isalnum() and s != SLOT for s in symbols])
            out[i] = found
        return out

    def _find(self, symbols: list[str], fixed: list[bool]) -> int:
        exact = self._exact.get(tuple(symbols), -1)
        n = len(symbols)
        if exact >= 0 or not n or n not in self._tokens:
            return exact
        patterns = self._tokens[n]
        ids = np.array([self._ids.get(symbol, _UNKNOWN) for symbol in symbols])
        fits = ((patterns == ids) | ((patterns == _VALUE) & ~np.array(fixed))).all(axis=1)
        where = np.flatnonzero(fits)
        if not len(where):
            return -1
        constants = (patterns[where] != _VALUE).sum(axis=1)
        return int(self._numbers[n][where[np.argmax(constants)]])
