"""What the fields of some records hold: how often filled, examples, time span, levels."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from logcli import arrays
from logcli.schema import RECORD, severity_name

_EXAMPLES = 3
_ENTRIES = pa.list_(pa.struct([("key", pa.string()), ("value", pa.string())]))
# Columns that say something about the content, and are not shown otherwise.
_COLUMNS = ("event_name", "trace_id", "span_id", "scope", "body")


@dataclass
class Field:
    """A column, or a key of attributes or resource.

    filled : records that have a value
    examples : the first distinct values
    """

    name: str
    filled: int = 0
    examples: list[str] = field(default_factory=list)

    def see(self, values: pa.Array) -> None:
        """Count values and remember some."""
        values = values.drop_null()
        self.filled += len(values)
        if len(self.examples) < _EXAMPLES:
            for value in pc.unique(values)[: 2 * _EXAMPLES].to_pylist():
                if value not in self.examples and len(self.examples) < _EXAMPLES:
                    self.examples.append(value)


class Profile:
    """Built up batch by batch from batches of RECORD.

    records : how many
    fields : by name, in order of first appearance
    levels : records by short level name
    start_ns, end_ns : first and last time, nanoseconds since 1970 (UTC)
    """

    columns = ("time_unix_nano", "severity_number", "attributes", "resource", *_COLUMNS)

    def __init__(self) -> None:
        self.records = 0
        self.fields: dict[str, Field] = {}
        self.levels: Counter[str] = Counter()
        self.start_ns: int | None = None
        self.end_ns: int | None = None

    def update(self, batch: pa.RecordBatch) -> None:
        """Take one batch into account."""
        self.records += batch.num_rows
        self._see_times(pc.cast(batch.column("time_unix_nano"), pa.int64()))
        for count in pc.value_counts(batch.column("severity_number")).to_pylist():
            self.levels[severity_name(count["values"])] += count["counts"]
        for pairs, prefix in (("attributes", ""), ("resource", "resource.")):
            self._see_pairs(batch.column(pairs), prefix)
        for name in _COLUMNS:
            column = batch.column(name)
            if column.null_count < len(column):
                self._field(name).see(column.cast(pa.string()))

    def _see_times(self, times: pa.Array) -> None:
        low, high = pc.min_max(times).values()
        if low.is_valid:
            self.start_ns = min(low.as_py(), self.start_ns if self.start_ns is not None else low.as_py())
            self.end_ns = max(high.as_py(), self.end_ns if self.end_ns is not None else high.as_py())

    def _see_pairs(self, pairs: pa.Array, prefix: str) -> None:
        # `keys` of a map array ignores the offsets of a slice; flattening does not
        entries = pc.list_flatten(pairs.cast(_ENTRIES))
        keys, values = entries.field("key"), entries.field("value")
        for key in pc.unique(keys).to_pylist():
            self._field(prefix + key).see(values.filter(pc.equal(keys, arrays.scalar(key))))

    def _field(self, name: str) -> Field:
        return self.fields.setdefault(name, Field(name))


assert set(Profile.columns) <= set(RECORD.names)
