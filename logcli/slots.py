"""What stands in the slots of templates: kinds, numbers and commonest values, in bounded memory."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from logcli import arrays
from logcli.columns import strings

if TYPE_CHECKING:
    from logcli.labels import Labeler, Labels
    from logcli.records import Records

# Different values of a slot that are counted one by one; later ones are only counted together.
MOST = 1000
_SHOWN = 5
_KINDS = (
    ("integer", re.compile(r"[-+]?\d+")),
    ("number", re.compile(r"[-+]?\d+\.\d+")),
    ("ip", re.compile(r"\d{1,3}(\.\d{1,3}){3}")),
    ("host:port", re.compile(r"[\w.-]*[\w.]:\d{1,5}")),
    ("uuid", re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")),
    ("time", re.compile(r"(\d{4}[-/]\d\d[-/]\d\d.*|\d{1,2}:\d\d(:\d\d([.,]\d+)?)?)")),
    ("duration", re.compile(r"\d+(\.\d+)?\s?(ns|us|µs|ms|s|sec|secs|seconds|m|min|h)")),
    ("size", re.compile(r"\d+(\.\d+)?\s?(B|[KMGT]i?B|[kKMG]|bytes)")),
    ("hex", re.compile(r"(0x)?[0-9a-fA-F]{4,}")),
    ("url", re.compile(r"[a-z][a-z0-9+.-]*://\S+")),
    ("path", re.compile(r"(/|[A-Za-z]:\\)\S*")),
    ("identifier", re.compile(r"[\w.@:#$/-]*\d[\w.@:#$/-]*")),
    ("word", re.compile(r"[\w.$-]+")),
)


class SlotValues:
    """Values per template and slot.

    Values beyond the first `MOST` different ones of a slot are counted, not kept.
    """

    def __init__(self, labeler: Labeler) -> None:
        self._labeler = labeler
        self._counts: dict[int, Counter[str]] = {}
        self._more: Counter[int] = Counter()

    def update(self, records: Records, labels: Labels) -> None:
        """Count the values of a block."""
        sizes = np.diff(labels.offsets)
        if not len(labels.start):
            return
        nth = np.arange(len(labels.start)) - np.repeat(labels.offsets[:-1], sizes)
        slot = np.repeat(labels.template.astype(np.int64), sizes) << 20 | nth
        full = [key for key, known in self._counts.items() if len(known) >= MOST]
        loose = np.isin(slot, full)
        self._count_full(records, labels, slot, loose)
        keep = ~loose
        table = _counted(slot[keep], strings(records.text, labels.start[keep], labels.end[keep]))
        for key, value, count in table:
            known = self._counts.setdefault(key, Counter())
            if value in known or len(known) < MOST:
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
        """The slots of a template as JSON: kind, number of values, commonest ones."""
        slots = len(self._labeler.templates[template].literals) - 1
        rows = [self._slot(template << 20 | n) for n in range(slots)]
        return json.dumps(rows, ensure_ascii=False)

    def _slot(self, key: int) -> dict[str, Any]:
        known = self._counts.get(key, Counter())
        row: dict[str, Any] = {"kind": _kind(list(known)), "distinct": len(known)}
        if self._more[key]:
            row["at_least"] = True
        numbers = _numbers(known) if row["kind"] in ("integer", "number") else []
        if numbers:
            row["min"], row["max"] = _plain(min(numbers)), _plain(max(numbers))
        row["top"] = [[value, count] for value, count in sorted(known.items(), key=_rank)[:_SHOWN]]
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
    """The values as numbers, but for those that are too large to be one."""
    return [number for value in values if value and math.isfinite(number := float(value))]


def _plain(number: float) -> float | int:
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


def _kind(values: list[str]) -> str:
    """The first kind that fits all values.

    >>> _kind(["1", "22"]), _kind(["1", "x y"]), _kind(["10.0.0.1"])
    ('integer', 'text', 'ip')
    """
    filled = [value for value in values if value]
    if not filled:
        return "empty"
    if all(re.fullmatch(r"[-+]?\d+(\.\d+)?", value) for value in filled):
        return "integer" if not any("." in value for value in filled) else "number"
    return next((kind for kind, form in _KINDS if all(form.fullmatch(v) for v in filled)), "text")
