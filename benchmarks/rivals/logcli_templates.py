"""`logcli templates`: the template table of the whole input, as CSV.

The whole process is measured, from start-up to the written table; kernels were compiled before
(`logcli warmup`), as they are for a user from the second run on.
"""

from __future__ import annotations

import csv

from benchmarks.rival import Job, Rival, Seen, logcli_lines, python


class LogcliTemplates(Rival):
    """Our own templates, with times and severities."""

    package = "logcli-analytics"

    def prepare(self) -> list[str]:
        return python("-m", "logcli", "warmup")

    def command(self, job: Job) -> list[str]:
        out = str(job.scratch / "templates.csv")
        options = ["-f", job.case.format, "-j", str(job.jobs), "-o", out]
        return python("-m", "logcli", "templates", str(job.path), *options)

    def seen(self, job: Job, stdout: str, stderr: str) -> Seen:
        with (job.scratch / "templates.csv").open(encoding="utf-8", newline="") as file:
            templates = sum(1 for _ in csv.reader(file)) - 1
        return Seen(logcli_lines(stderr), templates)
