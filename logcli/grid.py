"""Columns side by side within a width: what is kept, how wide each is, how a row is laid out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc

from logcli.cells import Cells, constant, mutable, rows, strings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt
    import pyarrow as pa

    from logcli.base import Longs

    # A text and a limit (0: none) to the text made safe and cut, and the columns that it takes.
    Mend = Callable[[str, int], tuple[str, int]]

_GAP = 2
_ELLIPSIS = "…".encode()


@dataclass(frozen=True)
class Column:
    """A column of the grid.

    name, header : of the column of a batch, and what people read above it
    text : its cells
    right : aligned right, as numbers are
    least : may be cut down to this width; 0: never cut
    rank : the column of the highest rank is left out first
    paint : escape code for each cell
    marks : a text within the cells to highlight
    """

    name: str
    header: str
    text: Callable[[pa.Array], Cells]
    right: bool = False
    least: int = 0
    rank: int = 0
    paint: Callable[[pa.Array], Cells] | None = None
    marks: str = ""


@dataclass(frozen=True)
class Shown:
    """Cells fit for a terminal: control characters visible, none wider than the limit.

    width : columns that each takes
    cut : rows whose cell needs an ellipsis behind it
    """

    cells: Cells
    width: Longs
    cut: npt.NDArray[np.bool_]


def fit(columns: Sequence[Column], natural: Sequence[int], width: int) -> dict[int, int]:
    """Width of each column that is kept; 0 in `width`: all are kept, none is cut.

    The least important are left out until the rest fit at their narrowest; then the room that is
    left goes round, and what nobody needs to the last column.
    """
    if not width:
        return dict(enumerate(natural))
    least = [min(n, column.least or n) for n, column in zip(natural, columns, strict=True)]
    kept = sorted(range(len(columns)), key=lambda i: columns[i].rank)
    while len(kept) > 1 and sum(least[i] + _GAP for i in kept) - _GAP > width:
        kept.pop()
    kept.sort()
    room = width - sum(least[i] + _GAP for i in kept) + _GAP
    widths = {i: least[i] for i in kept}
    hungry = sorted(kept, key=lambda i: natural[i] - least[i])
    for position, i in enumerate(hungry):
        more = max(0, min(natural[i] - least[i], room // (len(hungry) - position)))
        widths[i] += more
        room -= more
    widths[kept[-1]] += room
    return widths


def fitted(cells: Cells, limit: int, mend: Mend) -> Shown:
    """Make cells safe and cut them to a width; 0: not cut.

    mend : gives a text that is not plain ASCII made safe and cut, and its width
    """
    odd = np.flatnonzero(_odd(cells))
    cells = cells.filled()
    width = cells.lengths()
    if len(odd):
        cells, width = _mended(cells, odd, limit, mend)
    cut = width > limit if limit else np.zeros(len(cells), np.bool_)
    if cut.any():
        cells = replace(cells, end=np.where(cut, cells.start + limit - 1, cells.end))
        width = np.where(cut, limit, width)
    return Shown(cells, width, cut)


def lay(columns: Sequence[tuple[Column, Shown, int]], batch: pa.RecordBatch, color: bool) -> Cells:
    """The lines of a batch, from each column, its cells and its width."""
    count = batch.num_rows
    items: list[tuple[bytes, Cells]] = []
    for position, (column, shown, width) in enumerate(columns):
        gap = b" " * _GAP if position else b""
        blank = Cells(mutable(b" " * width), np.zeros(count, np.int64), np.maximum(width - shown.width, 0))
        items.append((gap, blank if column.right else constant(count)))
        painted = column.paint(batch.column(column.name)) if color and column.paint else None
        if painted:
            items.append((b"", painted))
        items.append((b"", _marked(shown.cells, column.marks) if color and column.marks else shown.cells))
        items.append((b"", constant(count, _ELLIPSIS).where(shown.cut)))
        if painted:
            items.append((b"\x1b[0m", constant(count)))
        if not column.right and position < len(columns) - 1:
            items.append((b"", blank))
    return rows(items, count, closing=b"\n")


def _odd(cells: Cells) -> npt.NDArray[np.bool_]:
    """Rows with any byte that is not printable ASCII."""
    used = cells.start >= 0
    if not used.any():
        return used
    low, high = int(cells.start[used].min()), int(cells.end[used].max())
    part = cells.text[low:high]
    places = np.flatnonzero((part < 0x20) | (part > 0x7E)) + low
    before = np.searchsorted(places, cells.start)
    return used & (np.searchsorted(places, cells.end) > before)


def _mended(cells: Cells, odd: npt.NDArray[np.intp], limit: int, mend: Mend) -> tuple[Cells, Longs]:
    cells = rows([(b"", cells)], len(cells))
    mended = [mend(text or "", limit) for text in cells[odd].tolist()]
    encoded = [text.encode() for text, _ in mended]
    width = cells.lengths()
    width[odd] = [columns for _, columns in mended]
    ends = len(cells.text) + np.cumsum([len(text) for text in encoded])
    cells.start[odd] = ends - [len(text) for text in encoded]
    cells.end[odd] = ends
    whole = np.concatenate((cells.text, np.frombuffer(b"".join(encoded), np.uint8)))
    return replace(cells, text=whole), width


def _marked(cells: Cells, mark: str) -> Cells:
    return strings(pc.replace_substring(cells.to_arrow(), mark, f"\x1b[36m{mark}\x1b[0m"))
