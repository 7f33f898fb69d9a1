"""OTLP/JSON lines: OpenTelemetry log records grouped by resource and scope"""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, BinaryIO, ClassVar, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from logcli import arrays, cells, jsontext
from logcli.base import Sink
from logcli.cells import Cells
from logcli.errors import UsageError
from logcli.output import table_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from logcli.base import Longs

# Records per line: the collector's file receiver cuts lines after 1 MiB (its `max_log_size`).
_RECORDS = 1024

# A member of a list of attributes, up to its value and from there.
_KEY, _STRING, _END = b'{"key":', b',"value":{"stringValue":', b"}}"
_NOTHING = b',"value":{}}'

_FILE_NAME, _FILE_PATH, _NUMBER = "log.file.name", "log.file.path", "log.file.record_number"
_TEMPLATE_ID, _DEFECTS = "logcli.template_id", "logcli.defects"
_OURS = (jsontext.TEMPLATE, jsontext.WILDCARDS, _FILE_NAME, _FILE_PATH, _NUMBER, _TEMPLATE_ID, _DEFECTS)


class Otlp(Sink):
    """One `LogsData` per line, of up to 1024 records.

    Integers of 64 bits are decimal strings, ids lower-case hex, and what is null, zero or not a
    valid id is left out, as the OpenTelemetry file format says. The template and its values are the
    attributes `log.record.template` and `log.record.template.wildcards`; the line number is
    `log.file.record_number`.
    """

    suffixes: ClassVar[tuple[str, ...]] = (".otlp", ".otlp.json", ".otlp.jsonl")

    def write(self, batches: Iterable[pa.RecordBatch], schema: pa.Schema, out: BinaryIO | Path) -> None:
        out, table = cast("BinaryIO", out), table_name(schema)
        if not table.startswith(("logcli.records/", "logcli.parsed/")):
            raise UsageError("`otlp` writes log records", why=f"this is a table `{table}`")
        for batch in batches:
            for part in cells.parts(batch):
                for line in _lines(part):
                    out.write(line)
            if self.live:
                out.flush()


def _lines(batch: pa.RecordBatch) -> Iterator[bytes]:
    record = _record(batch)
    resource, resources = _groups(_resource(batch))
    scope, scopes = _groups(_scope(batch))
    for first in range(0, batch.num_rows, _RECORDS):
        step = slice(first, first + _RECORDS)
        key = resource[step] * len(scopes) + scope[step]
        order = np.argsort(key, kind="stable")
        part = [(label, column[step][order]) for label, column in record]
        records = cells.rows(part, len(order), b"{", b"},")
        yield _line(records, key[order], resources, scopes)


def _line(records: Cells, key: Longs, resources: list[str], scopes: list[str]) -> bytes:
    starts = np.flatnonzero(np.diff(key, prepend=np.int64(-1)))
    parts, last = ['{"resourceLogs":['], -1
    for first, end in zip(starts.tolist(), [*starts[1:].tolist(), len(key)], strict=True):
        resource, scope = divmod(int(key[first]), len(scopes))
        if resource != last:
            parts.append(("]}," if last >= 0 else "") + f'{{{resources[resource]}"scopeLogs":[')
        else:
            parts.append(",")
        text = records.text[records.start[first] : records.end[end - 1] - 1].tobytes().decode()
        parts.append(f'{{{scopes[scope]}"logRecords":[{text}]}}')
        last = resource
    return ("".join(parts) + "]}]}\n").encode()


def _groups(texts: Cells) -> tuple[Longs, list[str]]:
    """Number of each row's text among the distinct ones, and these."""
    words = texts.to_arrow().dictionary_encode()
    return arrays.values(words.indices).astype(np.int64), words.dictionary.to_pylist()


def _resource(batch: pa.RecordBatch) -> Cells:
    found = []
    if "resource" in batch.schema.names:
        pairs = jsontext.pairs(batch.column("resource"), _KEY, _STRING, _END, _NOTHING)
        found.append((b'"resource":{"attributes":[', pairs.where(pairs.lengths() > 0).between(b"", b"]},")))
    return cells.rows(found, batch.num_rows)


