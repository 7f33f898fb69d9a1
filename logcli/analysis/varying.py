"""Which values vary, and how: slots of few values, and slots of numbers far apart."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from logcli import arrays
from logcli.slot_types import Typed, types_of

if TYPE_CHECKING:
    from logcli.base import Longs

# Different values of a slot that are counted; of a slot with more, only the range of numbers is known.
_MOST = 200
# Slots that are looked into at all.
_SLOTS = 20_000
_FEW = 8
_SHOWN = 5
# How many times larger than the median a largest number must be to be told, and values for a median.
_WIDE, _ENOUGH = 10, 5
_NUMERIC = frozenset({"number", "float", "percent"})
_BITS = 10  # slots of a template that are looked into: 1024
_NUMBER = r"\A[+-]?[0-9]{1,15}(?:\.[0-9]{1,15})?\z"


@dataclass(slots=True)
class Slot:
    """What stands in one slot.

    key : template number, then number of the slot
    values : the first different ones, with how often each was there; full : there are more
    low, high : smallest and largest number
    """

    key: int
    values: dict[str, int] = field(default_factory=dict)
    full: bool = False
    low: float = math.inf
    high: float = -math.inf

    def add(self, value: str, count: int) -> None:
        """Count a value, unless there are too many."""
        if value in self.values or len(self.values) < _MOST:
            self.values[value] = self.values.get(value, 0) + count
        else:
            self.full = True


class Slots:
    """Built up batch by batch; memory is bounded by slots times values.

    Complexity: one grouping of a batch's values; slots that are full only have their range kept.
    """

    def __init__(self) -> None:
        self._slots: dict[int, Slot] = {}
        self._full = np.zeros(0, np.int64)

    def update(self, templates: Longs, parameters: pa.Array) -> None:
        """Take the parameters of some records into account, of which the template numbers are known."""
        keys, values = _flat(templates, parameters)
        open_ = arrays.numbers(~np.isin(keys, self._full))
        open_keys = keys[arrays.values(open_)]
        for key, value, count in zip(*_counted(open_keys, values.filter(open_)), strict=True):
            slot = self._slots.get(key)
            if slot is None:
                if len(self._slots) >= _SLOTS:
                    continue
                slot = self._slots[key] = Slot(key)
            slot.add(value, count)
        self._full = np.array([key for key, slot in self._slots.items() if slot.full], np.int64)
        beyond = np.isin(keys, self._full)
        self._range(keys[beyond], values.filter(arrays.numbers(beyond)))

    def varying(self, top: int, texts: Sequence[str], counts: Sequence[int]) -> list[dict[str, Any]]:
        """The slots that say most, those of most records first: few values, or far numbers.

        texts, counts : of templates by number
        """
        slots = [slot for slot in self._slots.values() if len(slot.values) > 1]
        types = types_of([slot.values for slot in slots])
        rows = []
        for slot, kind in zip(slots, types, strict=True):
            template = slot.key >> _BITS
            row = {
                "template": texts[template],
                "slot": (slot.key & (1 << _BITS) - 1) + 1,
                **_told(slot, kind),
            }
            if row["how"]:
                rows.append({**row, "records": counts[template]})
        rows.sort(key=lambda row: (-row["records"], row["template"], row["slot"]))
        return rows[:top]

    def _range(self, keys: Longs, values: pa.Array) -> None:
        """Smallest and largest number of slots that are full, beside those of their values."""
        numeric = pc.match_substring_regex(values, _NUMBER)
        owner = keys[arrays.values(numeric)]
        numbers = arrays.values(values.filter(numeric).cast(pa.float64()))
        order = np.argsort(owner, kind="stable")
        used, starts = np.unique(owner[order], return_index=True)
        if not len(used):
            return
        low, high = (extreme.reduceat(numbers[order], starts) for extreme in (np.minimum, np.maximum))
        for key, least, most in zip(used.tolist(), low.tolist(), high.tolist(), strict=True):
            slot = self._slots[key]
            slot.low, slot.high = min(slot.low, least), max(slot.high, most)


def _flat(templates: Longs, parameters: pa.Array) -> tuple[Longs, pa.Array]:
    """The slot of each value, and all values."""
    sizes = arrays.values(pc.list_value_length(parameters)).astype(np.int64)
    values = pc.list_flatten(parameters)
    nth = np.arange(len(values)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    keep = nth < 1 << _BITS
    keys = np.repeat(templates, sizes) << _BITS | nth
    return keys[keep], values if keep.all() else values.filter(arrays.numbers(keep))


def _counted(keys: Longs, values: pa.Array) -> tuple[list[Any], list[Any], list[Any]]:
    """How often each value stands in each slot, in order of first occurrence."""
    table = pa.table({"key": arrays.numbers(keys), "value": values})
    wanted: list[Any] = [([], "count_all")]
    # grouping in one thread keeps the order of first occurrence
    found = table.group_by(["key", "value"], use_threads=False).aggregate(wanted)
    key, value, count = (found.column(name).to_pylist() for name in ("key", "value", "count_all"))
    return key, value, count


def _told(slot: Slot, kind: Typed) -> dict[str, Any]:
    """What is told of a slot; `how` is empty if it says little.

    How often values of a full slot come depends on where blocks end, so it is not told.
    """
    ranked = sorted(slot.values.items(), key=lambda item: (-item[1], item[0]))
    few = not slot.full and len(ranked) <= _FEW and ranked[0][1] > 1
    row: dict[str, Any] = {"type": kind.name, "distinct": len(ranked), "at_least": slot.full}
    low, median, high = _spread(slot) if kind.name in _NUMERIC else (None, None, None)
    wide = high is not None and median is not None and high > _WIDE * max(abs(median), 1)
    row |= {"how": "range" if wide and len(ranked) >= _ENOUGH else "few" if few else ""}
    top = [] if slot.full else [list(item) for item in ranked[:_SHOWN]]
    return row | {"min": low, "median": median, "max": high, "top": top}


def _spread(slot: Slot) -> tuple[float | None, float | None, float | None]:
    """Smallest number, median of the different ones, largest."""
    numbers = sorted(number for text in slot.values if math.isfinite(number := _number(text)))
    if not numbers:
        return None, None, None
    ends = min(slot.low, numbers[0]), max(slot.high, numbers[-1])
    low, median, high = (_plain(number) for number in (ends[0], numbers[len(numbers) // 2], ends[1]))
    return low, median, high


def _plain(number: float) -> float | int:
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


def _number(text: str) -> float:
    try:
        return float(text.replace(",", "").rstrip("% "))
    except ValueError:
        return math.inf
