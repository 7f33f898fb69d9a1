"""Figures of publications, marked as such, to stand beside ours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from logcli.definitions import load

_FILE = Path(__file__).parent / "published.yaml"


@dataclass(frozen=True)
class Figure:
    """A published value of a metric for a parser on a dataset.

    source, note : where it is from and how it was had
    truth, settings, metric : named as in our scores
    """

    source: str
    note: str
    dataset: str
    truth: str
    settings: str
    metric: str
    parser: str
    value: float


@cache
def figures() -> tuple[Figure, ...]:
    """All published figures."""
    return tuple(figure for table in load(_FILE).data["figures"] for figure in _of(table))


def _of(table: dict[str, Any]) -> Iterator[Figure]:
    for parser, values in table["values"].items():
        for system, value in zip(table["systems"], values, strict=True):
            if value is not None:
                yield Figure(
                    table["source"], table["note"], f"{table['data']}_{system}", table["truth"],
                    table["settings"], table["metric"], parser, float(value),
                )  # fmt: skip


def find(dataset: str, parser: str, settings: str, truth: str, metric: str) -> Figure | None:
    """The published figure for a score of ours; None if there is none."""
    return _by_key().get((dataset, parser, settings, truth, metric))


@cache
def _by_key() -> dict[tuple[str, ...], Figure]:
    return {(f.dataset, f.parser, f.settings, f.truth, f.metric): f for f in figures()}
