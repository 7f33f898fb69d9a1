"""What becomes of each template: how often, when first and last, how severe, one example."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from logcli import arrays, schema
from logcli.analysis.names import first_used
from logcli.templates import parse_template

if TYPE_CHECKING:
    from logcli.base import Longs

LAST, FIRST = np.iinfo(np.int64).min, np.iinfo(np.int64).max  # before any time was seen
_RANKS = len(schema.SEVERITIES)
_ERROR = schema.SEVERITIES.index("ERROR")
# What records without a severity say when something is wrong.
_WORDS = re.compile(
    r"(?<![a-z])(?:error|err|fail(?:s|ed|ures?|ing)?|exception|fatal|panic)(?![a-z])|\w(?:Error|Exception)\b",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Kind:
    """A template.

    ranks : records by rank of severity; errors : of these, those that say that something is wrong
    first_ns, last_ns : None where no record has a time
    source, line : where its first record is; example : the body of that
    """

    id: str
    text: str
    count: int
    ranks: list[int]
    errors: int
    first_ns: int | None
    last_ns: int | None
    source: str
    line: int
    example: str


@dataclass(slots=True)
class Kinds:
    """Built up batch by batch from batches of PARSED, in O(rows) each; memory grows with the templates.

    texts, ids : of each template, in order of the first record
    """

    ids: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    _known: dict[str, int] = field(default_factory=dict)
    _places: list[tuple[str, int, str]] = field(default_factory=list)
    _ranks: Longs = field(default_factory=lambda: np.zeros((0, _RANKS), np.int64))
    _first: Longs = field(default_factory=lambda: np.zeros(0, np.int64))
    _last: Longs = field(default_factory=lambda: np.zeros(0, np.int64))

    def update(self, batch: pa.RecordBatch) -> Longs:
        """Take a batch into account; the number of each record's template."""
        used, inverse = first_used(batch.column("template_id"))
        before, rows = len(self.ids), np.arange(batch.num_rows)[::-1]
        first = np.zeros(len(used), np.int64)
        first[inverse[::-1]] = rows  # of several the last assignment stays
        for k, name in enumerate(used):
            if name not in self._known:
                self._add(str(name), batch, int(first[k]))
        self._grow(len(self.ids) - before)
        numbers = np.array([self._known[str(name)] for name in used], np.int64)[inverse]
        ranks = (arrays.values(batch.column("severity_number")).astype(np.int64) + 3) >> 2
        np.add.at(self._ranks, (numbers, ranks.clip(0, _RANKS - 1)), 1)
        times = batch.column("time_unix_nano")
        known = arrays.values(times.is_valid())
        ns, owner = arrays.values(times.cast(pa.int64()))[known], numbers[known]
        np.minimum.at(self._first, owner, ns)
        np.maximum.at(self._last, owner, ns)
        return numbers

    def found(self) -> list[Kind]:
        """All templates, in order of the first record."""
        return [self._kind(k) for k in range(len(self.ids))]

    def _add(self, name: str, batch: pa.RecordBatch, row: int) -> None:
        cells = {key: batch.column(key)[row].as_py() for key in ("template", "parameters", "source", "line")}
        self._known[name] = len(self.ids)
        self.ids.append(name)
        self.texts.append(cells["template"])
        example = parse_template(cells["template"]).fill(cells["parameters"])
        self._places.append((cells["source"], cells["line"], example))

    def _grow(self, more: int) -> None:
        if more:
            self._ranks = np.concatenate([self._ranks, np.zeros((more, _RANKS), np.int64)])
            self._first = np.concatenate([self._first, np.full(more, FIRST)])
            self._last = np.concatenate([self._last, np.full(more, LAST)])

    def _kind(self, k: int) -> Kind:
        ranks: list[int] = self._ranks[k].tolist()
        unset = ranks[0] if _WORDS.search(self.texts[k]) else 0
        first, last = int(self._first[k]), int(self._last[k])
        timed = first <= last
        return Kind(
            self.ids[k], self.texts[k], sum(ranks), ranks, sum(ranks[_ERROR:]) + unset,
            first if timed else None, last if timed else None, *self._places[k],
        )  # fmt: skip


def severity(kind: Kind) -> str:
    """The worst severity of a template's records, nothing if none has one."""
    rank = max(k for k, n in enumerate(kind.ranks) if n)
    return schema.SEVERITIES[rank] if rank else ""


def facts(kind: Kind, total: int) -> dict[str, Any]:
    """What programs are told of a template."""
    from logcli.analysis.phrases import iso

    names = {name: n for name, n in zip(schema.SEVERITIES, kind.ranks, strict=True) if n}
    return {
        "template_id": kind.id, "template": kind.text, "count": kind.count,
        "share": kind.count / max(total, 1),
        "severities": names, "first_time": iso(kind.first_ns), "last_time": iso(kind.last_ns),
        "source": kind.source, "line": kind.line, "example": kind.example,
    }  # fmt: skip
