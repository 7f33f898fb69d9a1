"""Formats given by regular expressions, for lines that no layout can describe."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from logcli import times
from logcli.base import BLANK, NO_MATCH, NO_TIME, RECORD_START, Cut
from logcli.layout import FileFormat

if TYPE_CHECKING:
    from collections.abc import Mapping

    from logcli.base import Bytes, Flags, Ints, Lines, Longs, Range
    from logcli.definitions import Definition

    Compiled = list[re.Pattern[bytes]]


def compile_all(definition: Definition) -> Compiled:
    """The expressions of a definition, and its time forms checked.

    Raises UsageError with the place of a mistake.
    """
    found = []
    for number, text in enumerate(definition.data["regex"]):
        try:
            found.append(re.compile(text.encode()))
        except re.error as error:
            what = f"not a regular expression: {error.msg}"
            caret = {"excerpt": text, "position": error.pos or 0}
            raise definition.error(what, "regex", number, **caret) from None
    for number, form in enumerate(definition.data.get("time", ())):
        try:
            times.program(form)
        except times.FormError as error:
            caret = {"excerpt": form, "position": error.position}
            raise definition.error(error.what, "time", number, hint=error.hint, **caret) from None
    return found


class RegexFormat(FileFormat):
    """A format given by regular expressions, tried in order from the start of a line.

    Groups are fields; two underscores stand for a dot (`resource__host__name`). Slow: Python runs
    once per line, tens of times slower than a layout.

    forms : the forms that the group `time` may have, all known ones if empty
    """

    slow: ClassVar[bool] = True
    compiled: ClassVar[Compiled] = []
    forms: ClassVar[str] = ""
    levels: ClassVar[Mapping[str, int]] = {}

    def cut(self, lines: Lines, *, attributes: bool = True) -> Cut:
        """Find the fields of each line."""
        pattern, columns, severity = self._match(lines)
        time = np.full(len(lines), NO_TIME, np.int64)
        kind = np.zeros(len(lines), np.uint8)
        if "time_text" in columns:
            time, kind = self._times(lines.text, columns["time_text"])
        status = np.where(pattern >= 0, RECORD_START, NO_MATCH).astype(np.uint8)
        status[[not _text(lines, row).strip() for row in range(len(lines))]] = BLANK
        return Cut(lines.text, status, time, kind, severity, columns)

    def patterns(self, lines: Lines) -> Ints:
        """Number of the expression that fits each line, -1 for none."""
        return self._match(lines)[0]

    def explain(self, line: bytes) -> tuple[int, str]:
        """Whether the line fits; an expression does not say how far it came."""
        fits = any(compiled.match(line) for compiled in self.compiled)
        return (
            (len(line), "the line fits") if fits else (0, f"expected a line like `{self.samples[0]['line']}`")
        )

    def _times(self, text: Bytes, where: Range) -> tuple[Longs, Flags]:
        return times.parse(text, *where, self.forms) if self.forms else times.parse_any(text, *where)

    def _match(self, lines: Lines) -> tuple[Ints, dict[str, Range], Flags]:
        n = len(lines)
        pattern = np.full(n, -1, np.int32)
        severity = np.zeros(n, np.uint8)
        names = sorted({"body", *(group for compiled in self.compiled for group in compiled.groupindex)})
        columns = {_field(name): (np.full(n, -1, np.int32), np.zeros(n, np.int32)) for name in names}
        for row in range(n):
            text = _text(lines, row)
            for number, compiled in enumerate(self.compiled):
                found = compiled.match(text)
                if found:
                    pattern[row] = number
                    severity[row] = self._fill(found, row, int(lines.start[row]), columns)
                    break
        return pattern, columns, severity

    def _fill(self, found: re.Match[bytes], row: int, offset: int, columns: dict[str, Range]) -> int:
        """Enter the groups of a match; its severity."""
        for name in found.re.groupindex:
            start, end = found.span(name)
            if start >= 0:
                starts, ends = columns[_field(name)]
                starts[row], ends[row] = start + offset, end + offset
        word = found.groupdict().get("severity_text") or b""
        return self.levels.get(word.decode().upper(), 0)


def _field(group: str) -> str:
    return "time_text" if group == "time" else group.replace("__", ".")


def _text(lines: Lines, row: int) -> bytes:
    return lines.text[lines.start[row] : lines.end[row]].tobytes()
