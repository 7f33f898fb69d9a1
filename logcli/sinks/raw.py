"""The text alone: the raw lines where there are any, else the body."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, ClassVar, cast

from logcli import cells, jsontext
from logcli.base import Sink
from logcli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import pyarrow as pa

# Where the text of a table is, the best first.
_COLUMNS = ("raw", "body", "template")


class Raw(Sink):
    """One record's text per line; the body of a record of several lines keeps its newlines."""

    suffixes: ClassVar[tuple[str, ...]] = (".log",)

    def write(self, batches: Iterable[pa.RecordBatch], schema: pa.Schema, out: BinaryIO | Path) -> None:
        out = cast("BinaryIO", out)
        name = next((column for column in _COLUMNS if column in schema.names), None)
        if name is None:
            hint = "keep one of them with `-k`, or choose another output with `-t`"
            raise UsageError("`raw` needs a column `raw`, `body` or `template`", hint=hint)
        for batch in batches:
            text = jsontext.shown(batch.column(name)).filled()
            for chunk in cells.chunks([(b"", text.between(b"", b"\n"))], batch.num_rows):
                out.write(chunk)
            if self.live:
                out.flush()
