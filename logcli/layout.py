"""Formats from data: YAML files with a layout (or a regular expression) become classes of Format.

`layout_language` reads layouts, `layout_program` compiles them, `kernels.layout` runs them;
`layout_file` reads the YAML.
"""

from __future__ import annotations

import difflib
from abc import abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar

from logcli import layout_file, schema, shelf
from logcli.base import RECORD_START, Cut, Format
from logcli.layout_language import LayoutError
from logcli.layout_program import BODY, Program, compile_layouts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from logcli.base import Ints, Lines
    from logcli.definitions import Definition

# Names that are columns of RECORD; others are attributes.
COLUMNS = frozenset(
    {"time_text", "severity_text", "body", "event_name", "trace_id", "span_id", "scope", "flags"}
)


def format_class(name: str, path: Path) -> type[Format]:
    """The class of the format that a YAML file defines.

    Raises UsageError with file and line for a mistake in it.
    """
    data, program = shelf.find(path, _compiled) or _compiled(path)
    if "json" in data or "logfmt" in data:
        from logcli import structured

        make = structured.json_format_class if "json" in data else structured.logfmt_format_class
        return make(name, data)
    settings = {
        "__doc__": data["about"],
        "name": name,
        "continuation": data.get("continuation", "indented"),
        "wraps": data.get("wraps", False),
        "priority": data.get("priority", 0),
        "samples": data["samples"],
        "layouts": data.get("layout") or data["regex"],
    }
    title = f"{name.title().replace('_', '')}Format"
    if program is not None:
        return type(title, (LayoutFormat,), {**settings, "program": program})
    from logcli.layout_regex import RegexFormat, compile_all

    definition = layout_file.read(path)
    forms = "|".join(data.get("time", ()))
    more = {"compiled": compile_all(definition), "forms": forms, "levels": _levels(definition)}
    return type(title, (RegexFormat,), {**settings, **more})


def _compiled(path: Path) -> tuple[dict[str, Any], Program | None]:
    """The data of a format file, and its program if it has layouts."""
    definition = layout_file.read(path)
    levels = _levels(definition)
    return definition.data, _program(definition, levels) if "layout" in definition.data else None


def _levels(definition: Definition) -> dict[str, int]:
    """`schema.LEVELS` and the format's own words."""
    levels = dict(schema.LEVELS)
    for word, value in (definition.data.get("levels") or {}).items():
        number = schema.LEVELS.get(value.upper()) if isinstance(value, str) else value
        if not isinstance(number, int) or not 0 <= number <= 24:
            close = difflib.get_close_matches(str(value).upper(), list(schema.LEVELS), n=1)
            hint = f"did you mean `{close[0]}`?" if close else "use a word like INFO or a number from 0 to 24"
            raise definition.error(f"unknown severity `{value}`", "levels", word, hint=hint)
        if len(word.encode()) > 16:
            raise definition.error(f"severity word `{word}` has more than 16 bytes", "levels", word)
        levels[word.upper()] = number
    return levels


def _program(definition: Definition, levels: Mapping[str, int]) -> Program:
    layouts = definition.data.get("layout", [])
    try:
        return compile_layouts(layouts, levels)
    except LayoutError as error:
        raise definition.error(
            error.what, "layout", error.layout, hint=error.hint,
            excerpt=layouts[error.layout], position=error.position,
        ) from None  # fmt: skip


class FileFormat(Format):
    """What formats from files have in common.

    priority : higher wins among formats that fit the same lines equally well
    samples : lines with the fields expected of them
    layouts : the layouts or regular expressions, in the order in which they are tried
    slow : whether Python code runs for each line
    """

    priority: ClassVar[int] = 0
    samples: ClassVar[list[dict[str, Any]]] = []
    layouts: ClassVar[list[str]] = []
    slow: ClassVar[bool] = False

    @abstractmethod
    def patterns(self, lines: Lines) -> Ints:
        """Number of the layout that fits each line, -1 for none."""


class LayoutFormat(FileFormat):
    """A format given by layouts."""

    program: ClassVar[Program]

    def cut(self, lines: Lines, *, attributes: bool = True) -> Cut:
        """Find the fields of each line; without `attributes`, those of RECORD only."""
        return self._run(lines, attributes)[0]

    def patterns(self, lines: Lines) -> Ints:
        """Number of the layout that fits each line, -1 for none."""
        return self._run(lines, False)[1]

    def explain(self, line: bytes) -> tuple[int, str]:
        """How far the line fitted (bytes) and what was expected there."""
        import numpy as np

        far, want = np.zeros(1, np.int32), np.zeros(1, np.int32)
        _, pattern = self._run(lines_of([line]), False, far, want)
        if pattern[0] >= 0:
            return len(line), "the line fits"
        return max(int(far[0]), 0), f"expected {self.program.expected.get(int(want[0]), 'a line')}"

    def _run(
        self, lines: Lines, attributes: bool, far: Ints | None = None, want: Ints | None = None
    ) -> tuple[Cut, Ints]:
        import numpy as np

        from logcli.kernels import layout as kernel

        program = self.program
        names = [name for name in program.fields if attributes or name in COLUMNS]
        kept = np.array([names.index(name) if name in names else -1 for name in program.fields], np.int64)
        n = len(lines)
        pattern = np.empty(n, np.int32)
        status, kind, severity = (np.empty(n, np.uint8) for _ in range(3))
        time = np.empty(n, np.int64)
        starts = np.full((len(names), n), -1, np.int32)
        ends = np.zeros((len(names), n), np.int32)
        none = np.zeros(0, np.int32)
        kernel.cut(
            lines.text, lines.start, lines.end, program.code, program.entries, program.classes, program.pool,
            program.words, program.ranks, kept, pattern, status, starts, ends, time, kind, severity,
            none if far is None else far, none if want is None else want,
        )  # fmt: skip
        columns = {name: (starts[row], ends[row]) for row, name in enumerate(names)}
        _empty_body(columns[BODY], status, lines.end)
        return Cut(lines.text, status, time, kind, severity, columns), pattern


def _empty_body(body: tuple[Ints, Ints], status: Any, line_end: Ints) -> None:
    """A record whose layout has no body has an empty one, not none."""
    import numpy as np

    start, end = body
    missing = np.flatnonzero((start < 0) & (status == RECORD_START))
    start[missing] = end[missing] = line_end[missing]


def lines_of(texts: list[bytes]) -> Lines:
    """`Lines` of texts that are clean already, for samples and explanations."""
    import numpy as np

    from logcli.base import Lines

    ends = np.cumsum([len(text) + 1 for text in texts]) - 1
    starts = (ends - [len(text) for text in texts]).astype(np.int32)
    data = np.frombuffer(bytearray(b"\n".join(texts) + b"\n"), np.uint8)
    end = ends.astype(np.int32)
    return Lines(data, starts, end, starts, end, np.zeros(len(texts), np.uint8))
