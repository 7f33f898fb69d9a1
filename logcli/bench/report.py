"""A page about results: tables and pictures in one HTML file that needs nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from logcli.bench import plots, published
from logcli.bench.isolated import FINISHED
from logcli.bench.scores import NONE, WHOLE
from logcli.errors import LogcliError

_PAGE = Path(__file__).parent / "report.html.jinja"
_METRICS = ("ga", "fga", "pa", "fta")
_FREQUENCY = ("rarest 10 %", "most frequent 10 %")
_VALUES = ("no values", "1 to 4 values", "5 or more values")


def page(rows: Sequence[dict[str, Any]], about: dict[str, str]) -> str:
    """The page.

    rows : of `scores.score`, with parts if the pictures of parts are wanted
    about : what is said of machine, versions and command, in this order

    A section for each kind of settings, truth and rules, which are never mixed. Text of the results is
    escaped. Raises LogcliError if a package is missing.
    """
    try:
        import jinja2
    except ImportError as error:
        hint = "pip install 'logcli-analytics[bench]'"
        raise LogcliError("the page needs the package `jinja2`", hint=hint) from error
    environment = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters["share"] = lambda value: "" if value is None else f"{value:.3f}"
    template = environment.from_string(_PAGE.read_text(encoding="utf-8"))

    sections = [_section(Kind(*key), list(some)) for key, some in groupby(sorted(rows, key=_kind), key=_kind)]
    return template.render(sections=sections, about=about, metrics=_METRICS)


class Kind(NamedTuple):
    """What the runs of a section have in common; columns of the scores."""

    settings: str
    truth: str
    truth_rules: str
    text_rules: str

    @property
    def title(self) -> str:
        rules = [(self.truth_rules, "truth"), (self.text_rules, "answers")]
        said = "".join(f", {name} rules on the {what}" for name, what in rules if name != NONE)
        return f"{self.settings} settings, {self.truth} truth{said}"

    def published(self, dataset: str, parser: str, metric: str) -> published.Figure | None:
        """The published figure that can stand beside ours: none where we changed truth or answers."""
        if (self.truth_rules, self.text_rules) != (NONE, NONE):
            return None
        return published.find(dataset, parser, self.settings, self.truth, metric)


def _kind(row: dict[str, Any]) -> tuple[str, ...]:
    return tuple(row[name] for name in Kind._fields)


def _section(kind: Kind, rows: list[dict[str, Any]]) -> dict[str, Any]:
    whole = [row for row in rows if row["part"] == WHOLE]
    usual = _usual_lines(whole)
    rows = [row for row in rows if row["lines"] in (None, usual.get(row["dataset"]))]
    plain = [row for row in rows if row["part"] == WHOLE]
    tables = {metric: _table(plain, metric, kind) for metric in _METRICS}
    return {
        "title": kind.title,
        "tables": tables,
        "sources": sorted({source for table in tables.values() for source in table["sources"]}),
        "unfinished": [row for row in whole if row["status"] != FINISHED],
        "pictures": _pictures(rows, whole, plain),
    }


def _sizes(rows: Sequence[dict[str, Any]]) -> dict[str, Counter[int]]:
    """How many runs of each dataset had how many lines; an unfinished run of a whole log tells none."""
    counts: dict[str, Counter[int]] = {}
    for row in rows:
        if row["lines"] is not None:
            counts.setdefault(row["dataset"], Counter())[row["lines"]] += 1
    return counts


def _usual_lines(rows: Sequence[dict[str, Any]]) -> dict[str, int]:
    """The number of lines that most runs of a dataset had: that of the log itself; the smallest of equals."""
    return {name: min(some, key=lambda n: (-some[n], n)) for name, some in _sizes(rows).items()}


def _table(rows: Sequence[dict[str, Any]], metric: str, kind: Kind) -> dict[str, Any]:
    """A row per parser, a column per dataset, the mean with unfinished runs as 0, and what was published.

    A cell is our value, the published figure, and whether there was a run at all.
    """
    datasets = list(dict.fromkeys(row["dataset"] for row in rows))
    runs: dict[str, dict[str, float | None]] = {}
    for row in rows:
        runs.setdefault(row["parser"], {})[row["dataset"]] = row[metric]
    lines: list[dict[str, Any]] = []
    for name, values in runs.items():
        figures = [kind.published(dataset, name, metric) for dataset in datasets]
        cells = [
            (values.get(dataset), figure, dataset in values)
            for dataset, figure in zip(datasets, figures, strict=True)
        ]
        mean = sum(value or 0.0 for value in values.values()) / len(values)
        lines.append({"parser": name, "mean": mean, "cells": cells})
    lines.sort(key=lambda line: -line["mean"])
    found = {figure for line in lines for _, figure, _ in line["cells"] if figure}
    return {"datasets": datasets, "lines": lines, "sources": {(f.source, f.note) for f in found}}


def _pictures(rows: list[Any], whole: list[Any], plain: list[Any]) -> list[tuple[str, str]]:
    """Captions with pictures, those for which there are rows."""
    if all(row["status"] != FINISHED for row in whole):
        return []
    found = [
        ("Accuracy over the datasets", plots.boxes(plain)),
        (
            "Grouping accuracy against speed; the dashed line joins what nothing beats in both",
            plots.front(plain),
        ),
    ]
    names = {row["part"] for row in rows}
    for caption, parts in (("frequency", _FREQUENCY), ("number of values", _VALUES)):
        there = [name for name in parts if name in names]
        found += [
            (f"{metric.upper()} by {caption} of the true templates", plots.parts(rows, there, metric))
            for metric in ("ga", "pa")
            if there
        ]
    sized = {name for name, sizes in _sizes(whole).items() if len(sizes) > 1}
    if sized:
        some = [row for row in whole if row["dataset"] in sized]
        found += [
            ("Grouping accuracy against volume", plots.volume(some, "ga")),
            ("Seconds against volume", plots.volume(some, "parse_seconds")),
        ]
    return found
