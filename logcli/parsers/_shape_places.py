"""Places of rows that are equal everywhere else: what may be a slot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from logcli.kernels import patterns as kernels
from logcli.parsers._shape_rows import VALUE_TOKEN, Rows

if TYPE_CHECKING:
    from logcli.base import Ints, Longs

Numbers = npt.NDArray[np.float64]


@dataclass(slots=True)
class Places:
    """Places of several rows that are equal everywhere else, in order of the place.

    member, length : token positions and how many tokens; of_member : number of the place of each
    size, first : members of each place, and its first one
    has_value : whether a value is a member
    loose : whether a member has brackets, quotes, `=` or commas; phrase : whether one has blanks
    """

    member: Longs
    length: Longs
    of_member: Longs
    size: Longs
    first: Longs
    has_value: npt.NDArray[np.bool_]
    loose: npt.NDArray[np.bool_]
    phrase: npt.NDArray[np.bool_]

    def mean(self, values: Any) -> Numbers:
        """Mean of a number over the members of each place that are no value."""
        found: Numbers = np.bincount(self.of_member, weights=values) / np.maximum(1, self.words)
        return found

    @property
    def words(self) -> Longs:
        """How many different words each place has."""
        found: Longs = self.size - self.has_value
        return found


def find_places(rows: Rows) -> tuple[Places | None, Ints]:
    """Places that several rows share, None if there are none; and of each row its words and values."""
    size = len(rows.token)
    key, member, length = np.empty(5 * size, np.uint64), *np.empty((2, 5 * size), np.int32)
    before, after = np.empty((2, size + 1), np.uint64)
    rich = np.empty(len(rows), np.int32)
    seen = np.zeros(1 << max(10, (5 * size).bit_length()), np.uint8)
    n = kernels.places(
        rows.token, rows.offsets, rows.role, rows.sign, before, after, seen, key, member, length, rich
    )
    order = np.argsort(key[:n], kind="stable")
    ordered = key[order]
    fresh = np.ones(n, bool)
    fresh[1:] = ordered[1:] != ordered[:-1]
    number = np.cumsum(fresh) - 1
    several = np.bincount(number, minlength=1)[number] > 1
    if not several.any():
        return None, rich
    _, of_member = np.unique(number[several], return_inverse=True)
    return _grouped(rows, member[order[several]], length[order[several]], of_member), rich


def _grouped(rows: Rows, member: Ints, length: Ints, of_member: Longs) -> Places:
    start, stop = member.astype(np.int64), member.astype(np.int64) + length
    role = rows.role[rows.token]
    hard = np.append(0, np.cumsum(role >= kernels.HARD))
    blank = np.append(0, np.cumsum(role == kernels.END))
    value = (rows.token[start] == VALUE_TOKEN) & (length == 1)
    size = np.bincount(of_member)
    return Places(
        start, stop - start, of_member, size, np.searchsorted(of_member, np.arange(len(size))),
        np.bincount(of_member, weights=value).astype(bool),
        np.bincount(of_member, weights=hard[stop] > hard[start]).astype(bool),
        np.bincount(of_member, weights=blank[stop] > blank[start]).astype(bool),
    )  # fmt: skip
