"""The command line, run within the test's own process or in one of its own."""

from __future__ import annotations

import io
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple

from logcli import __main__ as program

LOGCLI = [sys.executable, "-m", "logcli"]
# What a command that reads a log is called with; FILE is the log.
READERS = ("templates FILE", "parse -t jsonl FILE", "parse FILE -o out.parquet", "inspect FILE")


class Done(NamedTuple):
    """What a command did."""

    code: int
    out: bytes
    err: str


def logcli(*args: str | Path) -> Done:
    """Run a command here: much faster than a process, and open to patches."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
    with redirect_stdout(out), redirect_stderr(err):
        code = program.run([str(arg) for arg in args])
    return Done(code, out.buffer.getvalue(), err.buffer.getvalue().decode())  # type: ignore[attr-defined]


def process(*args: str | Path, **settings: Any) -> Done:
    """Run a command in a process of its own."""
    command = [*LOGCLI, *(str(arg) for arg in args)]
    done = subprocess.run(command, **{"capture_output": True, "timeout": 300, **settings})
    return Done(done.returncode, done.stdout or b"", (done.stderr or b"").decode())


def log(lines: int) -> bytes:
    """A log of one template."""
    line = b"2024-01-01 12:00:%02d INFO worker-%d handled request %d\n"
    return b"".join(line % (k % 60, k % 7, k) for k in range(lines))
