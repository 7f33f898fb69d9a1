"""The TEMPLATE table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from logcli import arrays, schema
from logcli.columns import times
from logcli.shapes import ShapeTable
from logcli.slots import SlotValues

if TYPE_CHECKING:
    from logcli.base import Ints


def templates(
    table: ShapeTable,
    owner: Ints,
    shown: tuple[Sequence[str], Sequence[str]],
    sources: Sequence[str],
    values: SlotValues | None = None,
) -> pa.Table:
    """One row per template that has records, most frequent first, then in order of first record.

    owner : template number of each shape
    shown : text and id of each template; those of one id are one row
    """
    texts, ids = shown
    owner = _first_of_id(ids, owner)
    counts = np.bincount(owner, weights=table.column("counts"), minlength=1).astype(np.int64)
    used = np.flatnonzero(counts)
    first = _extreme(owner, table.column("first"), used)
    last_key = table.column("last_source") * (1 << 40) + table.column("last_line")
    last = _extreme(owner, -last_key, used)
    order = np.lexsort((table.column("first")[first], -counts[used]))
    used, first, last = used[order], first[order], last[order]
    total = max(1, int(counts.sum()))
    bodies = table.bodies
    names = np.array(sources or [""], object)
    return pa.table(
        {
            "template_id": arrays.texts(ids[k] for k in used.tolist()),
            "template": arrays.texts(texts[k] for k in used.tolist()),
            "count": arrays.numbers(counts[used]),
            "share": arrays.numbers(counts[used] / total),
            "first_line": arrays.numbers(table.column("first_line")[first]),
            "last_line": arrays.numbers(table.column("last_line")[last]),
            "first_source": arrays.texts(names[table.column("first_source")[first]].tolist()),
            "last_source": arrays.texts(names[table.column("last_source")[last]].tolist()),
            "first_time": times(table.column("first_time")[first]),
            "last_time": times(table.column("last_time")[last]),
            "severities": _severities(owner, table, used),
            "example": arrays.texts(bodies[k] for k in first.tolist()),
            "slots": arrays.texts(values.summary(k) if values else None for k in used.tolist()),
        },
        schema=schema.TEMPLATE,
    )


def _first_of_id(ids: Sequence[str], owner: Ints) -> Ints:
    """Template numbers, of those with one id the first."""
    used, inverse = np.unique(owner, return_inverse=True)
    first: dict[str, int] = {}
    return np.array([first.setdefault(ids[k], k) for k in used.tolist()], np.int32)[inverse]


def _extreme(owner: np.ndarray, key: np.ndarray, used: np.ndarray) -> np.ndarray:
    """The shape with the smallest key of each used template."""
    order = np.lexsort((key, owner))
    starts = np.searchsorted(owner[order], used)
    found: np.ndarray = order[starts] if len(used) else np.zeros(0, np.int64)
    return found


def _severities(owner: np.ndarray, table: ShapeTable, used: np.ndarray) -> pa.Array:
    ranks = np.zeros((int(owner.max(initial=0)) + 1, 7), np.int64)
    np.add.at(ranks, owner, table.column("ranks"))
    ranks = ranks[used]
    row, rank = np.nonzero(ranks)
    offsets = np.searchsorted(row, np.arange(len(used) + 1)).astype(np.int32)
    names = np.array(schema.SEVERITIES, object)
    return pa.MapArray.from_arrays(
        arrays.numbers(offsets), arrays.texts(names[rank].tolist()), arrays.numbers(ranks[row, rank])
    )
