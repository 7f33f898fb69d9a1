"""What each rule of the `shape` parser is worth: accuracy with it left out.

Two kinds of logs are told apart: systems that were looked at while the rules were written (twelve samples of
Loghub, `statements_open`) and systems that were not (`statements_held_out`). A rule that is worth nothing on
the latter has no place in the parser.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import mean
from typing import Any
from unittest import mock

import numpy as np

from logcli import arrays, registry
from logcli.base import Labelled
from logcli.bench.answers import answer
from logcli.corrections import loghub2
from logcli.datasets import _statements
from logcli.metrics.grouping import Scores, score
from logcli.parsers import _shape_places, _shape_records, _shape_slots, _shape_types, shape
from logcli.templates import STYLES

Log = tuple[Labelled, Callable[[str], str]]


def nothing(*_: Any) -> bool:
    """Instead of a rule that changes rows."""
    return False


def _without(test: Callable[[Any], Any]) -> Callable[..., Any]:
    """Finding places, but for those that the test names."""
    grouped = _shape_places._grouped

    def some(rows: Any, member: Any, length: Any, of_member: Any) -> Any:
        gone = test((rows, member.astype(np.int64), length))
        keep = ~gone
        _, number = np.unique(of_member[keep], return_inverse=True)
        return grouped(rows, member[keep], length[keep], number)

    return some


def _is_chunk(place: Any) -> Any:
    rows, member, length = place
    return (length > 1) & ~_has_blank(rows, member, length)


def _is_phrase(place: Any) -> Any:
    rows, member, length = place
    return _has_blank(rows, member, length)


def _has_blank(rows: Any, member: Any, length: Any) -> Any:
    blanks = np.append(0, np.cumsum(np.array([name.isspace() for name in rows.names])[rows.token]))
    return blanks[member + length] > blanks[member]


RULES: dict[str, list[tuple[Any, str, Any]]] = {
    "nothing left out": [],
    "forms of chunks": [(shape, "type_chunks", nothing)],
    "words: devices and small classes": [(_shape_types.forms, "is_known", nothing)],
    "words: series": [(_shape_types.forms, "series", lambda word: "")],
    "objects within messages": [(shape, "type_objects", nothing)],
    "records": [(shape, "type_records", nothing)],
    "messages in records stay": [(_shape_records, "MESSAGE_KEYS", frozenset())],
    "lists and quantities": [(shape, "collapse_lists", nothing)],
    "empty brackets": [(shape, "fill_empty", nothing)],
    "slots: chunks": [(_shape_places, "_grouped", _without(_is_chunk))],
    "slots: phrases": [(_shape_places, "_grouped", _without(_is_phrase))],
    "slots: what stands around": [
        (_shape_slots.Slots, "_around", lambda self, places: np.zeros(len(places.size)))
    ],
    "slots: what the words look like": [
        (_shape_slots.Slots, "_inside", lambda self, places: np.zeros(len(places.size)))
    ],
    "slots: two are enough behind a noun": [
        (_shape_slots.Slots, "_named", lambda self, places: np.zeros(len(places.size), bool))
    ],
    "slots: alternatives": [(_shape_slots, "_alternative", lambda word: 0)],
    "slots: known values": [(_shape_slots, "_KNOWN", 0.0)],
    "rows that fit another": [(shape, "absorb", nothing)],
}


@contextmanager
def left_out(rule: str) -> Iterator[None]:
    """The parser without a rule."""
    patches = [mock.patch.object(place, name, other) for place, name, other in RULES[rule]]
    try:
        for patch in patches:
            patch.start()
        yield
    finally:
        mock.patch.stopall()


def statements(half: str, folder: Path) -> Iterator[Log]:
    """The logs of a half of the statements, program by program."""
    registry.create("datasets", f"statements_{half}").write(folder)
    for program in _statements.programs(half):
        yield _statements.read_program(folder, program), loghub2


def loghub(data: Path) -> Iterator[Log]:
    """The samples of Loghub that are in the data folder."""
    for name in registry.names("datasets"):
        leaf = registry.create("datasets", name)
        if name.startswith("loghub_2k_") and not leaf.missing(data / name):
            yield leaf.read(data / name, "corrected"), str


def judged(log: Labelled, spelled: Callable[[str], str]) -> Scores:
    """Scores of the parser; with `spelled` applied to both sides."""
    texts = (
        answer(arrays.texts(log.bodies), registry.create("parsers", "shape")).table["lossless"].to_pylist()
    )
    style = STYLES[log.style]
    shown = {text: " ".join(spelled(style(text)).split()) for text in set(texts)}
    true = {text: " ".join(spelled(text).split()) for text in set(log.templates)}
    return score([shown[text] for text in texts], [true[text] for text in log.templates])


def table(groups: dict[str, list[Log]], rules: list[str]) -> Iterator[str]:
    """A row per rule: mean GA / FGA / PA / FTA of each group of logs."""
    yield "| left out | " + " | ".join(f"{name} ({len(logs)})" for name, logs in groups.items()) + " |"
    yield "|---" * (len(groups) + 1) + "|"
    for rule in rules:
        cells = []
        with left_out(rule):
            for logs in groups.values():
                found = [vars(judged(*log)).values() for log in logs]
                cells.append(" / ".join(f"{mean(values):.3f}" for values in zip(*found, strict=True)))
        yield f"| {rule} | " + " | ".join(cells) + " |"


def main(arguments: list[str]) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks ablation", description=__doc__)
    parser.add_argument(
        "--data", type=Path, help="data folder of `logcli datasets`, for the samples of Loghub"
    )
    parser.add_argument("rules", nargs="*", help="rules to leave out, by default each in turn")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        groups = {
            "statements, held out": list(statements("held_out", Path(folder) / "held_out")),
            "statements, open": list(statements("open", Path(folder) / "open")),
        }
        if given.data:
            groups["Loghub-2k, corrected"] = list(loghub(given.data))
        for line in table(groups, given.rules or list(RULES)):
            print(line, flush=True)
    return 0
