"""Tables as lines of cells between separators: what CSV, TSV and Markdown share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

import pyarrow as pa

from logcli import arrays
from logcli.cells import Cells, Escape, chunks, constant, parts, strings
from logcli.jsontext import shown, shown_name

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True)
class Dialect:
    """How a row of cells is written: `opening cell between cell closing`.

    empty : what stands for the empty cell of a table of one column, whose row would else be blank
    rule : written for each column on a line below the header
    """

    escape: Escape
    between: bytes
    opening: bytes = b""
    closing: bytes = b"\n"
    empty: bytes = b""
    rule: bytes = b""

    def write(self, batches: Iterable[pa.RecordBatch], schema: pa.Schema, out: BinaryIO, live: bool) -> None:
        """Write the header and all rows; `live`: flush after each batch."""
        names = strings(arrays.texts(shown_name(field) for field in schema), self.escape)
        self._line([(name or "").encode() for name in names.tolist()], out)
        if self.rule:
            self._line([self.rule] * len(schema), out)
        for batch in batches:
            for part in parts(batch):
                for chunk in chunks(self._row(part), part.num_rows, closing=self.closing):
                    out.write(chunk)
            if live:
                out.flush()

    def _line(self, cells: list[bytes], out: BinaryIO) -> None:
        out.write(self.opening + self.between.join(cells) + self.closing)

    def _row(self, batch: pa.RecordBatch) -> list[tuple[bytes, Cells]]:
        found = [shown(column, self.escape) for column in batch.columns]
        row = [(self.between if i else self.opening, cells.filled()) for i, cells in enumerate(found)]
        if self.empty and len(found) == 1:
            blank = constant(batch.num_rows, self.empty)
            row.append((b"", blank.where(found[0].lengths() == 0)))
        return row


CSV = Dialect(Escape.of({'"': '""'}, quoted='",\r\n'), between=b",", empty=b'""')
