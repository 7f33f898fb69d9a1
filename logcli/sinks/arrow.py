"""Arrow IPC: a file, or a stream on standard output and pipes"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, ClassVar, cast

import pyarrow as pa
import pyarrow.compute as pc

from logcli import arrays
from logcli.base import Sink
from logcli.output import stamped
from logcli.spool import Spool

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


class Arrow(Sink):
    """The schema's names and types. Files are compressed by lz4, streams are not.

    A stream may send a new dictionary with any batch. A file must not (and few readers know the
    additions that it may have), so its batches wait in a temporary file until all words are known.
    """

    suffixes: ClassVar[tuple[str, ...]] = (".arrow", ".feather", ".ipc", ".arrows")
    binary: ClassVar[bool] = True

    def write(self, batches: Iterable[pa.RecordBatch], schema: pa.Schema, out: BinaryIO | Path) -> None:
        out, schema = cast("BinaryIO", out), stamped(schema)
        if out.seekable():
            _write_file(batches, schema, out)
            return
        with pa.ipc.new_stream(out, schema) as writer:
            for batch in batches:
                writer.write_batch(batch)
                if self.live:
                    out.flush()


def _write_file(batches: Iterable[pa.RecordBatch], schema: pa.Schema, out: BinaryIO) -> None:
    coded = [i for i, field in enumerate(schema) if pa.types.is_dictionary(field.type)]
    words = {i: arrays.texts([]).cast(schema.field(i).type.value_type) for i in coded}
    plain = schema
    for i in coded:
        plain = plain.set(i, pa.field(schema.field(i).name, pa.int32()))
    with Spool(plain) as spool:
        for batch in batches:
            columns = list(batch.columns)
            for i in coded:
                words[i], columns[i] = _learn(words[i], columns[i])
            spool.add(pa.record_batch(columns, schema=plain))
        options = pa.ipc.IpcWriteOptions(compression="lz4")
        with pa.ipc.new_file(out, schema, options=options) as writer:
            for batch in spool.batches():
                writer.write_batch(_decoded(batch, schema, words))


def _learn(words: pa.Array, column: pa.DictionaryArray) -> tuple[pa.Array, pa.Array]:
    """All words up to now, and the column's codes in them."""
    if not column.dictionary.equals(words):
        fresh = column.dictionary.filter(pc.is_null(pc.index_in(column.dictionary, words)))
        words = pa.concat_arrays([words, fresh.drop_null().unique()])
    return words, pc.index_in(column.dictionary, words).take(column.indices)


def _decoded(batch: pa.RecordBatch, schema: pa.Schema, words: dict[int, pa.Array]) -> pa.RecordBatch:
    columns = [
        pa.DictionaryArray.from_arrays(column.cast(schema.field(i).type.index_type), words[i])
        if i in words
        else column
        for i, column in enumerate(batch.columns)
    ]
    return pa.record_batch(columns, schema=schema)
