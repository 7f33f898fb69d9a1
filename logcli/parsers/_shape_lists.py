"""Lists of values, quantities with units, and empty brackets: one slot where their form varies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from logcli.kernels import patterns as kernels
from logcli.parsers._shape_rows import OPENING, VALUE_TOKEN, Rows, hash_rows

if TYPE_CHECKING:
    from logcli.base import Flags, Hashes, Ints, Longs


def collapse_lists(rows: Rows) -> None:
    """Lists of values, and quantities with their units, are one value where their form varies."""
    everywhere = np.ones(len(rows), bool)
    token, offsets = collapse_rows(rows.token, rows.offsets, everywhere, rows.kind)
    shorter = np.diff(offsets) < np.diff(rows.offsets)
    if not shorter.any():
        return
    _, form, forms = np.unique(hash_rows(token, offsets), return_inverse=True, return_counts=True)
    chosen = shorter & (forms[form] > 1)
    if chosen.any():
        rows.token, rows.offsets = collapse_rows(rows.token, rows.offsets, chosen, rows.kind)
        rows.unite()


def collapse_rows(token: Ints, offsets: Longs, chosen: Any, kinds: Flags) -> tuple[Ints, Longs]:
    """Rows with lists of values, and values with their units, as one value where they are chosen."""
    out, out_offsets = np.empty_like(token), np.empty_like(offsets)
    kernels.collapse(token, offsets, chosen, kinds, out, out_offsets)
    return out[: out_offsets[-1]].copy(), out_offsets


def closing(rows: Rows) -> Longs:
    """The token that closes what each token opens, below 0 for none; also for index -1."""
    numbers = {name: k for k, name in enumerate(rows.names) if len(name) == 1}
    return np.array([numbers.get(OPENING.get(name, ""), -2) for name in rows.names] + [-3])


def fill_empty(rows: Rows) -> None:
    """`()` is an empty slot where another row has a value between the brackets."""
    pairs = np.flatnonzero(closing(rows)[rows.token[:-1]] == rows.token[1:])
    row = rows.row_of(pairs)
    inside = pairs + 1 < rows.offsets[row + 1]
    pairs, row = pairs[inside], row[inside]
    if not len(pairs):
        return
    known = np.isin(_filled(rows, row, pairs), hash_rows(rows.token, rows.offsets))
    pairs, row = pairs[known], row[known]
    last = np.append(row[1:] != row[:-1], True)[: len(row)]
    if len(pairs):
        rows.insert(pairs[last] + 1)
        rows.unite()


def _filled(rows: Rows, row: Longs, pairs: Longs) -> Hashes:
    """Hashes of some rows when a value stands behind a place of theirs."""
    out = np.empty(len(row), np.uint64)
    for k, (r, pair) in enumerate(zip(row.tolist(), pairs.tolist(), strict=True)):
        tokens = rows.token[rows.offsets[r] : rows.offsets[r + 1]]
        with_value = np.insert(tokens, pair + 1 - rows.offsets[r], VALUE_TOKEN)
        out[k] = hash_rows(with_value, np.array([0, len(with_value)]))[0]
    return out
