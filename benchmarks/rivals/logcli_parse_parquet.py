"""`logcli parse -o x.parquet`: every record with its template and parameters, as Parquet.

It does far more than the others: two passes, header fields, typed times and parameters written out.
No other subject writes them, so compare this row with the floor and with itself.
"""

from __future__ import annotations

from benchmarks.rival import Job, Rival, Seen, logcli_lines, python


class LogcliParseParquet(Rival):
    """Our own full output."""

    package = "logcli-analytics"

    def prepare(self) -> list[str]:
        return python("-m", "logcli", "warmup")

    def command(self, job: Job) -> list[str]:
        options = ["-f", job.case.format, "-j", str(job.jobs), "-o", str(job.scratch / "out.parquet")]
        return python("-m", "logcli", "parse", str(job.path), *options)

    def seen(self, job: Job, stdout: str, stderr: str) -> Seen:
        return Seen(logcli_lines(stderr))
