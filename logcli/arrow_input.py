"""Records that come as Arrow batches, as `logcli parse -t arrow` writes them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from logcli import arrays, schema
from logcli.base import HAS_DATE, HAS_YEAR, HAS_ZONE, NO_TIME, Ragged
from logcli.columns import TEXT_COLUMNS
from logcli.errors import LogcliError
from logcli.records import Counts, Records

if TYPE_CHECKING:
    from logcli.base import Bytes, Range
    from logcli.blocks import Readable

_FILE_MAGIC = b"ARROW1\0\0"
_STREAM_MAGIC = b"\xff\xff\xff\xff"
_ROWS = 1 << 15  # of a piece, at most
_COMPLETE = HAS_YEAR | HAS_DATE | HAS_ZONE


def is_arrow(head: bytes) -> bool:
    """Whether an input begins as an Arrow IPC stream or file does.

    >>> is_arrow(b"ARROW1" + bytes(10)), is_arrow(b"2024-01-01 text")
    (True, False)
    """
    return head.startswith((_FILE_MAGIC, _STREAM_MAGIC))


class _Raw(io.RawIOBase):
    """A reader as a Python file, without what comes before the stream in an Arrow file."""

    def __init__(self, reader: Readable) -> None:
        self._reader = reader

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._reader.readinto(memoryview(buffer))


def batches(reader: Readable) -> Iterator[Records]:
    """The records of an Arrow stream or file, batch by batch.

    Raises LogcliError when it is damaged or its columns are not those of RECORD.
    """
    file = io.BufferedReader(_Raw(reader), 1 << 20)
    if file.peek(len(_FILE_MAGIC)).startswith(_FILE_MAGIC):
        file.read(len(_FILE_MAGIC))  # a file is a stream between two magic words
    try:
        with pa.ipc.open_stream(file) as stream:
            _check(stream.schema, reader.name)
            for batch in stream:
                yield from _pieces(_typed(batch))
    except (pa.ArrowException, OSError, ValueError) as error:
        why = str(error).split("\n")[0]
        raise LogcliError(f"`{reader.name}` is damaged, or no Arrow stream of records", why=why) from error


def _check(found: pa.Schema, name: str) -> None:
    for needed in ("body", "line"):
        if found.get_field_index(needed) < 0:
            hint = "write it with `logcli parse -t arrow`, all columns"
            raise LogcliError(f"`{name}` has no column `{needed}`", hint=hint)


def _typed(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The columns of RECORD, each of its type; damage is found here, before bytes are taken at their word."""
    batch.validate(full=True)
    columns = {}
    for field in schema.RECORD:
        if batch.schema.get_field_index(field.name) >= 0:
            column = batch.column(field.name)
            columns[field.name] = column if column.type == field.type else column.cast(field.type)
    columns["body"] = columns["body"].fill_null(arrays.scalar(""))
    return pa.RecordBatch.from_arrays(list(columns.values()), list(columns))


def _pieces(batch: pa.RecordBatch) -> Iterator[Records]:
    """Rows of one source each, and not so many that 32 bits could not say where their text is."""
    if not batch.num_rows:
        return
    marks = np.arange(batch.num_rows) % _ROWS == 0
    words: list[str | None] = ["-"]
    index = np.zeros(batch.num_rows, np.int64)
    if "source" in batch.schema.names:
        source = batch.column("source")
        words = [*source.dictionary.to_pylist(), None]
        index = arrays.values(source.indices, len(words) - 1)
        marks[1:] |= index[1:] != index[:-1]
    starts = np.flatnonzero(marks).tolist()
    for start, stop in pairwise([*starts, len(index)]):
        yield _records(batch.slice(start, stop - start), words[index[start]] or "-")


def _records(batch: pa.RecordBatch, source: str) -> Records:
    n = batch.num_rows
    texts: list[Bytes] = []
    columns: dict[str, Range] = {}
    size = 0
    for name in (*TEXT_COLUMNS, "event_name"):
        if name in batch.schema.names and name not in columns and batch.column(name).null_count < n:
            data, start, end = _ranges(batch.column(name), size)
            texts.append(data)
            columns[name] = (start, end)
            size += len(data)
    pairs = {}
    for name in ("attributes", "resource"):
        if name in batch.schema.names and batch.column(name).null_count < n:
            data, pairs[name] = _ragged(batch.column(name), size)
            texts.append(data)
            size += len(data)
    severity = _numbers(batch, "severity_number", 0)
    return Records(
        text=np.concatenate(texts) if texts else np.zeros(0, np.uint8),
        source=source,
        line=_numbers(batch, "line", 0),
        offset=_numbers(batch, "offset", 0),
        length=_numbers(batch, "length", 0),
        time=_numbers(batch, "time_unix_nano", NO_TIME),
        time_kind=np.full(n, _COMPLETE, np.uint8),
        severity=np.where(severity <= 24, severity, 0).astype(np.uint8),
        defects=_defects(batch),
        columns=columns,
        extra=pairs.get("attributes"),
        resource=pairs.get("resource"),
        counts=Counts(first=n),
    )


def _numbers(batch: pa.RecordBatch, name: str, missing: int) -> Any:
    if name not in batch.schema.names:
        return np.full(batch.num_rows, missing, np.int64)
    column = batch.column(name).cast(pa.int64())
    return arrays.values(column, missing).copy()


def _defects(batch: pa.RecordBatch) -> Any:
    if "defects" not in batch.schema.names:
        return np.zeros(batch.num_rows, np.uint8)
    column = batch.column("defects")
    words = [set((word or "").split(",")) for word in column.dictionary.to_pylist()]
    bits = [sum(bit for bit, word in schema.DEFECTS.items() if word in found) for found in words]
    index = arrays.values(column.indices, len(bits))
    return np.array([*bits, 0], np.uint8)[index]


def _ranges(column: pa.Array, base: int) -> tuple[Bytes, Any, Any]:
    """The bytes of a string column, and its ranges moved by `base`; -1 where it is null."""
    if pa.types.is_dictionary(column.type) or not pa.types.is_string(column.type):
        column = column.cast(pa.string())
    offsets = np.frombuffer(column.buffers()[1], np.int32)[column.offset : column.offset + len(column) + 1]
    data = np.frombuffer(column.buffers()[2] or b"", np.uint8)[offsets[0] : offsets[-1]]
    valid = arrays.values(column.is_valid())
    start = np.where(valid, offsets[:-1] - offsets[0] + base, -1).astype(np.int32)
    return data.copy(), start, (offsets[1:] - offsets[0] + base).astype(np.int32)


def _ragged(column: pa.MapArray, base: int) -> tuple[Bytes, Ragged]:
    """Key and value ranges of a map column."""
    flat = pa.MapArray.from_arrays(column.offsets, column.keys, column.items)
    offsets = np.asarray(flat.offsets).astype(np.int64)
    low, high = int(offsets[0]), int(offsets[-1])
    keys, key_start, key_end = _ranges(flat.keys[low:high], base)
    values, value_start, value_end = _ranges(flat.items[low:high], base + len(keys))
    value_start = np.where(value_start < 0, 0, value_start).astype(np.int32)
    value_end = np.where(value_start == 0, 0, value_end).astype(np.int32)
    return np.concatenate((keys, values)), Ragged(offsets - low, key_start, key_end, value_start, value_end)
