"""Tab-separated values: a header, then one row per record"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, ClassVar, cast

from logcli.base import Sink
from logcli.cells import Escape
from logcli.delimited import Dialect

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import pyarrow as pa

_DIALECT = Dialect(Escape.of({"\t": "\\t", "\n": "\\n", "\r": "\\r", "\\": "\\\\"}), between=b"\t")


class Tsv(Sink):
    r"""Nothing is quoted; tab, newline, return and backslash are written `\t`, `\n`, `\r` and `\\`.

    Maps and lists are JSON text, a null is an empty cell.
    """

    suffixes: ClassVar[tuple[str, ...]] = (".tsv", ".tab")

    def write(self, batches: Iterable[pa.RecordBatch], schema: pa.Schema, out: BinaryIO | Path) -> None:
        _DIALECT.write(batches, schema, cast("BinaryIO", out), self.live)
