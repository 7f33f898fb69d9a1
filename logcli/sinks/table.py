"""An aligned table for people: cut to the terminal's width, coloured by severity"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, BinaryIO, ClassVar, cast

import pyarrow as pa

from logcli import grid, views
from logcli.base import Sink
from logcli.dress import Dress
from logcli.errors import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

# Rows that the widths are taken from, and rows that are laid out at a time.
_HEAD, _STEP = 200, 4096


class Table(Sink):
    """Records show time, severity, source if there are several, template id and body; templates show
    their counts before the text; other tables show every column.

    The first 200 rows choose the columns and set their widths. Without a terminal nothing is cut,
    coloured or left out for want of room.
    """

    suffixes: ClassVar[tuple[str, ...]] = (".txt",)
    dressed: ClassVar[bool] = True

    def write(self, batches: Iterable[pa.RecordBatch], schema: pa.Schema, out: BinaryIO | Path) -> None:
        out, dress = cast("BinaryIO", out), self.dress or Dress()
        rest = iter(batches)
        head = _peek(rest, self.live)
        sample = pa.Table.from_batches(head, schema).slice(0, _HEAD)
        columns = views.columns(sample)
        widths = grid.fit(columns, [_natural(column, sample) for column in columns], dress.width)
        kept = [(columns[i], width) for i, width in widths.items()]
        out.write(_header(kept, dress))
        for batch in chain(head, rest):
            for start in range(0, batch.num_rows, _STEP):
                out.write(_lines(batch.slice(start, _STEP), kept, dress))
            if self.live:
                out.flush()
        out.write(_left_out([column.header for i, column in enumerate(columns) if i not in widths], dress))


def _peek(batches: Iterator[pa.RecordBatch], live: bool) -> list[pa.RecordBatch]:
    head: list[pa.RecordBatch] = []
    for batch in batches:
        head.append(batch)
        if live or sum(part.num_rows for part in head) >= _HEAD:
            break
    return head


def _natural(column: grid.Column, sample: pa.Table) -> int:
    """The width that the column would like to have."""
    parts = [part for part in sample[column.name].chunks if len(part)]
    widths = [int(grid.fitted(column.text(part), 0, _mend).width.max()) for part in parts]
    return max(len(visible(column.header)), *widths, 0)


def _lines(batch: pa.RecordBatch, kept: list[tuple[grid.Column, int]], dress: Dress) -> memoryview:
    shown = []
    for column, width in kept:
        cuts = dress.width and column.least and not (dress.wrap and column is kept[-1][0])
        cells = column.text(batch.column(column.name))
        shown.append((column, grid.fitted(cells, width if cuts else 0, _mend), width))
    return grid.lay(shown, batch, dress.color).text.data


def _mend(text: str, limit: int) -> tuple[str, int]:
    from rich.cells import cell_len, set_cell_size

    text = visible(text.replace("\t", "    ").replace("\r\n", "\\n").replace("\n", "\\n"))
    width = cell_len(text)
    if not limit or width <= limit:
        return text, width
    return set_cell_size(text, limit - 1) + "…", limit


def _header(kept: list[tuple[grid.Column, int]], dress: Dress) -> bytes:
    from rich.cells import set_cell_size

    cells = []
    for column, width in kept:
        name = visible(column.header)
        cells.append(name.rjust(width) if column.right else set_cell_size(name, width))
    return _line("  ".join(cells).rstrip(), "1", dress)


def _left_out(names: list[str], dress: Dress) -> bytes:
    if not names:
        return b""
    line = f"({len(names)} more columns: {visible(', '.join(names))})"
    return _line(line if len(line) <= dress.width else f"({len(names)} more columns)", "2", dress)


def _line(text: str, code: str, dress: Dress) -> bytes:
    return (f"\x1b[{code}m{text}\x1b[0m\n" if dress.color else f"{text}\n").encode()
