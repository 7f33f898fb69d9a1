"""Arrow columns as JSON, and as the text that people see, without a loop over rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from logcli import arrays
from logcli.cells import Cells, Escape, constant, joined, nulls, ranges, rows, strings, times

if TYPE_CHECKING:
    from collections.abc import Sequence

_SHORT = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
ESCAPE = Escape.of({chr(code): f"\\u{code:04x}" for code in range(32)} | _SHORT)

# Text outputs call the time columns by what they show.
_SHOWN = {"time_unix_nano": "time", "observed_time_unix_nano": "observed_time"}

# The names that the OpenTelemetry collector's drain processor gives a template and its values.
TEMPLATE = "log.record.template"
WILDCARDS = "log.record.template.wildcards"


def shown_name(field: pa.Field) -> str:
    """Name of a column in text outputs.

    >>> shown_name(pa.field("time_unix_nano", pa.timestamp("ns", "UTC")))
    'time'
    """
    name: str = field.name
    return _SHOWN.get(name, name) if pa.types.is_timestamp(field.type) else name


def shown(array: pa.Array, escape: Escape | None = None) -> Cells:
    """Any column as plain text, escaped: times as RFC 3339, nested values as JSON."""
    if _is_text(array.type):
        return strings(array, escape)
    if pa.types.is_dictionary(array.type):
        return shown(array.dictionary_decode(), escape)
    if pa.types.is_timestamp(array.type):
        cells = times(array)
    elif pa.types.is_nested(array.type):
        nested = value(array)
        cells = rows([(b"", nested)], len(array)).where(nested.start >= 0)
    else:
        cells = _scalars(array)
    return escape.apply(cells) if escape else cells


def value(array: pa.Array) -> Cells:
    """Any column as JSON values; absent where it is null.

    >>> value(pa.array([["a", None], []])).tolist()
    ['["a",null]', '[]']
    """
    kind = array.type
    if _is_text(kind):
        return strings(array, ESCAPE).between(b'"', b'"')
    if pa.types.is_dictionary(kind):
        return value(array.dictionary_decode())
    if pa.types.is_timestamp(kind):
        return times(array).between(b'"', b'"')
    if pa.types.is_struct(kind):
        return _struct(array)
    if pa.types.is_map(kind):
        return pairs(array).between(b"{", b"}")
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return items(array).between(b"[", b"]")
    if pa.types.is_floating(kind):
        array = pc.if_else(pc.is_finite(array), array, arrays.scalar(None, kind))
    plain = pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
    if plain or pa.types.is_boolean(kind):
        return _scalars(array)
    return ESCAPE.apply(_scalars(array)).between(b'"', b'"')


def items(array: pa.Array, opening: bytes = b"", closing: bytes = b"", absent: bytes = b"null") -> Cells:
    """The values of each list, with commas and without brackets."""
    first, last, (values,) = children(array, array.values)
    return joined(first, last, None, value(values).between(opening, closing), absent)


def pairs(
    array: pa.Array,
    opening: bytes = b"",
    between: bytes = b":",
    closing: bytes = b"",
    absent: bytes = b":null",
) -> Cells:
    """The members of each map, with commas and without braces."""
    first, last, (keys, values) = children(array, array.keys, array.items)
    names = value(keys.cast(pa.string()) if not _is_text(keys.type) else keys).between(opening, b"")
    return joined(first, last, names, value(values).between(b"", closing), absent, between)


def label(name: str) -> bytes:
    """What stands before a member's value: `,"name":`."""
    (text,) = value(arrays.texts([name])).tolist()
    return f",{text}:".encode()


def members(batch: pa.RecordBatch, table: str) -> list[tuple[bytes, Cells]]:
    """Labels and values of the JSON object of each row, for `rows`.

    Records leave out what is null or empty, and hold the template and its values among the
    attributes under OpenTelemetry's names; other tables keep their columns, null included.

    table : the schema's name and version, such as `logcli.parsed/1`
    """
    record = table.startswith(("logcli.records/", "logcli.parsed/"))
    found = []
    for field, column in zip(batch.schema, batch.columns, strict=True):
        if record and field.name in ("template", "parameters"):
            continue
        cells = _present(value(column)) if record else _nullable(value(column))
        if not (record and field.name == "attributes"):
            found.append((label(shown_name(field)), cells))
    if record and {"attributes", "template", "parameters"} & set(batch.schema.names):
        found.append((label("attributes"), _attributes(batch)))
    return found


def without(attributes: pa.MapArray, names: Sequence[str]) -> pa.MapArray:
    """The maps without the members of these names: what is written beside them must not be there twice."""
    offsets = arrays.values(attributes.offsets)
    keys, values = attributes.keys, attributes.items
    kept = pc.invert(pc.is_in(keys, arrays.texts(names).cast(keys.type)))
    if pc.all(kept).as_py() is not False:
        return attributes
    before = np.concatenate(([0], np.cumsum(arrays.values(kept)))).astype(np.int32)
    mask = attributes.is_null() if attributes.null_count else None
    return pa.MapArray.from_arrays(before[offsets], keys.filter(kept), values.filter(kept), mask=mask)


def _attributes(batch: pa.RecordBatch) -> Cells:
    parts: list[tuple[bytes, Cells]] = []
    names = batch.schema.names
    if "attributes" in names:
        own = without(batch.column("attributes"), (TEMPLATE, WILDCARDS))
        parts.append((b",", _present(pairs(own))))
    if "template" in names:
        parts.append((label(TEMPLATE), value(batch.column("template"))))
    if "parameters" in names:
        parts.append((label(WILDCARDS), _present(value(batch.column("parameters")))))
    whole = rows(parts, batch.num_rows, b"{", b"}")
    return whole.where(whole.lengths() > 2)


def _present(cells: Cells) -> Cells:
    """Empty lists and maps count as absent; an empty string does not."""
    return cells if cells.open == b'"' else cells.where(cells.lengths() > 0)


def _nullable(cells: Cells) -> Cells:
    absent = cells.start < 0
    if not absent.any():
        return cells
    return rows([(b"", cells), (b"", constant(len(cells), b"null").where(absent))], len(cells))


def children(array: pa.Array, *children: pa.Array) -> tuple[Any, Any, Sequence[pa.Array]]:
    """Ranges of each row, and only that part of the children which the rows have."""
    first, last = ranges(array)
    used = first >= 0
    low = int(first[used].min()) if used.any() else 0
    high = int(last[used].max()) if used.any() else 0
    parts = [child.slice(low, high - low) for child in children]
    return np.where(used, first - low, -1), np.where(used, last - low, -1), parts


def _struct(array: pa.Array) -> Cells:
    parts = [
        (label(field.name), _nullable(value(child)))
        for field, child in zip(array.type, array.flatten(), strict=True)
    ]
    whole = rows(parts, len(array), b"{", b"}")
    return whole.where(~nulls(array)) if array.null_count else whole


def _is_text(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return any((pa.types.is_string(kind), pa.types.is_large_string(kind), pa.types.is_string_view(kind)))


def _scalars(array: pa.Array) -> Cells:
    if pa.types.is_binary(array.type) or pa.types.is_large_binary(array.type):
        array = arrays.texts(None if item is None else item.hex() for item in array.to_pylist())
    try:
        return strings(array.cast(pa.string()))
    except pa.ArrowNotImplementedError:  # durations, intervals: only foreign tables have them
        texts = [None if item is None else str(item) for item in array.to_pylist()]
        return strings(arrays.texts(texts))
