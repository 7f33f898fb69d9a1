"""drain3 with its defaults and its example masks, on the first lines of the input.

The seven masks (ID, IP, SEQ twice, HEX, NUM, CMD) are read from the installed package. This is how
drain3 is used in earnest, so the suite's ratios are to this row. Fairness is as for `drain3_defaults`.
"""

from __future__ import annotations

from benchmarks.rival import Job, Rival, Seen, own_account, python


class Drain3Masks(Rival):
    """drain3 as its example sets it up."""

    prefix = True
    package = "drain3"

    def command(self, job: Job) -> list[str]:
        limit = ["--case", job.case.name, "--lines", str(job.prefix)]
        return python("-m", "benchmarks.drain", str(job.path), *limit, "--masks")

    def seen(self, job: Job, stdout: str, stderr: str) -> Seen:
        return own_account(stdout)
