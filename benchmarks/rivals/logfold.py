"""logfold (Rust), through its Python call `analyze`, with as many threads as the job has.

It gets the header as a regular expression whose groups are body, time and level (JSON: the keys), so
it does what `logcli templates` does. Kind to logfold: its library is called directly; its command would
load two packages more and write a report. Unkind: a format built into it might be faster than a
regular expression, but it has none for these logs, and it finds templates in chunks, which other
algorithms do not pay for. Before the runs a prefix is mined twice, from raw lines and from bodies
alone; if the templates or their counts differ, the row is marked.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.cases import CASES, Case
from benchmarks.drain import body_of, open_text
from benchmarks.rival import Job, Rival, Seen, own_account, python

_CHECKED_LINES = 20_000


class Logfold(Rival):
    """The fastest known rival, optional (`pip install logfold`)."""

    package = "logfold"

    def missing(self, job: Job) -> str:
        return "" if find_spec("logfold") else "not installed (`pip install logfold`)"

    def command(self, job: Job) -> list[str]:
        return _program(job, "--threads", str(job.jobs))

    def seen(self, job: Job, stdout: str, stderr: str) -> Seen:
        return own_account(stdout)

    def doubt(self, job: Job) -> list[str]:
        return _program(job, "--check")


def _program(job: Job, *more: str) -> list[str]:
    return python("-m", "benchmarks.rivals.logfold", str(job.path), "--case", job.case.name, *more)


def _format(case: Case) -> Any:
    from logfold.ext.formats import JsonFormat, RegexFormat

    if case.keys:
        keys = {name: (key,) for name, key in case.keys.items()}
        return JsonFormat(message_keys=keys["body"], time_keys=keys["time"], level_keys=keys["level"])
    level = "level" if "(?P<level>" in case.header else None
    return RegexFormat(case.header, "regex", "body", "time", level, case.times["time"])


def _templates(path: Path, form: Any, threads: int) -> tuple[int, list[tuple[str, int]]]:
    from logfold import analyze

    result = analyze(str(path), format=form, multiline=False, threads=threads, examples="none")
    return result.run.lines, [(template.text, template.count) for template in result.templates]


def _check(path: Path, case: Case) -> str:
    """Why logfold mines other bodies than those of the header, if it does."""
    from logfold.ext.formats import PlainFormat

    cut = body_of(case)
    with tempfile.TemporaryDirectory() as folder, open_text(path) as file:
        raw, bodies = Path(folder) / "raw.log", Path(folder) / "bodies.log"
        lines = list(islice(file, _CHECKED_LINES))
        raw.write_text("".join(lines), encoding="utf-8", newline="\n")
        bodies.write_text(
            "".join(cut(line.rstrip("\n")) + "\n" for line in lines), encoding="utf-8", newline="\n"
        )
        _, found = _templates(raw, _format(case), 1)
        _, wanted = _templates(bodies, PlainFormat(), 1)
    return "" if sorted(found) == sorted(wanted) else "mines other bodies than the header gives"


def main(arguments: list[str]) -> int:
    """`python -m benchmarks.rivals.logfold FILE --case hdfs --threads 2`, or `--check`."""
    parser = argparse.ArgumentParser(prog="benchmarks.rivals.logfold", description=main.__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--case", choices=sorted(CASES), required=True)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--check", action="store_true")
    given = parser.parse_args(arguments)
    case = CASES[given.case]
    if given.check:
        print(_check(given.file, case))
        return 0
    lines, templates = _templates(given.file, _format(case), given.threads)
    print(json.dumps({"lines": lines, "templates": len(templates)}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
