"""Columns of RECORD as Arrow arrays, gathered from byte ranges when somebody asks for them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from logcli import arrays, schema
from logcli.base import NO_TIME
from logcli.kernels import gather

if TYPE_CHECKING:
    from logcli.base import Bytes, Flags, Ints, Longs, Ragged
    from logcli.records import Records

# Columns of RECORD that a format fills by name; every other name is an attribute.
TEXT_COLUMNS = ("body", "time_text", "severity_text", "event_name", "trace_id", "span_id", "scope", "flags")


def strings(text: Bytes, start: Ints, end: Ints) -> pa.Array:
    """A string array of the ranges; null where start is -1."""
    n = len(start)
    offsets = np.empty(n + 1, np.int32)
    valid = np.empty(n, np.uint8)
    absent = gather.lengths(start, end, offsets, valid)
    data = np.empty(int(offsets[n]), np.uint8)
    gather.copy(text, start, end, offsets, data)
    mask = pa.py_buffer(np.packbits(valid, bitorder="little")) if absent else None
    return pa.StringArray.from_buffers(n, pa.py_buffer(offsets), pa.py_buffer(data), mask, absent)


def to_arrow(records: Records, names: Iterable[str] | None = None) -> dict[str, pa.Array]:
    """Columns of RECORD by name; all of them, or those asked for."""
    wanted = list(names) if names is not None else schema.RECORD.names
    return {name: _column(records, name) for name in wanted}


def _column(records: Records, name: str) -> pa.Array:
    n = len(records)
    kind = schema.RECORD.field(name).type
    if name == "time_unix_nano":
        return times(records.time)
    if name == "severity_number":
        return arrays.numbers(records.severity)
    if name == "source":
        return pa.DictionaryArray.from_arrays(
            arrays.numbers(np.zeros(n, np.int32)), arrays.texts([records.source])
        )
    if name in ("line", "offset", "length"):
        return arrays.numbers(getattr(records, name))
    if name == "defects":
        return _defect_words(records.defects)
    if name == "attributes":
        return _pairs(records.text, *_attribute_pairs(records))
    if name == "resource":
        return _pairs(records.text, *_resource_pairs(records))
    if name == "observed_time_unix_nano" or name not in records.columns:
        return pa.nulls(n, kind)
    column = strings(records.text, *records.columns[name])
    if name == "flags":
        return column.cast(pa.uint32(), safe=False)
    return column.dictionary_encode() if pa.types.is_dictionary(kind) else column


def times(values: Longs) -> pa.Array:
    """A timestamp array of UTC nanoseconds; null where NO_TIME."""
    unknown = values == NO_TIME
    return arrays.numbers(values, pa.timestamp("ns", "UTC"), absent=unknown)


def _defect_words(defects: Flags) -> pa.Array:
    kinds = [",".join(word for bit, word in schema.DEFECTS.items() if k & bit) for k in range(16)]
    indices = arrays.numbers(defects.astype(np.int32), absent=defects == 0)
    return pa.DictionaryArray.from_arrays(indices, arrays.texts(kinds))


def _attribute_pairs(records: Records) -> tuple[Bytes, Longs, Any]:
    names = [n for n in records.columns if n not in TEXT_COLUMNS and not n.startswith("resource.")]
    return _named_pairs(records, names, names, records.extra)


def _resource_pairs(records: Records) -> tuple[Bytes, Longs, Any]:
    names = [n for n in records.columns if n.startswith("resource.")]
    return _named_pairs(records, names, [n[len("resource.") :] for n in names], records.resource)


def _named_pairs(
    records: Records, names: list[str], labels: list[str], more: Ragged | None
) -> tuple[Bytes, Longs, Any]:
    """Key bytes, offsets per row and int32 [4, pairs] ranges; keys of `more` lie in the text."""
    n = len(records)
    if not names and more is None:
        return np.zeros(0, np.uint8), np.zeros(n + 1, np.int64), np.zeros((4, 0), np.int32)
    keys = "".join(labels).encode()
    stops = np.cumsum([len(label.encode()) for label in labels] or [0]).astype(np.int32)
    starts = np.concatenate(([0], stops[:-1])).astype(np.int32)
    offsets = np.zeros(n + 1, np.int64)
    pairs = np.empty((4, max(1, n * len(names))), np.int32)
    if names:
        begin = np.stack([records.columns[name][0] for name in names])
        stop = np.stack([records.columns[name][1] for name in names])
        size = gather.interleave(begin, stop, starts, stops, offsets, pairs)
        pairs = np.ascontiguousarray(pairs[:, :size])
    if more is None:
        return np.frombuffer(bytearray(keys), np.uint8), offsets, pairs
    return _joined(records.text, keys, offsets, pairs, more)


def _joined(text: Bytes, keys: bytes, offsets: Longs, pairs: Any, more: Ragged) -> tuple[Bytes, Longs, Any]:
    """Both kinds of pairs over one key text: the record text, then the fixed names."""
    both = np.concatenate((text, np.frombuffer(keys, np.uint8)))
    size = int(offsets[-1])
    own = np.ascontiguousarray(pairs[:, :size])
    own[:2] += len(text)
    other = np.stack((more.key_start, more.key_end, more.value_start, more.value_end)).astype(np.int32)
    out = np.empty((4, own.shape[1] + other.shape[1]), np.int32)
    joined = np.empty_like(offsets)
    gather.join_ragged(offsets, own, more.offsets, np.ascontiguousarray(other), joined, out)
    return both, joined, out


def _pairs(text: Bytes, keys: Bytes, offsets: Longs, pairs: Any) -> pa.Array:
    n = len(offsets) - 1
    kind = schema.RECORD.field("attributes").type
    if not pairs.shape[1]:
        return pa.nulls(n, kind)
    key = strings(keys, np.ascontiguousarray(pairs[0]), np.ascontiguousarray(pairs[1]))
    value = strings(text, np.ascontiguousarray(pairs[2]), np.ascontiguousarray(pairs[3]))
    # Null without a pair, as where the whole block has none: what a record says must not depend on others.
    empty = offsets[1:] == offsets[:-1]
    mask = arrays.numbers(empty) if empty.any() else None
    return pa.MapArray.from_arrays(arrays.numbers(offsets.astype(np.int32)), key, value, mask=mask)
