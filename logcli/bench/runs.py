"""Runs of parsers on logs: planned and checked as a whole, each in its own process, answers kept.

Folder of the results: `answers/DATASET/PARSER/SETTINGS/` with `answer.parquet` (see `answers`) and
`run.json`, which is there for every run, whatever became of it.
"""

from __future__ import annotations

import datetime
import json
import shlex
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event
from typing import Any

from logcli import registry
from logcli.base import Dataset
from logcli.bench import external, isolated, machine, parsers
from logcli.bench.isolated import FINISHED, Outcome
from logcli.bench.parsers import Entry
from logcli.errors import LogcliError, UsageError

SCHEMA = "logcli.run/1"
ANSWER, RECORD = "answer.parquet", "run.json"
DEFAULT, TUNED = "default", "tuned"
_PACKAGES = {"logcli-analytics", "numba", "numpy", "pyarrow", "drain3"}


@dataclass(frozen=True)
class Limits:
    """What a run may take: wall seconds, and bytes of memory."""

    seconds: float = 300.0
    memory: int = 8 << 30


@dataclass(frozen=True)
class Task:
    """One parser on one log under one kind of settings.

    masks : regular expressions for values, as the literature used them; none by default
    lines : the log is cut or grown to so many; None leaves it as it is
    folder : of the dataset's files; out : of the answer and the record
    """

    dataset: str
    truth: str
    entry: Entry
    settings: str
    parameters: dict[str, Any]
    masks: tuple[str, ...]
    lines: int | None
    folder: Path
    out: Path


@dataclass(frozen=True)
class Done:
    """A task and its record; `fresh` unless it was there already."""

    task: Task
    record: dict[str, Any]
    fresh: bool


def plan(
    entries: Sequence[Entry],
    datasets: Sequence[str],
    settings: Sequence[str],
    data: Path,
    out: Path,
    lines: Sequence[int | None] = (None,),
) -> list[Task]:
    """The tasks, dataset by dataset.

    lines : numbers of lines that each log is cut or grown to; None leaves it as it is

    Tuned settings exist only for parsers and logs of the literature; others are left out.
    Raises UsageError or LogcliError for anything that is wrong with the plan, before a run begins.
    """
    for entry in entries:
        parsers.check(entry)
    made: list[Task] = []
    for name in datasets:
        leaf: Dataset = registry.create("datasets", name)
        name = leaf.name
        if not leaf.truths:
            raise UsageError(f"dataset `{name}` has no templates to compare with", hint="it labels anomalies")
        missing = leaf.missing(data / name)
        if missing:
            hint = f"`logcli datasets fetch {name}`, or `logcli datasets import FOLDER` if you have it"
            raise LogcliError(f"`{missing[0]}` of the dataset `{name}` is not in `{data}`", hint=hint)
        made += [
            task
            for entry in entries
            for kind in settings
            for size in lines
            if (task := _task(leaf, entry, kind, size, data / name, out)) is not None
        ]
    if not made:
        raise UsageError("nothing to run: the literature has no settings of these parsers for these logs")
    _check_labels(made)
    return made


def _task(
    leaf: Dataset, entry: Entry, settings: str, lines: int | None, folder: Path, out: Path
) -> Task | None:
    tuned = leaf.tuned(entry.parser) if settings == TUNED and not entry.external else None
    if settings == TUNED and tuned is None:
        return None
    masks = leaf.masks(entry.parser) if tuned is not None else ()
    parameters = {**(tuned or {}), **entry.parameters}
    size = f"@{lines}" if lines else ""
    place = out / "answers" / leaf.name / entry.folder / f"{settings}{size}"
    return Task(leaf.name, leaf.truths[0], entry, settings, parameters, masks, lines, folder, place)


def _check_labels(tasks: Sequence[Task]) -> None:
    places = Counter(task.out for task in tasks)
    for task in tasks:
        if places[task.out] > 1:
            what = f"two parsers are called `{task.entry.label}`"
            raise UsageError(what, hint="give one of the files another name")