def _scope(batch: pa.RecordBatch) -> Cells:
    found = []
    if "scope" in batch.schema.names:
        found.append((b'"scope":{"name":', jsontext.value(batch.column("scope")).between(b"", b"},")))
    return cells.rows(found, batch.num_rows)


def _record(batch: pa.RecordBatch) -> list[tuple[bytes, Cells]]:
    columns = dict(zip(batch.schema.names, batch.columns, strict=True))
    found = []
    for name, (member, render) in _MEMBERS.items():
        if name in columns:
            found.append((jsontext.label(member), render(columns[name])))
    attributes = cells.rows(_attributes(columns), batch.num_rows, b"[", b"]")
    found.append((jsontext.label("attributes"), attributes.where(attributes.lengths() > 2)))
    return found


def _positive(column: pa.Array) -> Cells:
    numbers = column.cast(pa.int64())
    return cells.strings(
        pc.if_else(pc.greater(numbers, arrays.scalar(0)), numbers, arrays.scalar(None, pa.int64())).cast(
            pa.string()
        )
    )


def _decimal(column: pa.Array) -> Cells:
    return _positive(column).between(b'"', b'"')


def _body(column: pa.Array) -> Cells:
    return jsontext.value(column).between(b'{"stringValue":', b"}")


def _identity(column: pa.Array) -> Cells:
    """Lower-case hex; a wrong length and all zeros mean that it is not set."""
    text = pc.utf8_lower(column)
    valid = pc.match_substring_regex(text, "^([0-9a-f]{16}|[0-9a-f]{32})$")
    valid = pc.and_(valid, pc.match_substring_regex(text, "[^0]"))
    return jsontext.value(pc.if_else(valid, text, arrays.scalar(None, text.type)))


# Columns of RECORD and members of OTLP's LogRecord.
_MEMBERS = {
    "time_unix_nano": ("timeUnixNano", _decimal),
    "observed_time_unix_nano": ("observedTimeUnixNano", _decimal),
    "severity_number": ("severityNumber", _positive),
    "severity_text": ("severityText", jsontext.value),
    "event_name": ("eventName", jsontext.value),
    "body": ("body", _body),
    "flags": ("flags", _positive),
    "trace_id": ("traceId", _identity),
    "span_id": ("spanId", _identity),
}


def _attributes(columns: dict[str, pa.Array]) -> list[tuple[bytes, Cells]]:
    found: list[tuple[bytes, Cells]] = []
    if "attributes" in columns:
        own = jsontext.without(columns["attributes"], _OURS)
        pairs = jsontext.pairs(own, _KEY, _STRING, _END, _NOTHING)
        found.append((b",", pairs.where(pairs.lengths() > 0)))
    if "source" in columns:
        found += _file(columns["source"])
    if "line" in columns:
        found.append(_member(_NUMBER, _positive(columns["line"]).between(b'"', b'"'), "intValue"))
    for name, key in (("defects", _DEFECTS), ("template_id", _TEMPLATE_ID), ("template", jsontext.TEMPLATE)):
        if name in columns:
            found.append(_member(key, jsontext.value(columns[name])))
    if "parameters" in columns:
        values = jsontext.items(columns["parameters"], b'{"stringValue":', b"}", absent=b"{}")
        values = values.where(values.lengths() > 0).between(b'{"values":[', b"]}")
        found.append(_member(jsontext.WILDCARDS, values, "arrayValue"))
    return found


def _file(source: pa.DictionaryArray) -> Iterator[tuple[bytes, Cells]]:
    """Name and, where it is more than the name, path of the file; neither for standard input."""
    paths = [None if path == "-" else path for path in source.dictionary.to_pylist()]
    names = [path and PurePath(path).name for path in paths]
    longer = [path if path != name else None for path, name in zip(paths, names, strict=True)]
    for key, texts in ((_FILE_NAME, names), (_FILE_PATH, longer)):
        column = pa.DictionaryArray.from_arrays(source.indices, arrays.texts(texts))
        yield _member(key, jsontext.value(column))


def _member(key: str, values: Cells, kind: str = "stringValue") -> tuple[bytes, Cells]:
    return f',{{"key":"{key}","value":{{"{kind}":'.encode(), values.between(b"", b"}}")
