"""Columns that a user asks for by name: of the table, or keys of attributes and resource."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from logcli import registry
from logcli.errors import UsageError
from logcli.output import stamped

# What people call columns that carry a unit or another name.
_ALIASES = {"time": "time_unix_nano", "observed_time": "observed_time_unix_nano", "message": "body"}
_PAIRS = ("attributes", "resource")


class Selection:
    """Some columns of a table, in the order of their names.

    A name that is no column is a key, looked up in `attributes` and then in `resource`, if the table
    has these; `seen` says which keys had a value.

    Raises UsageError for a name that can be neither.
    """

    def __init__(self, names: Sequence[str], schema: pa.Schema) -> None:
        self.names = tuple(_ALIASES.get(name, name) for name in names)
        self.seen: set[str] = set()
        self._source = schema
        for name in self.names:
            self._check(name)
        fields = [schema.field(n) if n in schema.names else pa.field(n, pa.string()) for n in self.names]
        self.schema = pa.schema(fields, metadata=stamped(schema).metadata)

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Each batch with only these columns."""
        for batch in batches:
            columns = [self._column(batch, name) for name in self.names]
            yield pa.RecordBatch.from_arrays(columns, schema=self.schema)

    @property
    def needs(self) -> tuple[str, ...]:
        """Columns of the table that the selection looks at."""
        found = [name for name in self.names if name in self._source.names]
        return tuple(found) if len(found) == len(self.names) else (*found, *_PAIRS)

    def missing(self) -> list[str]:
        """A word on each key that no record had."""
        absent = [name for name in self.names if name not in self._source.names and name not in self.seen]
        near = {name: registry.nearest(name, self._source.names) for name in absent}
        return [f"no record has `{name}`; {hint}".rstrip("; ") for name, hint in near.items()]

    def _check(self, name: str) -> None:
        if self.names.count(name) > 1:
            raise UsageError(f"the column `{name}` is named twice", where=f"-k {','.join(self.names)}")
        if name not in self._source.names and not set(_PAIRS) <= set(self._source.names):
            near = registry.nearest(name, self._source.names)
            hint = near or f"it has {', '.join(self._source.names)}"
            raise UsageError(f"no column called `{name}`", hint=hint)

    def _column(self, batch: pa.RecordBatch, name: str) -> pa.Array:
        if name in self._source.names:
            return batch.column(name)
        values = pc.coalesce(*(pc.map_lookup(batch.column(pairs), name, "first") for pairs in _PAIRS))
        if values.null_count < len(values):
            self.seen.add(name)
        return values
