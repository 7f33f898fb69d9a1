"""Parsers that are commands: they read lines and write a table in the Loghub layout."""

from __future__ import annotations

import csv
import shlex
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from logcli import arrays, registry
from logcli.bench import answers, growing, isolated
from logcli.bench.isolated import FAILED, FINISHED, Outcome
from logcli.errors import LogcliError

if TYPE_CHECKING:
    from logcli.bench.runs import Limits, Task


def run(task: Task, limits: Limits) -> tuple[Outcome, dict[str, Any]]:
    """Run the command on the log's bodies, a line each, and keep what it says.

    `{input}` is the file of lines, `{output}` the CSV file that it must write: a row per line with
    `EventTemplate` and perhaps `LineId` (from 1) and `EventId`. Where there are no `LineId`, no line may be
    missing; where there are, lines that are not there have no template. A newline within a body is a blank.
    """
    log = registry.create("datasets", task.dataset).read(task.folder, task.truth)
    log = growing.sized(log, task.lines) if task.lines else log
    with tempfile.TemporaryDirectory(prefix="logcli-") as folder:
        source, target = Path(folder) / "input.log", Path(folder) / "output_structured.csv"
        lines = (" ".join(body.splitlines()) for body in log.bodies)
        source.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        names = {"{input}": str(source), "{output}": str(target)}
        command = [_filled(word, names) for word in shlex.split(task.entry.external)]
        outcome = isolated.run(command, seconds=limits.seconds, memory=limits.memory)
        if outcome.status != FINISHED:
            return outcome, {}
        try:
            table = read_table(target, len(log.bodies))
        except LogcliError as error:
            why = f"{error.what}{f': {error.why}' if error.why else ''}"
            return replace(outcome, status=FAILED, reason=why), {}
    answers.write(answers.Answer(table, outcome.seconds), task.out / "answer.parquet")
    known = {"lines": len(log.bodies), "log": answers.fingerprint(log.bodies)}
    return outcome, known | {"parse_seconds": outcome.seconds}


def _filled(word: str, names: dict[str, str]) -> str:
    for name, path in names.items():
        word = word.replace(name, path)
    return word


def read_table(path: Path, lines: int) -> pa.Table:
    """The answer in a CSV file of the Loghub layout, for a log of so many lines.

    Raises LogcliError if it is missing, is no such table or has other lines than the log.
    """
    texts: list[str] = [""] * lines
    ids: list[str] = [""] * lines
    rows = 0
    try:
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            table = csv.DictReader(file)
            names = table.fieldnames or ()
            if "EventTemplate" not in names:
                raise LogcliError("the command wrote no Loghub table", why="it has no column `EventTemplate`")
            for rows, row in enumerate(table, 1):
                line = int(row["LineId"] if "LineId" in names else rows) - 1
                if not 0 <= line < lines:
                    raise LogcliError(f"the table has a line {line + 1:,}, the log has {lines:,}")
                texts[line] = row["EventTemplate"] or ""
                ids[line] = row.get("EventId") or texts[line]
    except OSError as error:
        raise LogcliError("the command wrote no table", why=error.strerror or str(error)) from error
    except (TypeError, ValueError, csv.Error) as error:
        raise LogcliError("the command wrote no Loghub table", why=str(error)) from error
    if rows < lines and not (rows and "LineId" in names):
        raise LogcliError(f"the table has {rows:,} lines, the log has {lines:,}")
    _, group = np.unique(np.array(ids, object), return_inverse=True)
    own = arrays.texts(texts).dictionary_encode()
    nothing = pa.nulls(lines, answers.SCHEMA.field("lossless").type)
    columns = [arrays.numbers(group.astype(np.int32)), own, nothing]
    return pa.Table.from_arrays(columns, schema=answers.SCHEMA)
