"""Two sides of one run, good and bad: how often each has each template, and where the bad side has it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from logcli import arrays
from logcli.slot_news import SlotNews

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

COLUMNS = ("time_unix_nano", "severity_number", "body", "attributes", "source", "line",
           "template_id", "template", "parameters")  # fmt: skip
# Places that are kept of one template, and of all; of what comes more often only the count grows, but the
# first place of each is kept.
MOST_PLACES, ALL_PLACES = 1000, 200_000
# Characters of an example that are kept.
_EXAMPLE = 400
_FAR = np.iinfo(np.int64).max


class Compared:
    """Counts per template and side, good first; templates have numbers in order of appearance.

    ids, templates : by number
    counts : two rows, good and bad
    first, last : lines of the bad side, by number
    severity : the worst of a template in the bad log
    examples : a body by side and number
    """

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.templates: list[str] = []
        self.slots = SlotNews()
        self.examples: tuple[dict[int, str], dict[int, str]] = ({}, {})
        self._known: dict[str, int] = {}
        self._table = np.zeros((5, 0), np.int64)
        self._places: list[Ints] = []
        self._placed = 0

    @property
    def counts(self) -> Ints:
        return self._table[:2, : len(self.ids)]

    @property
    def first(self) -> Ints:
        return self._table[2, : len(self.ids)]

    @property
    def last(self) -> Ints:
        return self._table[3, : len(self.ids)]

    @property
    def severity(self) -> Ints:
        return self._table[4, : len(self.ids)]

    def update(self, batch: pa.RecordBatch, bad: Flags) -> None:
        """Count a batch of PARSED; `bad` says which of its records are of the bad side."""
        if not batch.num_rows:
            return
        which = self._numbers(batch)
        line = arrays.values(batch.column("line"))
        if bad.any():
            self._place(batch, which, line, bad)
        for side, mask in enumerate((~bad, bad)):
            np.add.at(self._table[side], which[mask], 1)
            self._keep_examples(side, batch, which, mask)
        self.slots.update(batch.column("parameters"), which, line, bad)

    def places(self) -> Ints:
        """Rows of first line, last line and number: records of templates that only the bad side has."""
        found = np.concatenate([np.zeros((3, 0), np.int64), *self._places], axis=1)
        found = found[:, self.counts[0][found[2]] == 0]
        return found[:, np.argsort(found[0], kind="stable")]

    def _numbers(self, batch: pa.RecordBatch) -> Ints:
        """Number of each record's template; looks at those only that the batch has."""
        ids, texts = batch.column("template_id"), batch.column("template")
        used, first, inverse = np.unique(arrays.values(ids.indices), return_index=True, return_inverse=True)
        names = ids.dictionary.take(arrays.numbers(used)).to_pylist()
        fresh = [k for k, name in enumerate(names) if name not in self._known]
        shown = texts.take(arrays.numbers(first[fresh])).to_pylist() if fresh else []
        for k, text in zip(fresh, shown, strict=True):
            if self._known.setdefault(names[k], len(self.ids)) == len(self.ids):
                self.ids.append(names[k])
                self.templates.append(text)
        self._grow()
        numbers: Ints = np.array([self._known[name] for name in names], np.int64)[inverse]
        return numbers

    def _grow(self) -> None:
        have = self._table.shape[1]
        if len(self.ids) > have:
            more = np.zeros((5, len(self.ids) * 2 - have), np.int64)
            more[2] = _FAR
            self._table = np.concatenate([self._table, more], axis=1)

    def _place(self, batch: pa.RecordBatch, which: Ints, line: Ints, bad: Flags) -> None:
        end = line + _further_lines(batch)
        np.minimum.at(self._table[2], which[bad], line[bad])
        np.maximum.at(self._table[3], which[bad], end[bad])
        severity = arrays.values(batch.column("severity_number")).astype(np.int64)
        np.maximum.at(self._table[4], which[bad], severity[bad])
        most = MOST_PLACES if self._placed < ALL_PLACES else 1
        kept = bad & (self._table[0][which] == 0) & (self._table[1][which] < most)
        self._placed += int(kept.sum())
        self._places.append(np.stack([line[kept], end[kept], which[kept]]))

    def _keep_examples(self, side: int, batch: pa.RecordBatch, which: Ints, mask: Flags) -> None:
        rows = np.flatnonzero(mask)
        numbers, first = np.unique(which[rows], return_index=True)
        known = self.examples[side]
        wanted = [k for k, number in enumerate(numbers.tolist()) if number not in known]
        if wanted:
            bodies = batch.column("body").take(arrays.numbers(rows[first[wanted]]))
            shown = pc.utf8_slice_codeunits(bodies, 0, _EXAMPLE).to_pylist()
            known.update(zip(numbers[wanted].tolist(), shown, strict=True))


def _further_lines(batch: pa.RecordBatch) -> Ints:
    """Lines of each record behind its first."""
    found: Ints = arrays.values(pc.count_substring(batch.column("body"), "\n")).astype(np.int64)
    traces = pc.map_lookup(batch.column("attributes"), "exception.stacktrace", "first")
    if traces.null_count < len(traces):
        found += arrays.values(pc.count_substring(traces, "\n"), -1).astype(np.int64) + 1
    return found
