"""What people see of a table: which columns, in which words, and which may give way."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from logcli import arrays, jsontext
from logcli.cells import Cells, joined, strings
from logcli.grid import Column
from logcli.schema import RECORD, TEMPLATE, severity_name

_NAMES = arrays.texts(severity_name(number) if number else "" for number in range(25))
# Escape codes by severity: none, trace and debug, info, warn, error, fatal.
_COLORS = ("\x1b[2m", "\x1b[2m", "\x1b[32m", "\x1b[33m", "\x1b[31m", "\x1b[1;31m")
_CODES = ["", *np.repeat(_COLORS, 4).tolist()]
_SHORT_ID = 8


def columns(sample: pa.Table) -> list[Column]:
    """The columns for a table like the sample.

    Records show time, severity, source, template id and body, as far as the sample has them to tell;
    templates show their counts before the text; other tables show every column.
    """
    names = set(sample.schema.names)
    if names >= set(RECORD.names):
        return [column for column in _RECORD if _tells(sample, column.name)]
    if names >= set(TEMPLATE.names):
        return list(_TEMPLATE)
    return [_plain(field, rank) for rank, field in enumerate(sample.schema)]


def _tells(sample: pa.Table, name: str) -> bool:
    if name not in sample.schema.names:
        return False
    if name == "source":
        return bool(pc.count_distinct(sample[name].cast(pa.string())).as_py() > 1)
    if name == "severity_number" and sample.num_rows:
        return bool(pc.max(sample[name]).as_py())
    return not sample.num_rows or bool(sample[name].null_count < sample.num_rows)


def _plain(field: pa.Field, rank: int) -> Column:
    kind = field.type
    number = pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
    fixed = number or pa.types.is_timestamp(kind) or pa.types.is_boolean(kind)
    text = _rounded if pa.types.is_floating(kind) else jsontext.shown
    return Column(
        field.name, jsontext.shown_name(field), text, right=number, least=0 if fixed else 12, rank=rank
    )


def _severity(column: pa.Array) -> Cells:
    return strings(pa.DictionaryArray.from_arrays(_known(column), _NAMES))


def _severity_code(column: pa.Array) -> Cells:
    return strings(pa.DictionaryArray.from_arrays(_known(column), arrays.texts(_CODES)))


def _known(column: pa.Array) -> pa.Array:
    return pc.min_element_wise(column.cast(pa.int32()), arrays.scalar(len(_CODES) - 1, pa.int32()))


def _short(column: pa.Array) -> Cells:
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    return strings(pc.utf8_slice_codeunits(column, 0, _SHORT_ID))


def _rounded(column: pa.Array) -> Cells:
    return jsontext.shown(pc.round(column, 6))


def _percent(column: pa.Array) -> Cells:
    """`12.3%`, and `<0.1%` for what is there but would round to nothing."""
    tenths = pc.round(pc.multiply(column, arrays.scalar(100.0)), 1).cast(pa.decimal128(6, 1))
    text = pc.binary_join_element_wise(tenths.cast(pa.string()), arrays.scalar("%"), arrays.scalar(""))
    small = pc.and_(pc.greater(column, arrays.scalar(0.0)), pc.less(column, arrays.scalar(0.0005)))
    return strings(pc.if_else(small, arrays.scalar("<0.1%"), text))


def _severities(column: pa.MapArray) -> Cells:
    """`INFO:120,WARN:3`; `INFO` where it is the only one."""
    first, last, (keys, counts) = jsontext.children(column, column.keys, column.items)
    several = np.repeat(last - first > 1, np.maximum(last - first, 0))
    return joined(first, last, strings(keys), jsontext.shown(counts).where(several), b"", b":")


_RECORD = (
    Column("time_unix_nano", "time", jsontext.shown, rank=2),
    Column("severity_number", "severity", _severity, rank=1, paint=_severity_code),
    Column("source", "source", jsontext.shown, least=12, rank=4),
    Column("template_id", "id", _short, rank=3),
    Column("body", "body", jsontext.shown, least=30),
)

_TEMPLATE = (
    Column("count", "count", jsontext.shown, right=True, rank=1),
    Column("share", "share", _percent, right=True, rank=2),
    Column("severities", "severities", _severities, least=8, rank=4),
    Column("first_time", "first_time", jsontext.shown, rank=6),
    Column("last_time", "last_time", jsontext.shown, rank=5),
    Column("template_id", "id", _short, rank=3),
    Column("template", "template", jsontext.shown, least=30, marks="<*>"),
)
