"""Find the pattern of the `shape` parser that a new body is an instance of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import chain, pairwise
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from logcli.growing import Interned
from logcli.kernels.tokens import CLASS
from logcli.packed import Counts, Texts
from logcli.parsers._shape_lists import collapse_rows
from logcli.parsers._shape_records import type_objects, type_records
from logcli.parsers._shape_rows import NAMED, VALUE_TOKEN, Rows, hash_rows
from logcli.parsers._shape_types import type_chunks, type_words
from logcli.template_index import TemplateIndex

if TYPE_CHECKING:
    from logcli.base import Ints, Longs


class Matcher:
    """Patterns by length, as rows of token numbers.

    A word may stand where a pattern has a value, and what has no blank in it when nothing else fits.
    """

    def __init__(self, patterns: Sequence[tuple[str, ...]]) -> None:
        self._words = Interned()
        self._words.add_texts(NAMED)
        self._index = TemplateIndex(["".join(symbols) for symbols in patterns], by_word=True)
        token = self._words.add_texts(list(chain.from_iterable(patterns)))
        offsets = np.cumsum([0, *map(len, patterns)], dtype=np.int64)
        hashes = hash_rows(token, offsets).tolist()
        self._exact = {h: k for k, h in reversed(list(enumerate(hashes)))}
        numbers: dict[int, list[int]] = defaultdict(list)
        for k, size in enumerate(np.diff(offsets).tolist()):
            numbers[size].append(k)
        self._numbers = {n: np.array(ks) for n, ks in numbers.items()}
        self._rows = {n: token[offsets[ks][:, None] + np.arange(n)] for n, ks in self._numbers.items()}

    def match(self, bodies: Sequence[str]) -> npt.NDArray[np.int64]:
        """Pattern of each body, -1 for none; O(patterns of the same length) each."""
        rows = Rows(Texts.of(bodies), Counts.of([()] * len(bodies)), self._words)
        type_words(rows)
        type_chunks(rows)
        type_objects(rows)
        type_records(rows)
        found = self._find(rows.token, rows.offsets)
        short, offsets = collapse_rows(rows.token, rows.offsets, found < 0, rows.kind)
        again = np.flatnonzero((found < 0) & (np.diff(offsets) < np.diff(rows.offsets)))
        for k in again.tolist():
            a, b = offsets[k : k + 2]
            found[k] = self._find(short[a:b], np.array([0, b - a]))[0]
        out = found[rows.owner]
        for k in np.flatnonzero(out < 0).tolist():
            out[k] = self._index.find(bodies[k])
        return out

    def _find(self, token: Ints, offsets: Longs) -> npt.NDArray[np.int64]:
        """Pattern of each row of tokens."""
        first = self._words.pool[self._words.offsets[:-1]]
        separator = CLASS[first] & 1 == 0
        separator[VALUE_TOKEN] = False
        found = [self._exact.get(h, -1) for h in hash_rows(token, offsets).tolist()]
        spans = offsets.tolist()
        for k, (a, b) in enumerate(pairwise(spans)):
            if found[k] < 0 and b - a in self._rows:
                found[k] = self._like(token[a:b], separator[token[a:b]])
        return np.array(found, np.int64)

    def _like(self, tokens: Ints, separator: npt.NDArray[np.bool_]) -> int:
        """The pattern with most constants that fits."""
        patterns = self._rows[len(tokens)]
        fits = ((patterns == tokens) | ((patterns == VALUE_TOKEN) & ~separator)).all(axis=1)
        where = np.flatnonzero(fits)
        if not len(where) or not len(tokens):
            return -1
        constants = (patterns[where] != VALUE_TOKEN).sum(axis=1)
        return int(self._numbers[len(tokens)][where[np.argmax(constants)]])
