"""Comma-separated values (RFC 4180): a header, then one row per record"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, ClassVar, cast

from logcli.base import Sink
from logcli.delimited import CSV

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import pyarrow as pa


class Csv(Sink):
    """Cells are quoted where they must be; maps and lists are JSON text, a null is an empty cell.

    Cells that a spreadsheet would take for a formula are left alone: what the log said is kept.
    """

    suffixes: ClassVar[tuple[str, ...]] = (".csv",)

    def write(self, batches: Iterable[pa.RecordBatch], schema: pa.Schema, out: BinaryIO | Path) -> None:
        CSV.write(batches, schema, cast("BinaryIO", out), self.live)
