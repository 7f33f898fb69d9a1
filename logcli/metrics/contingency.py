"""How the lines of found groups lie in true groups: what the metrics of groups and templates are made of."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Contingency:
    """Counts of lines by found and by true label; a row for each pair of labels that occurs.

    found_labels, true_labels : each label once, in order of its first line
    found, true : of each row, the number of its labels in these lists
    count : lines of each row
    """

    found_labels: list[Hashable]
    true_labels: list[Hashable]
    found: Ints
    true: Ints
    count: Ints

    @property
    def lines(self) -> int:
        """Lines that have a true label."""
        return int(self.count.sum())

    @cached_property
    def found_sizes(self) -> Ints:
        """Lines of each found label."""
        return _total(self.found, self.count, len(self.found_labels))

    @cached_property
    def true_sizes(self) -> Ints:
        """Lines of each true label."""
        return _total(self.true, self.count, len(self.true_labels))

    @cached_property
    def pure(self) -> Flags:
        """Rows that hold all lines of their found label: it has one true label."""
        return np.equal(self.count, self.found_sizes[self.found])

    @cached_property
    def exact(self) -> Flags:
        """Rows whose found and true label have the same lines."""
        return self.pure & np.equal(self.count, self.true_sizes[self.true])

    def asked(self, only: Collection[Hashable] | None) -> Flags:
        """Rows whose true label is one of `only`; all rows if that is None."""
        if only is None:
            return np.ones(len(self.count), np.bool_)
        wanted = set(only)
        flags = np.array([label in wanted for label in self.true_labels], np.bool_)
        return flags[self.true]

    def found_among(self, rows: Flags) -> int:
        """Number of found labels that occur in these rows."""
        return len(np.unique(self.found[rows]))

    def true_among(self, only: Collection[Hashable] | None) -> int:
        """Number of true labels, or of those asked for, as Loghub-2.0 counts them: absent ones too."""
        return len(self.true_labels) if only is None else len(set(only))


def contingency(found: Iterable[Hashable], truth: Iterable[Hashable]) -> Contingency:
    """Compare two labelings line by line; lines whose true label is None or NaN are left out.

    Complexity: O(n log n). Raises ValueError when the lengths differ.

    >>> table = contingency(["x", "x", "y"], ["a", "b", "b"])
    >>> table.found.tolist(), table.true.tolist(), table.count.tolist()
    ([0, 0, 1], [0, 1, 1], [1, 1, 1])
    """
    names, f = _numbered(found)
    true_names, t = _numbered(truth)
    if len(f) != len(t):
        raise ValueError(f"{len(f)} lines parsed, {len(t)} in the truth")
    missing = np.array([name is None or name != name for name in true_names], np.bool_)
    if missing.any():
        keep = ~missing[t]
        names, f = _kept(names, f[keep])
        true_names, t = _kept(true_names, t[keep])
    pairs, count = np.unique(f * max(len(true_names), 1) + t, return_counts=True)
    rows, columns = np.divmod(pairs, max(len(true_names), 1))
    return Contingency(names, true_names, rows, columns, count.astype(np.int64))


def harmonic(right: int, found: int, true: int) -> float:
    """F1 of `right` among `found` and `true` things; 0 when nothing is right.

    >>> harmonic(1, 1, 3)
    0.5
    """
    return 2 * right / (found + true) if right else 0.0


def share(part: int | float, whole: int | float) -> float:
    """`part / whole`, and 0 when there is nothing."""
    return float(part / whole) if whole else 0.0


def _numbered(labels: Iterable[Hashable]) -> tuple[list[Hashable], Ints]:
    """Distinct labels in order of first line, and the number of each line's label."""
    if isinstance(labels, np.ndarray):
        labels = labels.tolist()
    numbers: dict[Hashable, int] = {}
    coded = np.fromiter((numbers.setdefault(label, len(numbers)) for label in labels), np.int64)
    return list(numbers), coded


def _kept(names: list[Hashable], numbers: Ints) -> tuple[list[Hashable], Ints]:
    """The same without the names that no line has any more."""
    still, numbers = np.unique(numbers, return_inverse=True)
    return [names[k] for k in still], numbers.astype(np.int64)


def _total(label: Ints, count: Ints, labels: int) -> Ints:
    totals = np.zeros(labels, np.int64)
    np.add.at(totals, label, count)
    return totals
