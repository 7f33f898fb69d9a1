"""Runs every subject on every input, side by side.

Each subject is a whole process, from the file to its result. On one input the subjects take turns
(A B C, A B C, …), so that a machine that slows down slows them all. A subject that cannot run or
fails is a run with its reason.
"""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from benchmarks.cases import CASES
from benchmarks.drain import open_text
from benchmarks.measure import Outcome, run
from benchmarks.report import Run
from benchmarks.rival import Job, Rival, adapter
from logcli.bench import machine

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Suite:
    """What is measured.

    size : bytes of each input
    prefix : lines for subjects that read a prefix
    limit : seconds after which a process is stopped
    """

    inputs: list[str]
    subjects: list[str]
    size: int
    repeats: int
    prefix: int
    seed: int
    gzipped: bool
    data: Path
    samples: str
    limit: float

    def runs(self) -> Iterator[Run]:
        """Measure everything, input by input."""
        for command in {tuple(adapter(name).prepare()) for name in self.subjects} - {()}:
            subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
        for name in self.inputs:
            made = self._input(name)
            if "reason" in made:
                yield from (Run(name, each, 1, "", reason=made["reason"]) for each in self.subjects)
            else:
                yield from self._side_by_side(name, made)

    def _input(self, name: str) -> dict[str, Any]:
        """Have another process make the input: numpy must not be loaded into this one."""
        options = ["--size", str(self.size), "--seed", str(self.seed), "--data", str(self.data)]
        options += ["--samples", self.samples] if self.samples else []
        options += ["--gzip"] if self.gzipped else []
        command = [sys.executable, "-m", "benchmarks", "inputs", name, *options]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        try:
            made: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        except (IndexError, ValueError):
            made = {"reason": f"the input could not be made: {_gist(done.stderr)}"}
        return made

    def _side_by_side(self, name: str, made: dict[str, Any]) -> Iterator[Run]:
        path = self.data / made["file"]
        _read_through(path)
        with tempfile.TemporaryDirectory() as scratch:
            job = Job(path, CASES[name], machine.cores(), self.prefix, Path(scratch) / "out")
            plans = [self._plan(adapter(each), each, job, made) for each in self.subjects]
            for repeat in range(1, self.repeats + 1):
                for plan in plans:
                    yield self._measure(adapter(plan.subject), job, replace(plan, repeat=repeat))

    def _plan(self, rival: Rival, name: str, job: Job, made: dict[str, Any]) -> Run:
        """The run before it is run: what it reads, and why it cannot or should be doubted."""
        shown = self._public(
            shlex.join(["python" if word == sys.executable else word for word in rival.command(job)]), job
        )
        plan = Run(job.case.name, name, 0, shown, bytes=made["bytes"], lines=made["lines"])
        if reason := rival.missing(job):
            return replace(plan, reason=reason)
        if rival.prefix and made["lines"] > job.prefix:
            note = f"on the first {job.prefix:,} lines"
            plan = replace(plan, bytes=_prefix_bytes(job.path, job.prefix), lines=job.prefix, note=note)
        return replace(plan, note=_joined(plan.note, _doubt(rival, job)))

    def _measure(self, rival: Rival, job: Job, plan: Run) -> Run:
        if plan.reason:
            return plan
        shutil.rmtree(job.scratch, ignore_errors=True)
        job.scratch.mkdir()
        try:
            outcome = run(rival.command(job), folder=ROOT, scratch=job.scratch, limit=self.limit)
        except OSError as error:
            return replace(plan, reason=f"cannot start: {error.strerror}")
        measured = replace(
            plan,
            wall_seconds=round(outcome.wall, 4),
            cpu_seconds=round(outcome.cpu, 4),
            peak_bytes=outcome.peak,
        )
        return self._read(rival, job, outcome, measured)

    def _read(self, rival: Rival, job: Job, outcome: Outcome, run: Run) -> Run:
        """Add the subject's own account."""
        if outcome.stopped:
            return replace(run, reason=f"stopped after {self.limit:,.0f} s")
        if outcome.code:
            return replace(
                run, reason=f"exit code {outcome.code}: {self._public(_gist(outcome.stderr), job)}"
            )
        try:
            seen = rival.seen(job, outcome.stdout, outcome.stderr)
        except (ValueError, LookupError, OSError) as error:
            return replace(run, reason=f"no account of its lines: {self._public(str(error), job)}")
        unlike = "" if seen.lines == run.lines else f"SAW {seen.lines:,} LINES OF {run.lines:,}"
        return replace(run, seen=seen.lines, templates=seen.templates, note=_joined(run.note, unlike))

    def _public(self, text: str, job: Job) -> str:
        """The text without this machine's folders and without control characters."""
        private = ((job.scratch, "OUT"), (self.data, "DATA"), (ROOT, "."), (Path(sys.prefix), "ENV"))
        for path, name in private:
            text = text.replace(str(path), name)
        return "".join(char if char.isprintable() else "?" for char in text)[:200]


def _read_through(path: Path) -> None:
    """Bring a file into the page cache, so that no subject pays for the disk."""
    with path.open("rb") as file:
        while file.read(1 << 20):
            pass


def _doubt(rival: Rival, job: Job) -> str:
    """Why the row would compare unlike things; empty when there is no doubt."""
    if not (command := rival.doubt(job)):
        return ""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else f"not checked: {_gist(done.stderr)}"


@cache
def _prefix_bytes(path: Path, lines: int) -> int:
    """Bytes of the first lines of an input."""
    with open_text(path) as file:
        return sum(len(line.encode()) for line, _ in zip(file, range(lines), strict=False))


def _gist(stderr: str) -> str:
    """The line that says what went wrong: the first `error:`, else the last line."""
    lines = [line for line in stderr.splitlines() if line.strip()] or ["it said nothing"]
    return next((line for line in lines if line.startswith("error:")), lines[-1])


def _joined(*notes: str) -> str:
    return "; ".join(note for note in notes if note)
