"""The command `python -m benchmarks speed`."""

from __future__ import annotations

import argparse
import datetime
import os
import shlex
from collections.abc import Callable
from itertools import groupby
from pathlib import Path

from benchmarks import report, rival, targets
from benchmarks.cases import CASES
from benchmarks.report import Run
from benchmarks.suite import ROOT, Suite
from logcli.bench import machine


def main(arguments: list[str]) -> int:
    """Measure the subjects side by side; prints a table per input and writes the results."""
    parser = _parser()
    given = parser.parse_args(arguments)
    load = os.getloadavg()[0]
    if given.one_core and not hasattr(os, "sched_setaffinity"):
        parser.error("--one-core needs a system that can bind a process to a core")
    if given.one_core:
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    suite = _suite(given)
    runs: list[Run] = []
    for _, group in groupby(suite.runs(), key=lambda run: run.input):
        found = list(group)
        runs += found
        print(f"{report.heading(found)}\n{report.table(report.rows(found))}\n", flush=True)
    verdicts = targets.verdicts(report.rows(runs), one_core=given.one_core, gzipped=given.gzip)
    print("\n".join(verdicts))
    if given.out is not None:
        report.write(given.out, runs, _about(suite, arguments, load), verdicts)
    return 1 if any(run.reason or run.seen != run.lines for run in runs) else 0


def _suite(given: argparse.Namespace) -> Suite:
    return Suite(
        inputs=given.inputs, subjects=given.subjects, size=int(given.size), repeats=given.repeats,
        prefix=given.prefix, seed=given.seed, gzipped=given.gzip, data=given.data.resolve(),
        samples=str(Path(given.samples).resolve()) if given.samples else "", limit=given.limit,
    )  # fmt: skip


def _about(suite: Suite, arguments: list[str], load: float) -> dict[str, str]:
    packages = {rival.adapter(name).package for name in suite.subjects} | {"numpy", "pyarrow", "numba"}
    return {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "command": "python -m benchmarks speed " + _public(arguments),
        **machine.machine(),
        "load before": f"{load:.1f} (above 0.5 the machine was busy with something else)",
        "versions": ", ".join(f"{name} {number}" for name, number in machine.versions(packages).items()),
    }


def _public(arguments: list[str]) -> str:
    """The options without the folders of this machine."""
    private = ("--data", "--samples", "--out")
    before = ["", *arguments[:-1]]
    kept = [
        word
        for last, word in zip(before, arguments, strict=True)
        if last not in private and word.split("=")[0] not in private
    ]
    return shlex.join(kept)


def _names(known: list[str]) -> Callable[[str], list[str]]:
    """Type of an option that is a comma list of known names."""

    def parse(text: str) -> list[str]:
        found = text.split(",")
        for name in found:
            if name not in known:
                raise argparse.ArgumentTypeError(f"no `{name}`; there are: {', '.join(known)}")
        return found

    return parse


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="benchmarks speed", description=main.__doc__)
    add = parser.add_argument
    inputs, subjects = list(CASES), rival.names()
    add("--inputs", type=_names(inputs), default=inputs, help="comma list (default: all)")
    add("--subjects", type=_names(subjects), default=subjects, help="comma list (default: all)")
    add("--size", type=float, default=2e9, help="bytes of each input (default 2e9)")
    add("--repeats", type=int, default=3, help="runs of each; the median counts (default 3)")
    add("--prefix", type=int, default=500_000, help="lines that drain3 reads (default 500000)")
    add("--seed", type=int, default=1)
    add("--gzip", action="store_true", help="gzipped inputs; rates are of the unpacked bytes")
    add("--one-core", action="store_true", help="bind every subject to one core")
    add("--data", type=Path, default=ROOT / ".benchdata", help="where inputs are kept (default .benchdata)")
    add("--samples", help="folder with loghub_2k (default $LOGCLI_TEST_DATA)")
    add("--limit", type=float, default=1800, help="seconds after which a process is stopped")
    add("--out", type=Path, help="folder for README.md, raw.jsonl and summary.csv")
    return parser
