"""A page about results: tables and pictures in one HTML file that needs nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from logcli.bench import plots, published
from logcli.bench.isolated import FINISHED
from logcli.bench.scores import WHOLE
from logcli.errors import LogcliError

_PAGE = Path(__file__).parent / "report.html.jinja"
_METRICS = ("ga", "fga", "pa", "fta")
_FREQUENCY = ("rarest 10 %", "most frequent 10 %")
_VALUES = ("no values", "1 to 4 values", "5 or more values")


def page(rows: Sequence[dict[str, Any]], about: dict[str, str]) -> str:
    """The page.

    rows : of `scores.score`, with parts if the pictures of parts are wanted
    about : what is said of machine, versions and command, in this order

    A section for each kind of settings and truth, which are never mixed. Text of the results is
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

    def kind(row: dict[str, Any]) -> tuple[str, str]:
        return row["settings"], row["truth"]

    sections = [_section(*key, list(some)) for key, some in groupby(sorted(rows, key=kind), key=kind)]
    return template.render(sections=sections, about=about, metrics=_METRICS)


def _section(settings: str, truth: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    whole = [row for row in rows if row["part"] == WHOLE]
    plain = [row for row in whole if row["lines"] == _usual_lines(whole)[row["dataset"]]]
    return {
        "title": f"{settings} settings, {truth} truth",
        "tables": {metric: _table(plain, metric, settings, truth) for metric in _METRICS},
        "unfinished": [row for row in whole if row["status"] != FINISHED],
        "pictures": _pictures(rows, whole, plain),
    }


def _usual_lines(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The number of lines that most runs of a dataset had: that of the log itself."""
    counts: dict[str, list[Any]] = {}
    for row in rows:
        counts.setdefault(row["dataset"], []).append(row["lines"])
    return {name: max(set(some), key=some.count) for name, some in counts.items()}


def _table(rows: Sequence[dict[str, Any]], metric: str, settings: str, truth: str) -> dict[str, Any]:
    """A row per parser, a column per dataset, the mean with unfinished runs as 0, and what was published."""
    datasets = list(dict.fromkeys(row["dataset"] for row in rows))
    values = {(row["parser"], row["dataset"]): row[metric] for row in rows}
    names = list(dict.fromkeys(row["parser"] for row in rows))
    lines = []
    for name in names:
        cells = [values.get((name, dataset)) for dataset in datasets]
        found = [published.find(dataset, name, settings, truth, metric) for dataset in datasets]
        lines.append(
            {
                "parser": name,
                "mean": sum(cell or 0.0 for cell in cells) / len(cells) if cells else None,
                "cells": list(zip(cells, (f.value if f else None for f in found), strict=True)),
            }
        )
    lines.sort(key=lambda line: -(line["mean"] or 0.0))
    return {"datasets": datasets, "lines": lines}


def _pictures(rows: list[Any], whole: list[Any], plain: list[Any]) -> list[tuple[str, str]]:
    """Captions with pictures, those for which there are rows."""
    found = [
        ("Accuracy over the datasets", plots.boxes(plain)),
        (
            "Grouping accuracy against speed; the dashed line joins what nothing beats in both",
            plots.front(plain),
        ),
    ]
    names = {row["part"] for row in rows}
    for caption, some in (("frequency", _FREQUENCY), ("number of values", _VALUES)):
        there = [name for name in some if name in names]
        found += [
            (f"{metric.upper()} by {caption} of the true templates", plots.parts(rows, there, metric))
            for metric in ("ga", "pa")
            if there
        ]
    if len({row["lines"] for row in whole}) > len({row["dataset"] for row in whole}):
        found += [
            ("Grouping accuracy against volume", plots.volume(whole, "ga")),
            ("Seconds against volume", plots.volume(whole, "parse_seconds")),
        ]
    return found
