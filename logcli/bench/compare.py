"""Two sets of scores side by side: what became worse."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from logcli.bench.isolated import FINISHED
from logcli.errors import UsageError

# How much worse a metric may become before that counts, by metric.
TOLERANCES = {"ga": 0.005, "fga": 0.005, "pa": 0.005, "fta": 0.005}
_KEY = ("dataset", "parser", "settings", "lines", "truth", "text", "part")
_FACTORS = {"parse_seconds", "seconds", "cpu_seconds", "peak_bytes"}
# Lower is better, too.
_DISTANCES = {"ed"}


@dataclass(frozen=True)
class Change:
    """A metric of a run in both sets; `worse` if it changed for the worse by more than its tolerance."""

    run: tuple[Any, ...]
    metric: str
    base: float | None
    head: float | None
    worse: bool


def compare(base: pa.Table, head: pa.Table, tolerances: Mapping[str, float]) -> list[Change]:
    """Every metric that differs, run by run; a run that is missing or no longer finishes is worse.

    tolerances : by metric; for times and `peak_bytes` the factor that is allowed

    Raises UsageError for a metric that scores do not have.
    """
    for metric in tolerances:
        if metric not in _FACTORS and not _is_share(base, metric):
            raise UsageError(f"scores have no metric `{metric}`", hint="such as ga, fga, pa, fta")
    now = {_key(row): row for row in head.to_pylist()}
    changes: list[Change] = []
    for row in base.to_pylist():
        other = now.get(_key(row))
        if row["status"] == FINISHED and (other is None or other["status"] != FINISHED):
            changes.append(Change(_key(row), "status", None, None, True))
        elif other is not None:
            changes += _changed(row, other, tolerances)
    return changes


def _is_share(table: pa.Table, metric: str) -> bool:
    return metric in table.schema.names and pa.types.is_floating(table.schema.field(metric).type)


def _key(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in _KEY)


def _changed(
    row: Mapping[str, Any], other: Mapping[str, Any], tolerances: Mapping[str, float]
) -> list[Change]:
    found = []
    for metric, tolerance in tolerances.items():
        before, after = row[metric], other[metric]
        if before is None or after is None or before == after:
            continue
        loss = after - before if metric in _DISTANCES else before - after
        worse = after > before * tolerance if metric in _FACTORS else loss > tolerance + 1e-12
        found.append(Change(_key(row), metric, before, after, worse))
    return found


def table(changes: list[Change]) -> pa.Table:
    """The changes as a table, the worst first."""
    rows = [
        dict(zip(_KEY, change.run, strict=True))
        | {"metric": change.metric, "base": change.base, "head": change.head, "worse": change.worse}
        for change in sorted(changes, key=lambda change: (not change.worse, _gain(change)))
    ]
    kinds = [(name, pa.int64() if name == "lines" else pa.string()) for name in _KEY]
    kinds += [("metric", pa.string()), ("base", pa.float64()), ("head", pa.float64()), ("worse", pa.bool_())]
    return pa.Table.from_pylist(rows, pa.schema(kinds, metadata={"logcli.schema": "logcli.changes/1"}))


def _gain(change: Change) -> float:
    if change.base is None or change.head is None:
        return float("-inf")
    return (change.head - change.base) * (-1 if change.metric in _FACTORS | _DISTANCES else 1)
