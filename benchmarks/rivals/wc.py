"""`wc -l`: the floor, reading the file and counting newlines.

Unfair to everyone else: it does nothing else. On a gzipped input `gzip -dc` runs beside it, on a core
of its own where there is one.
"""

from __future__ import annotations

import shutil

from benchmarks.rival import Job, Rival, Seen


class Wc(Rival):
    """Counts newlines."""

    def missing(self, job: Job) -> str:
        needed = ("wc", "gzip", "sh") if job.gzipped else ("wc",)
        return "".join(f"no command `{name}` here; " for name in needed if shutil.which(name) is None)

    def command(self, job: Job) -> list[str]:
        if job.gzipped:
            return ["sh", "-c", 'gzip -dc "$0" | wc -l', str(job.path)]
        return ["wc", "-l", str(job.path)]

    def seen(self, job: Job, stdout: str, stderr: str) -> Seen:
        return Seen(int(stdout.split()[0]))
