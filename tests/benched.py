"""A tiny labelled log as a user would define it, parsers for it, and results that no parser had to make."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from logcli.bench import answers, runs
from tests.running import Done, logcli

CARD = """
about: A few labelled lines
lines: 25
files:
  tiny.csv: {}
truths:
  mine: {file: tiny.csv}
  loose: {file: tiny.csv, template: Loose}
masks: ['logged']
tuned:
  digits: {}
"""
# Body, true template and a second opinion of each line: ten templates.
LINES = [
    *((f"user u{k} logged in", "user <*> logged in", "user <*> logged in") for k in range(8)),
    *((f"took {k}ms", "took <*>ms", "took <*>") for k in range(6)),
    *[("ready", "ready", "ready")] * 4,
    ("at 1 2 3 4 5", "at <*> <*> <*> <*> <*>", "at <*> <*> <*> <*> <*>"),
    *((f"{word} is up", f"{word} is up", "<*> is up") for word in ("a", "b", "c", "d", "e", "f")),
]
BODIES, TRUTH, LOOSE = ([line[k] for line in LINES] for k in range(3))

PARSER = """
from logcli.batch import BatchParser, Grouped


class Mine(BatchParser):
    def __init__(self, *, place=0):
        self.place = place

    def group(self, bodies, counts):
        {before}
        words = [((body.split() or [""]) * 2)[self.place] for body in bodies]
        known = list(dict.fromkeys(words))
        return Grouped([known.index(word) for word in words], [f"{word} <*>" for word in known])
"""


@contextmanager
def tiny_log(folder: Path) -> Iterator[Path]:
    """A folder whose datasets have the tiny log, as the user's one."""
    (folder / "config" / "datasets").mkdir(parents=True)
    (folder / "config" / "datasets" / "tiny.yaml").write_text(CARD)
    (folder / "data" / "tiny").mkdir(parents=True)
    with (folder / "data" / "tiny" / "tiny.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("Content", "EventTemplate", "Loose"), *LINES])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOGCLI_CONFIG_DIR", str(folder / "config"))
        patch.setenv("LOGCLI_DATA", str(folder / "data"))
        yield folder


def parser(path: Path, before: str = "pass") -> Path:
    """A file with a parser that does something before it groups lines by their first word."""
    path.write_text(PARSER.replace("{before}", before))
    return path


def bench(*args: str | Path) -> Done:
    """`logcli bench`."""
    return logcli("bench", *args)


def table(*args: str | Path) -> list[dict[str, Any]]:
    """The rows that a command under `bench` gives."""
    done = bench(*args, "-t", "jsonl")
    assert done.code in (0, 3), done.err
    rows = [json.loads(line) for line in done.out.splitlines()]
    return [{key: value for key, value in row.items() if key != "schema"} for row in rows]


def record(results: Path, name: str, dataset: str = "tiny", settings: str = "default") -> dict[str, Any]:
    """What is kept of a run."""
    known: dict[str, Any] = json.loads(
        (results / "answers" / dataset / name / settings / "run.json").read_text()
    )
    return known


def put(results: Path, name: str, texts: Sequence[str] = TRUTH, **given: Any) -> Path:
    """Results with a run in them, of nobody's parser.

    given : keys of its record; `groups` of lines, by default by their texts; `lossless` texts, by default
        none as of an external command
    """
    groups, lossless = given.pop("groups", texts), given.pop("lossless", [None] * len(texts))
    settings = given.get("settings", "default")
    place = results / "answers" / given.get("dataset", "tiny") / name / settings
    place.mkdir(parents=True)
    known = {
        "schema": runs.SCHEMA, "dataset": "tiny", "truth": "mine", "parser": name, "settings": settings,
        "asked_lines": None, "leaf": "", "status": "finished", "reason": "", "lines": len(texts),
        "log": answers.fingerprint(BODIES), "parse_seconds": 0.5, "seconds": 1.0, "cpu_seconds": 0.8,
        "peak_bytes": 10_000_000, "date": "2026-01-02", "machine": {"processor": "a fast one"},
        "versions": {"numpy": "9.9.9"}, "limit_seconds": 300.0, "limit_bytes": 8 << 30, **given,
    }  # fmt: skip
    if known["status"] == "finished":
        numbers = {label: number for number, label in enumerate(dict.fromkeys(groups))}
        own, ours = (pa.array(list(column), pa.string()).dictionary_encode() for column in (texts, lossless))
        columns = [pa.array([numbers[label] for label in groups], pa.int32()), own, ours]
        kept = pa.Table.from_arrays(columns, schema=answers.SCHEMA)
        answers.write(answers.Answer(kept, 0.5), place / runs.ANSWER)
    else:
        del known["lines"], known["log"], known["parse_seconds"]
    (place / runs.RECORD).write_text(json.dumps(known))
    return results


def sizes(texts: Sequence[str]) -> list[int]:
    """How many lines each text has, most first."""
    return sorted(Counter(texts).values(), reverse=True)
