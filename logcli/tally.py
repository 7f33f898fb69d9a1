"""Records counted by the template that they were given, for runs that know templates beforehand."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import numpy as np

from logcli.shapes import BlockShapes, ShapeTable

if TYPE_CHECKING:
    from logcli.base import Ints
    from logcli.labels import Labels
    from logcli.records import Records


class Tally:
    """Counts, first and last records per template, in the columns of a `ShapeTable`.

    A table of shapes says nothing of templates when records of one shape have different ones: a
    model knows `node1 up`, and `node2 up` is new.
    """

    def __init__(self) -> None:
        self.table = ShapeTable(raw=True, cap=sys.maxsize, cap_bytes=sys.maxsize)
        self._templates: list[int] = []

    @property
    def owner(self) -> Ints:
        """Template number of each row of the table."""
        return np.array(self._templates, np.int32)

    def update(self, records: Records, labels: Labels) -> None:
        """Count a block."""
        known = len(self.table)
        templates, block = _by_template(records, labels.template)
        numbers = self.table.admit(block, records)
        self._templates += templates[numbers >= known].tolist()


def _by_template(records: Records, template: Ints) -> tuple[Ints, BlockShapes]:
    """The templates of a block, each as if it were a shape."""
    rows = np.flatnonzero(template >= 0)
    found, first, inverse = np.unique(template[rows], return_index=True, return_inverse=True)
    last = np.zeros(len(found), np.int64)
    last[inverse] = rows
    ranks = np.zeros((len(found), 7), np.int64)
    np.add.at(ranks, (inverse, (records.severity[rows] + 3) >> 2), 1)
    shape = np.full(len(template), -1, np.int32)
    shape[rows] = inverse
    counts = np.bincount(inverse, minlength=len(found))
    nothing = np.zeros(0, np.uint64)
    return found, BlockShapes(
        shape, found.astype(np.uint64), counts, rows[first], last, ranks,
        np.zeros(len(found) + 1, np.int64), nothing, nothing,
    )  # fmt: skip
