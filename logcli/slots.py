"""What stands in the slots of templates: types, numbers and commonest values, in bounded memory."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from logcli import arrays
from logcli.columns import strings
from logcli.slot_types import Typed, types_of

if TYPE_CHECKING:
    from logcli.labels import Labeler, Labels
    from logcli.records import Records

# Different values of a slot that are counted one by one; later ones are only counted together.
MOST = 1000
_SHOWN = 5
_UNSEEN = Typed("empty")
_NUMERIC = frozenset({"number", "float", "percent"})


class SlotValues:
    """Values per template and slot.

    most : values beyond the first so many different ones of a slot are counted, not kept; `MOST` by default
    """

    def __init__(self, labeler: Labeler, most: int | None = None) -> None:
        self._labeler = labeler
        self._most = most or MOST
        self._counts: dict[int, Counter[str]] = {}
        self._more: Counter[int] = Counter()
        self._types: dict[int, Typed] = {}

    def update(self, records: Records, labels: Labels) -> None:
        """Count the values of a block."""
        sizes = np.diff(labels.offsets)
        if not len(labels.start):
            return
        nth = np.arange(len(labels.start)) - np.repeat(labels.offsets[:-1], sizes)
        slot = np.repeat(labels.template.astype(np.int64), sizes) << 20 | nth
        full = [key for key, known in self._counts.items() if len(known) >= self._most]
        loose = np.isin(slot, full)
        self._count_full(records, labels, slot, loose)
        keep = ~loose
        table = _counted(slot[keep], strings(records.text, labels.start[keep], labels.end[keep]))
        for key, value, count in table:
            known = self._counts.setdefault(key, Counter())
            if value in known or len(known) < self._most:
                known[value] += count
            else:
                self._more[key] += count

    def _count_full(self, records: Records, labels: Labels, slot: Any, loose: Any) -> None:
        """Slots with many values: only those that are known are told apart."""
        if not loose.any():
            return
        keys, inverse, totals = np.unique(slot[loose], return_inverse=True, return_counts=True)
        values = strings(records.text, labels.start[loose], labels.end[loose])
        for k, key in enumerate(keys.tolist()):
            known = self._counts[key]
            own = values.filter(arrays.numbers(inverse == k))
            found = pc.value_counts(own.filter(pc.is_in(own, arrays.texts(known))))
            seen = 0
            for value, count in zip(found.field(0).to_pylist(), found.field(1).to_pylist(), strict=True):
                known[value] += count
                seen += count
            self._more[key] += int(totals[k]) - seen

    def summary(self, template: int) -> str:
        """The slots of a template as JSON: what `described` gives."""
        return json.dumps(self.described(template), ensure_ascii=False)

    def described(self, template: int, shown: int = _SHOWN) -> list[dict[str, Any]]:
        """The slots of a template: type, number of values, range of numbers, the commonest values."""
        if len(self._types) < len(self._counts):
            self._types = dict(zip(self._counts, types_of(list(self._counts.values())), strict=True))
        slots = len(self._labeler.templates[template].literals) - 1
        return [self._slot(template << 20 | n, shown) for n in range(slots)]

    def _slot(self, key: int, shown: int) -> dict[str, Any]:
        known = self._counts.get(key, Counter())
        kind = self._types.get(key, _UNSEEN)
        row: dict[str, Any] = {"type": kind.name, "distinct": len(known)}
        if kind.others:
            row["others"] = kind.others
        if self._more[key]:
            row["at_least"] = True
        numbers = _numbers(known) if kind.name in _NUMERIC else []
        if numbers:
            row["min"], row["max"] = _plain(min(numbers)), _plain(max(numbers))
        row["top"] = [[value, count] for value, count in sorted(known.items(), key=_rank)[:shown]]
        return row


def _counted(slot: Any, values: pa.Array) -> list[tuple[int, str, int]]:
    """How often each value stands in each slot, in order of first occurrence: the first ones are kept."""
    table = pa.table(
        {"slot": arrays.numbers(slot), "value": values, "nth": arrays.numbers(np.arange(len(slot)))}
    )
    wanted: list[Any] = [([], "count_all"), ("nth", "min")]
    found = table.group_by(["slot", "value"], use_threads=False).aggregate(wanted).sort_by("nth_min")
    return list(
        zip(*(found.column(name).to_pylist() for name in ("slot", "value", "count_all")), strict=True)
    )


def _rank(item: tuple[str, int]) -> tuple[int, str]:
    return -item[1], item[0]


def _numbers(values: Iterable[str]) -> list[float]:
    """The values as numbers, but for those that are none or too large to be one."""
    return [number for value in values if math.isfinite(number := _number(value))]


def _number(value: str) -> float:
    """The number that a value is, without `%` and commas between thousands; infinite if it is none."""
    try:
        return float(value.replace(",", "").rstrip("% "))
    except ValueError:
        return math.inf


def _plain(number: float) -> float | int:
    return int(number) if number.is_integer() and abs(number) < 2**53 else number
