"""A bare scan in Python: blocks into one buffer, newlines counted by numpy.

The floor for a program that starts an interpreter, imports numpy and looks at every byte once.
Unfair to everyone else: it finds neither fields nor templates.
"""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path

from benchmarks.rival import Job, Rival, Seen, own_account, python

_BLOCK = 1 << 22


class ByteScan(Rival):
    """Counts newlines with numpy."""

    package = "numpy"

    def command(self, job: Job) -> list[str]:
        return python("-m", "benchmarks.rivals.bytescan", str(job.path))

    def seen(self, job: Job, stdout: str, stderr: str) -> Seen:
        return own_account(stdout)


def scan(path: Path) -> int:
    """Lines of a file, plain or gzipped, by its newlines."""
    import numpy as np

    room = bytearray(_BLOCK)
    block = np.frombuffer(room, np.uint8)
    count = 0
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb", buffering=0) as file:
        while size := file.readinto(room):
            count += int(np.count_nonzero(block[:size] == 10))
    return count


if __name__ == "__main__":
    print(json.dumps({"lines": scan(Path(sys.argv[1]))}))
