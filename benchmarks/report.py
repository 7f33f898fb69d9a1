"""Turns measured runs into rows, and rows into a table and files."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from statistics import median
from typing import Any

# The subjects that the ratios are to.
RATIOS = ("logfold", "drain3_masks")


@dataclass(frozen=True)
class Run:
    """One measured process; `reason` says why it failed, `note` what to mind.

    bytes, lines : of the input as far as the subject reads it, before compression
    seen : lines that the subject says it saw
    """

    input: str
    subject: str
    repeat: int
    command: str
    wall_seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_bytes: int = 0
    bytes: int = 0
    lines: int = 0
    seen: int | None = None
    templates: int | None = None
    note: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Row:
    """The median of a subject's runs on an input; rates of failed subjects are None."""

    input: str
    subject: str
    runs: int
    mb_per_second: float | None
    lines_per_second: float | None
    x_logfold: float | None
    x_drain3_masks: float | None
    wall_seconds: float | None
    cpu_seconds: float | None
    peak_mb: float | None
    lines: int
    templates: int | None
    note: str


def rows(runs: Sequence[Run]) -> list[Row]:
    """One row per input and subject, in the order of the runs."""
    groups: dict[tuple[str, str], list[Run]] = {}
    for run in runs:
        groups.setdefault((run.input, run.subject), []).append(run)
    rates = {key: _rate(group) for key, group in groups.items()}
    return [_row(group, rates) for group in groups.values()]


def _rate(group: list[Run]) -> float | None:
    """Bytes per second of the median run."""
    if any(run.reason for run in group):
        return None
    return group[0].bytes / median(run.wall_seconds for run in group)


def _row(group: list[Run], rates: dict[tuple[str, str], float | None]) -> Row:
    run, rate = group[0], rates[group[0].input, group[0].subject]
    to_logfold, to_drain3 = (_ratio(rate, rates.get((run.input, rival))) for rival in RATIOS)
    wall = median(run.wall_seconds for run in group) if rate else None
    notes = dict.fromkeys(text for run in group for text in (run.reason, run.note) if text)
    return Row(
        run.input, run.subject, len(group),
        rate and rate / 1e6, wall and run.lines / wall, to_logfold, to_drain3, wall,
        median(run.cpu_seconds for run in group) if rate else None,
        max(run.peak_bytes for run in group) / 1e6 if rate else None,
        run.lines, run.templates, "; ".join(notes),
    )  # fmt: skip


def _ratio(rate: float | None, other: float | None) -> float | None:
    return rate / other if rate and other else None


_COLUMNS = (
    ("subject", "subject", "{}"), ("MB/s", "mb_per_second", "{:,.1f}"),
    ("lines/s", "lines_per_second", "{:,.0f}"), ("x logfold", "x_logfold", "{:.2f}"),
    ("x drain3", "x_drain3_masks", "{:.1f}"), ("seconds", "wall_seconds", "{:.2f}"),
    ("cpu s", "cpu_seconds", "{:.2f}"), ("peak MB", "peak_mb", "{:,.0f}"),
    ("templates", "templates", "{:,}"),
)  # fmt: skip


def heading(runs: Sequence[Run]) -> str:
    """Name and size of an input, and whether the subjects agree on its lines."""
    name, sound = runs[0].input, [run for run in runs if not run.reason]
    if not sound:
        return f"{name}: no subject has a result"
    size, lines = max(run.bytes for run in sound), max(run.lines for run in sound)
    unlike = sorted({run.subject for run in sound if run.seen != run.lines})
    agreed = f"DISAGREEING ON LINES: {', '.join(unlike)}" if unlike else "all saw the same lines"
    return f"{name}: {size / 1e6:,.1f} MB, {lines:,} lines; {agreed}"


def table(found: Iterable[Row]) -> str:
    """A plain table of one input's rows, at most 100 columns wide; notes stand below it.

    `x drain3` is the ratio to drain3 with its example masks.
    """
    notes: list[str] = []
    lines = [[title for title, _, _ in _COLUMNS]]
    for row in found:
        cells = [_cell(getattr(row, name), form) for _, name, form in _COLUMNS]
        if row.note:
            notes += [row.note] if row.note not in notes else []
            cells[0] += f" [{notes.index(row.note) + 1}]"
        lines.append(cells)
    widths = [max(len(line[column]) for line in lines) for column in range(len(_COLUMNS))]
    text = ["  ".join(_aligned(line, widths)).rstrip() for line in lines]
    return "\n".join([*text, *(_cut(f"[{number}] {note}") for number, note in enumerate(notes, 1))])


def _cell(value: Any, form: str) -> str:
    return "-" if value is None else form.format(value)


def _aligned(line: list[str], widths: list[int]) -> list[str]:
    numbers = zip(line[1:], widths[1:], strict=True)
    return [line[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in numbers)]


def _cut(text: str) -> str:
    return text if len(text) <= 100 else text[:97] + "..."


def write(folder: Path, runs: Sequence[Run], about: dict[str, str], verdicts: Sequence[str]) -> None:
    """Write `raw.jsonl`, `summary.csv` and `README.md` into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    raw = "".join(json.dumps(asdict(run)) + "\n" for run in runs)
    (folder / "raw.jsonl").write_text(raw, encoding="utf-8")
    with (folder / "summary.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([column.name for column in fields(Row)])
        writer.writerows([_plain(value) for value in asdict(row).values()] for row in rows(runs))
    (folder / "README.md").write_text(_page(runs, about, verdicts), encoding="utf-8")


def _plain(value: Any) -> Any:
    return round(value, 3) if isinstance(value, float) else value


def _page(runs: Sequence[Run], about: dict[str, str], verdicts: Sequence[str]) -> str:
    lines = ["# Speed, measured", "", *(f"- {key}: {value}" for key, value in about.items()), ""]
    lines += ["```", *(verdicts or ["no target applies"]), "```", ""]
    for name in dict.fromkeys(run.input for run in runs):
        found = [run for run in runs if run.input == name]
        lines += [f"## {heading(found)}", "", "```", table(rows(found)), "```", ""]
    return "\n".join(lines)
