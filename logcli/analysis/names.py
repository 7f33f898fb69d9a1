"""Numbers for texts that come in batches, in order of first appearance, up to a limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from logcli import arrays

if TYPE_CHECKING:
    from logcli.base import Longs

OTHERS, NONE = "(others)", "(none)"


class Names:
    """Texts by number; null is `(none)`, and what comes when there are `most` is `(others)`.

    Complexity: a dictionary look-up for each different text of a batch.
    """

    def __init__(self, most: int) -> None:
        self.texts: list[str] = []
        self._most = most
        self._known: dict[str | None, int] = {}

    def __len__(self) -> int:
        return len(self.texts)

    def numbers(self, column: pa.Array) -> Longs:
        """The number of each text of a column."""
        used, inverse = first_used(column)
        known = np.array([self._number(text) for text in used], np.int64)
        return known[inverse] if len(used) else np.zeros(0, np.int64)

    def _number(self, text: str | None) -> int:
        number = self._known.get(text)
        if number is None:
            full = len(self.texts) >= self._most
            shown = NONE if text is None else OTHERS if full else text
            if full:
                text = OTHERS
            number = self._known.setdefault(text, len(self.texts))
            if number == len(self.texts):
                self.texts.append(shown)
        return number


def first_used(column: pa.Array) -> tuple[list[str | None], Longs]:
    """Different texts of a column in order of first appearance, and which of them each row has."""
    if not pa.types.is_dictionary(column.type):
        column = column.cast(pa.string()).dictionary_encode()
    codes = arrays.values(column.indices, -1)
    used, first, inverse = np.unique(codes, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    used = used[order]
    found = column.dictionary.take(arrays.numbers(used, absent=used < 0)).to_pylist()
    return found, rank[inverse]
