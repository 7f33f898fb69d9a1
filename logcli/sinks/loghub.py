"""The two CSV files of the Loghub benchmark: structured lines and templates"""

from __future__ import annotations

from collections import Counter
from itertools import chain, islice
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, BinaryIO, ClassVar, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from logcli import arrays, cells, jsontext, templates
from logcli.base import Sink
from logcli.delimited import CSV
from logcli.errors import UsageError
from logcli.output import open_output
from logcli.spool import Spool

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_NEEDED = ("body", "template_id", "template", "parameters")
# Columns of RECORD under the names that Loghub gives to such fields.
_HEADER = {"time_text": "Time", "severity_text": "Level", "scope": "Component"}

# ParameterList is a Python list: `['a', 'b']`.
_QUOTE = cells.Escape.of({"'": "\\'", "\\": "\\\\", "\n": "\\n", "\r": "\\r"})


class Loghub(Sink):
    """`NAME_structured.csv` (LineId, the header's fields, Content, EventId, EventTemplate,
    ParameterList) and `NAME_templates.csv` (EventId, EventTemplate, Occurrences).

    In a folder, NAME is the name of the first log. Each attribute has a column of its own, so the
    records wait in a temporary file until all of them are known. Templates are written as the
    benchmark writes them, which is not lossless.
    """

    files: ClassVar[bool] = True

    def write(self, batches: Iterable[pa.RecordBatch], schema: pa.Schema, out: BinaryIO | Path) -> None:
        missing = [name for name in _NEEDED if name not in schema.names]
        if missing:
            hint = "it writes what `logcli parse` gives, whole"
            raise UsageError(f"`loghub` needs the column `{missing[0]}`", hint=hint)
        rest = iter(batches)
        head = list(islice(rest, 1))
        path, log = _prefix(cast("Path", out), head), _Log()
        with (
            open_output(f"{path}_structured.csv") as structured,
            open_output(f"{path}_templates.csv") as listed,
            Spool(schema) as spool,
        ):
            for batch in chain(head, rest):
                log.add(batch)
                spool.add(batch)
            CSV.write(log.lines(spool.batches()), log.schema(), structured, live=False)
            table = log.templates()
            CSV.write([table], table.schema, listed, live=False)


def _prefix(out: Path, head: list[pa.RecordBatch]) -> Path:
    if not out.is_dir():
        return out
    named = head and head[0].num_rows and "source" in head[0].schema.names
    name = PurePath(head[0].column("source")[0].as_py()).name if named else "log"
    return out / (name if name != "-" else "stdin")


class _Log:
    """What must be known of all records before the first is written, then their rows.

    texts, counts : of each template, by id
    """

    def __init__(self) -> None:
        self.header: dict[str, None] = {}
        self.keys: dict[str, None] = {}
        self.texts: dict[str, str] = {}
        self.counts: Counter[str] = Counter()

    def add(self, batch: pa.RecordBatch) -> None:
        names = batch.schema.names
        told = [name for name in _HEADER if name in names and batch.column(name).null_count < batch.num_rows]
        self.header |= dict.fromkeys(told)
        if "attributes" in names:
            attributes = batch.column("attributes")
            _, _, (keys,) = jsontext.children(attributes, attributes.keys)
            self.keys |= dict.fromkeys(keys.unique().to_pylist())
        self._count(batch)

    def _count(self, batch: pa.RecordBatch) -> None:
        ids = batch.column("template_id")
        codes = arrays.values(ids.indices, -1)
        numbers, first, counts = np.unique(codes, return_index=True, return_counts=True)
        texts = batch.column("template").take(arrays.numbers(first)).to_pylist()
        for row in np.argsort(first).tolist():
            if numbers[row] >= 0:
                key = ids.dictionary[int(numbers[row])].as_py()
                self.texts.setdefault(key, templates.loghub(texts[row]))
                self.counts[key] += int(counts[row])

    def schema(self) -> pa.Schema:
        """Columns of the structured file."""
        header = [shown for name, shown in _HEADER.items() if name in self.header]
        names = ["LineId", *header, *self.keys, "Content", "EventId", "EventTemplate", "ParameterList"]
        return pa.schema([(name, pa.large_string()) for name in names])

    def lines(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Rows of the structured file."""
        first, schema = 1, self.schema()
        for batch in batches:
            columns = [arrays.numbers(np.arange(first, first + batch.num_rows)), *self._fields(batch)]
            columns += [batch.column("body"), batch.column("template_id"), self._rendered(batch)]
            columns.append(_parameters(batch.column("parameters")))
            texts = [column.cast(pa.large_string()) for column in columns]
            yield pa.record_batch(texts, schema=schema)
            first += batch.num_rows

    def templates(self) -> pa.RecordBatch:
        """Rows of the templates file, in the order of their first records."""
        counts = np.array([self.counts[key] for key in self.texts], np.int64)
        columns = [arrays.texts(self.texts), arrays.texts(self.texts.values()), arrays.numbers(counts)]
        return pa.record_batch(columns, names=["EventId", "EventTemplate", "Occurrences"])

    def _fields(self, batch: pa.RecordBatch) -> list[pa.Array]:
        found = [batch.column(name) for name in _HEADER if name in self.header]
        if self.keys:
            found += _members(batch.column("attributes"), list(self.keys))
        return found

    def _rendered(self, batch: pa.RecordBatch) -> pa.Array:
        ids = batch.column("template_id")
        texts = [self.texts.get(key) for key in ids.dictionary.to_pylist()]
        return arrays.texts(texts).take(ids.indices)


def _members(attributes: pa.MapArray, names: list[str]) -> Iterator[pa.Array]:
    """The values of each name, one column per name."""
    _, last, (keys, values) = jsontext.children(attributes, attributes.keys, attributes.items)
    texts, ends = cells.strings(values), np.maximum.accumulate(last)
    for name in names:
        items = np.flatnonzero(arrays.values(pc.equal(keys, arrays.scalar(name))))
        item = np.full(len(attributes), -1)
        item[np.searchsorted(ends, items, side="right")] = items
        yield texts[item].where(item >= 0).to_arrow()


def _parameters(column: pa.ListArray) -> pa.Array:
    first, last, (values,) = jsontext.children(column, column.values)
    quoted = cells.strings(values, _QUOTE).between(b" '", b"'")
    # every item begins with a blank, and the bracket takes the place of the first
    items = cells.joined(first, last, None, quoted, b" ''")
    return cells.rows([(b"", items)], len(column), b"[", b"]").to_arrow()
