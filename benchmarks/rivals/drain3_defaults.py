"""drain3 with its defaults and no masks, on the first lines of the input.

It is given the same bodies as the others (one regular expression cuts the header). Unfair to drain3:
one process and one core, as its design has it, and start-up weighs more on a prefix. Unfair to the
others: it counts templates only, and a prefix holds fewer templates than the whole.
"""

from __future__ import annotations

from benchmarks.rival import Job, Rival, Seen, own_account, python


class Drain3Defaults(Rival):
    """The reference that people know."""

    prefix = True
    package = "drain3"

    def command(self, job: Job) -> list[str]:
        limit = ["--case", job.case.name, "--lines", str(job.prefix)]
        return python("-m", "benchmarks.drain", str(job.path), *limit)

    def seen(self, job: Job, stdout: str, stderr: str) -> Seen:
        return own_account(stdout)
