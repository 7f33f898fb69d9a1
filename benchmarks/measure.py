"""Runs one process and measures it from outside: wall time, CPU time, peak memory.

The kernel counts a child's peak memory from the fork on, so it is never below that of this process:
the suite's own process imports neither numpy nor logcli, and inputs are made by processes of their own.
"""

from __future__ import annotations

import os
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path

# `ru_maxrss` is in KiB on Linux and in bytes on macOS.
_RSS_UNIT = 1 if os.uname().sysname == "Darwin" else 1024


@dataclass(frozen=True)
class Outcome:
    """What a process did: exit code (negative: the signal), seconds, peak bytes, its texts."""

    code: int
    wall: float
    cpu: float
    peak: int
    stdout: str
    stderr: str
    stopped: bool


def run(command: list[str], *, folder: Path, scratch: Path, limit: float) -> Outcome:
    """Run a command in a folder; it is killed after `limit` seconds. Raises OSError if it cannot start."""
    said, complained = scratch / "stdout", scratch / "stderr"
    with said.open("wb") as out, complained.open("wb") as err:
        started = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=_environment()
        )
        stopped = threading.Event()
        timer = threading.Timer(limit, _stop, (process.pid, stopped))
        timer.start()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        timer.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
    return Outcome(
        process.returncode, wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * _RSS_UNIT,
        said.read_text(encoding="utf-8", errors="replace"),
        complained.read_text(encoding="utf-8", errors="replace"), stopped.is_set(),
    )  # fmt: skip


def _environment() -> dict[str, str]:
    """Ours, but Python keeps compiled modules, as installed packages have them: nobody compiles each time."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def _stop(pid: int, stopped: threading.Event) -> None:
    stopped.set()
    os.kill(pid, 9)