def run(tasks: Sequence[Task], limits: Limits, *, jobs: int = 1, again: bool = False) -> Iterator[Done]:
    """Run the tasks, in their order; those whose answer is there are not run anew.

    jobs : runs at the same time; times are only comparable with one
    again : run all of them
    """
    entries = {task.entry.label: task.entry for task in tasks}
    codes = {label: parsers.code_of(entry) for label, entry in entries.items()}
    stop = Event()
    with ThreadPoolExecutor(jobs) as pool:
        futures = [pool.submit(_done, task, limits, codes[task.entry.label], again, stop) for task in tasks]
        try:
            for future in futures:
                yield future.result()
        finally:
            stop.set()
            pool.shutdown(wait=False, cancel_futures=True)
            while not all(future.done() for future in futures):
                isolated.end_all()
                time.sleep(0.05)


def _done(task: Task, limits: Limits, code: str, again: bool, stop: Event) -> Done:
    known = None if again else read_record(task.out)
    if known is not None and _stands(known, task, limits, code):
        return Done(task, known, fresh=False)
    task.out.mkdir(parents=True, exist_ok=True)
    for name in (ANSWER, RECORD):
        (task.out / name).unlink(missing_ok=True)
    outcome, measured = _measured(task, limits)
    if stop.is_set():  # it was ended, not judged
        raise CancelledError
    record = _record(task, limits, code, outcome, measured)
    text = json.dumps(record, indent=1, ensure_ascii=False, default=str) + "\n"
    (task.out / RECORD).write_text(text, encoding="utf-8")
    return Done(task, record, fresh=True)


def _stands(known: dict[str, Any], task: Task, limits: Limits, code: str) -> bool:
    """Whether a record is of this task; one that met its limits is, if those were no smaller."""
    asked = (code, task.parameters, list(task.masks))
    same: bool = (known["code"], known["parameters"], known["masks"]) == asked
    if known["status"] == FINISHED:
        return same and (task.out / ANSWER).is_file()
    more: bool = known["limit_seconds"] >= limits.seconds and known["limit_bytes"] >= limits.memory
    return same and more and known["status"] != isolated.FAILED


def _measured(task: Task, limits: Limits) -> tuple[Outcome, dict[str, Any]]:
    if task.entry.external:
        return external.run(task, limits)
    asked = {
        "dataset": task.dataset, "folder": str(task.folder), "truth": task.truth, "parser": task.entry.parser,
        "parameters": task.parameters, "masks": task.masks, "lines": task.lines, "memory": limits.memory,
        "out": str(task.out / ANSWER),
    }  # fmt: skip
    command = [sys.executable, "-m", "logcli.bench.child", json.dumps(asked)]
    outcome = isolated.run(command, seconds=limits.seconds, memory=limits.memory)
    if outcome.status == FINISHED and not outcome.output:
        outcome = replace(outcome, status=isolated.FAILED, reason="it ended before it had an answer")
    return outcome, json.loads(outcome.output) if outcome.status == FINISHED else {}


def _record(
    task: Task, limits: Limits, code: str, outcome: Outcome, measured: dict[str, Any]
) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "dataset": task.dataset,
        "truth": task.truth,
        "parser": task.entry.label,
        "settings": task.settings,
        "parameters": task.parameters,
        "masks": list(task.masks),
        "asked_lines": task.lines,
        "external": shlex.split(task.entry.external)[:1],
        "leaf": "" if task.entry.is_foreign else task.entry.parser,
        "status": outcome.status,
        "reason": outcome.reason,
        "seconds": round(outcome.seconds, 4),
        "cpu_seconds": round(outcome.cpu_seconds, 4),
        "peak_bytes": outcome.peak_bytes,
        **{key: round(value, 4) if isinstance(value, float) else value for key, value in measured.items()},
        "limit_seconds": limits.seconds,
        "limit_bytes": limits.memory,
        "code": code,
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "machine": machine.machine(),
        "versions": machine.versions(_PACKAGES),
    }


def read_record(folder: Path) -> dict[str, Any] | None:
    """The record of a run; None where there is none that can be read."""
    try:
        known = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return known if isinstance(known, dict) and known.get("schema") == SCHEMA else None


def records(out: Path) -> list[tuple[Path, dict[str, Any]]]:
    """All records of a results folder with their places, sorted by place.

    Raises LogcliError when there is none.
    """
    places = sorted(path.parent for path in out.glob(f"answers/*/*/*/{RECORD}"))
    found = [(place, record) for place in places if (record := read_record(place)) is not None]
    if not found:
        raise LogcliError(f"`{out}` has no results", hint="make some with `logcli bench run -o FOLDER`")
    return found
