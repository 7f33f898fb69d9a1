"""One JSON document: the name of the schema and all rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, ClassVar, cast

from logcli import cells, jsontext
from logcli.base import Sink
from logcli.output import table_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    import pyarrow as pa


class Json(Sink):
    """`{"schema":"logcli.templates/1","rows":[…]}`, each row on a line of its own as in JSON lines."""

    suffixes: ClassVar[tuple[str, ...]] = (".json",)

    def write(self, batches: Iterable[pa.RecordBatch], schema: pa.Schema, out: BinaryIO | Path) -> None:
        out = cast("BinaryIO", out)
        table = table_name(schema)
        out.write(b'{"schema":"' + table.encode() + b'","rows":[')
        separator = b"\n"
        for batch in batches:
            for chunk in _chunks(batch, table):
                out.write(separator)
                # the last row's comma and newline come with the next chunk, if there is one
                out.write(chunk[:-2])
                separator = b",\n"
            if self.live:
                out.flush()
        out.write(b"\n]}\n")


def _chunks(batch: pa.RecordBatch, table: str) -> Iterator[memoryview]:
    for part in cells.parts(batch):
        yield from cells.chunks(jsontext.members(part, table), part.num_rows, b"{", b"},\n")
