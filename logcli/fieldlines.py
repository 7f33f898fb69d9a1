"""Formats whose lines are described by header lines among them (W3C extended, Zeek)."""

from __future__ import annotations

from abc import abstractmethod
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from logcli import schema
from logcli.base import BLANK, HEADER, NO_MATCH, NO_TIME, Block, Cut, Format, Lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from logcli.layout import LayoutFormat

MARK = 0x23  # `#`


class Around(NamedTuple):
    """The header in force before a block, and after it."""

    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


class FieldLineFormat(Format):
    """A format whose `#` lines say which fields follow.

    keys : beginnings of the header lines that matter, the field line first
    """

    keys: ClassVar[tuple[str, ...]] = ()
    continuation = "never"

    @abstractmethod
    def layout(self, header: tuple[str, ...]) -> str:
        """The layout of lines under a header: one line per key, empty if it was not seen."""

    def finish(self, cut: Cut, header: tuple[str, ...]) -> None:
        """Complete the cut of lines under a header."""

    def begin(self, state: Any, block: Block) -> Around:
        """Carry the header from one block to the next."""
        before = state.after if isinstance(state, Around) else ()
        data = block.data.tobytes()
        old = before or ("",) * len(self.keys)
        after = tuple(_last(data, key) or line for key, line in zip(self.keys, old, strict=True))
        return Around(before, after if after[0] else ())

    def cut(self, lines: Lines, *, attributes: bool = True) -> Cut:
        """Cut each stretch of lines by the header above it."""
        import numpy as np

        n = len(lines)
        whole = Cut(
            text=lines.text,
            status=np.where(lines.end > lines.start, NO_MATCH, BLANK).astype(np.uint8),
            time=np.full(n, NO_TIME, np.int64),
            time_kind=np.zeros(n, np.uint8),
            severity=np.zeros(n, np.uint8),
        )
        marked, known = _marked(lines), False
        for header, first, last in self._stretches(lines, marked):
            if header:
                part = _slice(lines, first, last)
                found = from_layout(self.layout(header)).cut(part, attributes=attributes)
                self.finish(found, header)
                _paste(whole, found, first, last)
                known = True
        if known:
            whole.status[marked] = HEADER
        return whole

    def explain(self, line: bytes) -> tuple[int, str]:
        """What a single line can be held against: nothing but the mark of a header."""
        return 0, f"expected fields as announced by a line `{self.keys[0]}`"

    def _stretches(
        self, lines: Lines, marked: npt.NDArray[Any]
    ) -> Iterator[tuple[tuple[str, ...], int, int]]:
        """Header, first and last line of each run of lines under one header."""
        around = lines.state if isinstance(lines.state, Around) else Around()
        header, first = list(around.before or [""] * len(self.keys)), 0
        for row in marked:
            text = bytes(lines.text[lines.start[row] : lines.end[row]]).decode("utf-8", "replace").strip()
            number = next((i for i, key in enumerate(self.keys) if text.startswith(key)), -1)
            if number >= 0 and header[number] != text:
                yield (tuple(header) if header[0] else ()), first, int(row)
                header[number], first = text, int(row)
        yield (tuple(header) if header[0] else ()), first, len(lines)


def _last(data: bytes, key: str) -> str:
    """The last line of a block that begins with the key; empty if there is none."""
    at = (b"\n" + data).rfind(b"\n" + key.encode())
    return data[at:].split(b"\n", 1)[0].decode("utf-8", "replace").strip() if at >= 0 else ""


def _marked(lines: Lines) -> npt.NDArray[Any]:
    """Lines that begin with `#`."""
    import numpy as np

    filled = np.flatnonzero(lines.end > lines.start)
    found: npt.NDArray[Any] = filled[lines.text[lines.start[filled]] == MARK]
    return found


def _slice(lines: Lines, first: int, last: int) -> Lines:
    span = slice(first, last)
    return Lines(
        lines.text,
        lines.start[span].copy(),
        lines.end[span].copy(),
        lines.raw_start[span].copy(),
        lines.raw_end[span].copy(),
        lines.defects[span].copy(),
    )


def _paste(whole: Cut, part: Cut, first: int, last: int) -> None:
    import numpy as np

    for name in ("status", "time", "time_kind", "severity"):
        getattr(whole, name)[first:last] = getattr(part, name)
    n = len(whole.status)
    for name, (start, end) in part.columns.items():
        if name not in whole.columns:
            whole.columns[name] = (np.full(n, -1, np.int32), np.zeros(n, np.int32))
        whole.columns[name][0][first:last] = np.where(part.status == NO_MATCH, -1, start)
        whole.columns[name][1][first:last] = end


@cache
def from_layout(layout: str) -> LayoutFormat:
    """A format of one layout, without a file.

    Raises LayoutError for a mistake in it.
    """
    from logcli.layout import LayoutFormat
    from logcli.layout_program import compile_layouts

    levels = dict(schema.LEVELS)
    members = {"program": compile_layouts([layout], levels), "levels": levels}
    made: LayoutFormat = type("FieldLayout", (LayoutFormat,), members)()
    return made
