"""A GitHub table; what Markdown or HTML would act on is escaped"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, ClassVar, cast

from logcli.base import Sink
from logcli.cells import Escape
from logcli.delimited import Dialect

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import pyarrow as pa

_CONTROL = {chr(code): f"\\\\x{code:02x}" for code in (*range(32), 127)}
_MARKS = {char: f"\\{char}" for char in "\\`*_[]|~$"}
_HTML = {"<": "&lt;", ">": "&gt;", "&": "&amp;", "\n": "<br>", "\t": "&#9;"}
_DIALECT = Dialect(
    Escape.of(_CONTROL | _MARKS | _HTML), between=b" | ", opening=b"| ", closing=b" |\n", rule=b"---"
)


class Markdown(Sink):
    """A header, a rule and a line per row; a newline within a cell is `<br>`."""

    suffixes: ClassVar[tuple[str, ...]] = (".md", ".markdown")

    def write(self, batches: Iterable[pa.RecordBatch], schema: pa.Schema, out: BinaryIO | Path) -> None:
        _DIALECT.write(batches, schema, cast("BinaryIO", out), self.live)
