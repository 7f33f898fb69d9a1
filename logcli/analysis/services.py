"""Which services a log is of: the field that names them, and how many records each has."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from logcli import arrays

# Keys of resource or attributes that name what wrote a record, the best one first; then the scope.
_KEYS = (
    *("service.name", "k8s.container.name", "container.name", "k8s.deployment.name", "service"),
    *("app", "application", "component", "module", "logger", "process.executable.name", "program"),
)
_SCOPE = "scope"
_MOST = 1000
_ENTRIES = pa.list_(pa.struct([("key", pa.string()), ("value", pa.string())]))


class Services:
    """Built up batch by batch: values of the fields that may name a service, up to 1000 of each."""

    columns = ("resource", "attributes", _SCOPE)

    def __init__(self) -> None:
        self._counts: dict[str, Counter[str]] = {}
        self._keys = arrays.texts(_KEYS)

    def update(self, batch: pa.RecordBatch) -> None:
        """Take a batch into account."""
        for name in ("resource", "attributes"):
            # `keys` of a map array ignores the offsets of a slice; flattening does not
            entries = pc.list_flatten(batch.column(name).cast(_ENTRIES))
            wanted = pc.is_in(entries.field("key"), self._keys)
            if not pc.any(wanted).as_py():
                continue
            entries = entries.filter(wanted)
            table = pa.table({"key": entries.field("key"), "value": entries.field("value")})
            found = table.group_by(["key", "value"], use_threads=False).aggregate([([], "count_all")])
            for row in found.to_pylist():
                self._count(row["key"], row["value"], row["count_all"])
        for row in pc.value_counts(batch.column(_SCOPE).cast(pa.string()).drop_null()).to_pylist():
            self._count(_SCOPE, row["values"], row["counts"])

    def facts(self, top: int) -> dict[str, Any] | None:
        """The field that names most records' services, and its commonest values; None if there is none.

        Of equally good fields the one that is named more plainly; the scope only where there is no other.
        """
        fields = [name for name in (*_KEYS, _SCOPE) if self._counts.get(name)]
        if not fields:
            return None
        best = next((name for name in fields if name in _KEYS), _SCOPE)
        counts = self._counts[best]
        ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        return {
            "field": best,
            "distinct": len(counts),
            "records": counts.total(),
            "top": [{"name": name, "count": n} for name, n in ranked[:top]],
        }

    def _count(self, key: str, value: str | None, count: int) -> None:
        known = self._counts.setdefault(key, Counter())
        if value is not None and (value in known or len(known) < _MOST):
            known[value] += count
