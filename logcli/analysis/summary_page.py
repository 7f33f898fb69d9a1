"""The facts of a summary as a page for people: text of 80 columns, or Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from textwrap import wrap

from logcli.analysis.phrases import cells, padded, short
from logcli.analysis.summary_parts import Facts, sections

WIDTH = 80
_TITLE = 12
_MARKS = re.compile(r"([\\`*_\[\]|~$#])")
_HTML = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def text(facts: Facts, columns: int = WIDTH) -> str:
    """The page as text, no wider than that."""
    lines: list[str] = []
    for part in sections(facts):
        lines += _titled(part.title, [*filter(None, [part.course]), *part.said], columns)
        widths = [max(map(cells, column)) for column in zip(*part.rows, strict=True)][:-1]
        for k, row in enumerate(part.rows):
            fixed = [
                padded(cell, room, right=not j)
                for j, (cell, room) in enumerate(zip(row, widths, strict=False))
            ]
            indent = "  " + "".join(f"{cell}  " for cell in fixed)
            lines.append(indent + short(row[-1], columns - cells(indent)))
            if part.under:
                lines.append(short(" " * (widths[0] + 4) + part.under[k], columns))
    return "".join(f"{line.rstrip()}\n" for line in lines)


def markdown(facts: Facts) -> str:
    """The page as Markdown; what Markdown or HTML would act on is escaped."""
    lines = ["# Summary", ""]
    for part in sections(facts):
        lines += [f"## {part.title.capitalize()}", ""]
        if part.course:
            lines += [f"`{part.course}`", ""]
        for said in part.said:
            lines += [_escaped(said), ""]
        if part.rows:
            heads = [*part.heads, *([part.below] if part.under else [])]
            lines += [_row(heads), _row(["---"] * len(heads))]
            under = [[one] for one in part.under] or [[]] * len(part.rows)
            lines += [_row(map(_escaped, [*row, *more])) for row, more in zip(part.rows, under, strict=True)]
            lines.append("")
    return "\n".join(lines)


def _row(texts: Iterable[str]) -> str:
    return f"| {' | '.join(texts)} |"


def _escaped(said: str) -> str:
    marked = _MARKS.sub(r"\\\1", short(said, 0))
    return "".join(_HTML.get(c, c) for c in marked)


def _titled(title: str, said: Sequence[str], columns: int) -> list[str]:
    """The title, and beside it each sentence, wrapped where it is too long."""
    room, lines = columns - _TITLE, []
    for one in said:
        plain = short(one, 0)
        lines += [plain] if cells(plain) <= room else wrap(plain, room, subsequent_indent="  ")
    return [(title if not k else "").ljust(_TITLE) + line for k, line in enumerate(lines)]
