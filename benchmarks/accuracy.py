"""Accuracy of every parser on labelled Loghub samples, one configuration for all systems.

The whole path is measured: raw log, header cut by our format, template of each record, lines grouped
by its text. The texts of `shape` are rendered in the style of the truth (`templates.loghub`); those of
the others are their own, as their published figures are made.
"""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path
from statistics import mean

from benchmarks.inputs import sample_folder
from logcli import parse
from logcli.metrics.grouping import Scores, score
from logcli.templates import loghub

# Parsers with the parameters they are shown with; `drain3` also with its example masks.
SUBJECTS: dict[str, tuple[str, dict[str, object]]] = {
    "shape": ("shape", {}),
    "drain": ("drain", {}),
    "drain3": ("drain3", {}),
    "drain3 + masks": ("drain3", {"masks": "example"}),
    "digits": ("digits", {}),
    "identity": ("identity", {}),
}


def systems(folder: Path) -> list[str]:
    """Systems that have a corrected truth."""
    found = (folder / "loghub_2k").glob("*/*_2k.log_structured_corrected.csv")
    return sorted(path.parent.name for path in found)


def truth(folder: Path, system: str) -> list[str]:
    """Corrected template of each line."""
    path = folder / "loghub_2k" / system / f"{system}_2k.log_structured_corrected.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return [row["EventTemplate"] for row in csv.DictReader(file)]


def measure(folder: Path, system: str, subject: str) -> Scores:
    """Scores of one parser on one system."""
    name, parameters = SUBJECTS[subject]
    log = folder / "loghub_2k" / system / f"{system}_2k.log"
    table = parse(
        log, format=system.lower(), parser=name, parameters=parameters, columns=("template",)
    ).to_arrow()
    texts = table.column("template").to_pylist()
    shown = {text: loghub(text) if name == "shape" else " ".join(text.split()) for text in set(texts)}
    return score([shown[text] for text in texts], truth(folder, system))


def averages(folder: Path, subject: str) -> Scores:
    """Mean scores over all systems."""
    rows = [measure(folder, system, subject) for system in systems(folder)]
    return Scores(*(mean(values) for values in zip(*(vars(row).values() for row in rows), strict=True)))


def main(arguments: list[str]) -> int:
    """Print a table; 1 when there is no data."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks accuracy", description=__doc__)
    parser.add_argument("--samples", help="folder with loghub_2k; by default $LOGCLI_TEST_DATA")
    parser.add_argument("--systems", action="store_true", help="also each system of the default parser")
    options = parser.parse_args(arguments)
    folder = sample_folder(options.samples)
    if folder is None or not systems(folder):
        print("no folder with loghub_2k: name it with --samples or LOGCLI_TEST_DATA", file=sys.stderr)
        return 1
    print(f"{'':16}    GA   FGA    PA   FTA")
    for subject in SUBJECTS:
        _print(subject, averages(folder, subject))
    for system in systems(folder) if options.systems else ():
        _print(system, measure(folder, system, "shape"))
    return 0


def _print(name: str, row: Scores) -> None:
    print(f"{name:16} {row.ga:.3f} {row.fga:.3f} {row.pa:.3f} {row.fta:.3f}")
