"""Values that slots take in one log only, of slots that take few values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from logcli import arrays

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

# A slot with more values in both logs is no enumeration, and nothing is kept of it.
MOST_VALUES = 32
_SLOTS = 1 << 16


@dataclass(slots=True)
class SlotNew:
    """A slot that has new values.

    values : the new ones; known : the old ones, the commonest first
    good, bad, new : records of each log, and those of the bad one with a new value
    once : old values that were seen once
    """

    number: int
    slot: int
    good: int
    bad: int
    new: int
    once: int
    first: int
    last: int
    values: list[str]
    known: list[str]


@dataclass(slots=True)
class _Value:
    counts: list[int] = field(default_factory=lambda: [0, 0])
    first: int = -1
    last: int = -1


class SlotNews:
    """Values of the slots of templates on two sides, as long as they are few."""

    def __init__(self) -> None:
        self._values: dict[int, dict[str, _Value]] = {}
        self._full = np.zeros(0, np.int64)

    def update(self, parameters: pa.ListArray, which: Ints, line: Ints, bad: Flags) -> None:
        """Count the values of a batch; `which` are the numbers of its records' templates."""
        sizes = np.diff(arrays.values(parameters.offsets)).astype(np.int64)
        starts = np.concatenate(([0], np.cumsum(sizes)[:-1]))
        slot = np.repeat(which * _SLOTS - starts, sizes) + np.arange(int(sizes.sum()))
        row = np.repeat(np.arange(len(which)), sizes)
        kept = ~np.isin(slot, self._full)
        if not kept.any():
            return
        values = parameters.flatten().filter(arrays.numbers(kept))
        row = row[kept]
        columns = [arrays.numbers(slot[kept]), values, arrays.numbers(bad[row]), arrays.numbers(line[row])]
        table = pa.Table.from_arrays(columns, ["slot", "value", "bad", "line"])
        groups = table.group_by(["slot", "value", "bad"], use_threads=False)
        self._add(groups.aggregate([("line", "count"), ("line", "min"), ("line", "max")]))

    def _add(self, found: pa.Table) -> None:
        slots, counts = np.unique(_slots(found), return_counts=True)
        # Each value can come on two sides.
        many = slots[counts > 2 * MOST_VALUES]
        few = found.filter(arrays.numbers(~np.isin(_slots(found), many)))
        full = set(many.tolist())
        names = ("slot", "value", "bad", "line_count", "line_min", "line_max")
        for slot, value, bad, count, first, last in zip(*(few[n].to_pylist() for n in names), strict=True):
            known = self._values.setdefault(slot, {}).setdefault(value, _Value())
            known.counts[bad] += count
            if bad:
                known.first = first if known.first < 0 else min(first, known.first)
                known.last = max(last, known.last)
            if len(self._values[slot]) > MOST_VALUES:
                full.add(slot)
        for slot in full:
            self._values.pop(slot, None)
        self._full = np.union1d(self._full, np.array(sorted(full), np.int64))

    def news(self, least: int) -> Iterator[SlotNew]:
        """Slots with new values that the good log has filled at least so often, in order."""
        for key in sorted(self._values):
            values = self._values[key]
            old = {text: value for text, value in values.items() if value.counts[0]}
            new = {text: value for text, value in values.items() if not value.counts[0]}
            good = sum(value.counts[0] for value in old.values())
            if not new or good < least:
                continue
            yield SlotNew(
                key // _SLOTS, key % _SLOTS + 1, good,
                bad=sum(value.counts[1] for value in values.values()),
                new=sum(value.counts[1] for value in new.values()),
                once=sum(value.counts[0] == 1 for value in old.values()),
                first=min(value.first for value in new.values()),
                last=max(value.last for value in new.values()),
                values=sorted(new, key=lambda text: (-new[text].counts[1], text)),
                known=sorted(old, key=lambda text: (-old[text].counts[0], text)),
            )  # fmt: skip


def _slots(found: pa.Table) -> Ints:
    chunks = [arrays.values(chunk) for chunk in found["slot"].chunks]
    return np.concatenate([np.zeros(0, np.int64), *chunks])
