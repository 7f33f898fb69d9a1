"""JSON lines: one object per row, its schema named in the first key."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, ClassVar, cast

from logcli import cells, jsontext
from logcli.base import Sink
from logcli.output import table_name

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import pyarrow as pa


class JsonLines(Sink):
    """`{"schema":"logcli.parsed/1","time":"2008-11-09T20:35:18Z",…}` and a newline for each row.

    Attributes and resource are objects. A record's template and its values are the attributes
    `log.record.template` and `log.record.template.wildcards`. Records omit what is null or empty.
    """

    suffixes: ClassVar[tuple[str, ...]] = (".jsonl", ".ndjson")

    def write(self, batches: Iterable[pa.RecordBatch], schema: pa.Schema, out: BinaryIO | Path) -> None:
        out = cast("BinaryIO", out)
        table = table_name(schema)
        first = jsontext.label("schema") + b'"' + table.encode() + b'"'
        for batch in batches:
            for part in cells.parts(batch):
                members = [(first, cells.constant(part.num_rows)), *jsontext.members(part, table)]
                for chunk in cells.chunks(members, part.num_rows, b"{", b"}\n"):
                    out.write(chunk)
            if self.live:
                out.flush()
