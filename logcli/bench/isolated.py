"""A process of its own for each run, with limits on time and memory, measured from outside."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

FINISHED, TIMED_OUT, OUT_OF_MEMORY, FAILED = "finished", "time-out", "out of memory", "failed"
# Exit code of our own processes that met their limit of memory.
MEMORY_CODE = 77
# `ru_maxrss` is in KiB on Linux and in bytes on macOS.
_RSS_UNIT = 1 if sys.platform == "darwin" else 1024
_KEPT_BYTES = 1 << 16  # the end of what a process says
_REASON = 300  # characters
# What programs say when they get no more memory.
_NO_MEMORY = ("memoryerror", "unable to allocate", "bad_alloc", "outofmemory", "out of memory",
              "cannot allocate memory")  # fmt: skip
_HOLDER = Path(__file__).with_name("holder.py")
_running: set[subprocess.Popen[bytes]] = set()


@dataclass(frozen=True)
class Outcome:
    """What a process did.

    status : FINISHED, TIMED_OUT, OUT_OF_MEMORY or FAILED
    reason : the line that says what went wrong, empty if nothing
    seconds, cpu_seconds : wall and processor time of the whole process
    peak_bytes : most memory in use; 0 where the system does not tell
    output : the end of what it wrote to standard output
    """

    status: str
    reason: str
    seconds: float
    cpu_seconds: float
    peak_bytes: int
    output: str


def run(command: Sequence[str], *, seconds: float, memory: int, folder: Path | None = None) -> Outcome:
    """Run a command and wait for it.

    seconds : it is killed after so long, with all that it started
    memory : bytes that it may allocate, where the system can hold it to that (Linux)

    Never raises: a command that cannot be started has FAILED.
    """
    with (
        tempfile.TemporaryFile() as said,
        tempfile.TemporaryFile() as complained,
        tempfile.TemporaryFile() as report,
    ):
        began = time.perf_counter()
        try:
            process = subprocess.Popen(
                **_held(command, memory, report), cwd=folder, stdin=subprocess.DEVNULL, stdout=said,
                stderr=complained,
            )  # fmt: skip
        except OSError as error:
            return Outcome(FAILED, f"cannot start `{command[0]}`: {error.strerror or error}", 0.0, 0.0, 0, "")
        _running.add(process)
        killed = threading.Event()
        timer = threading.Timer(seconds, _kill, (process, killed))
        timer.start()
        try:
            process.wait()
        finally:
            timer.cancel()
            _running.discard(process)
        wall = time.perf_counter() - began
        output, complaint = _end(said), _end(complained)
        code, cpu, peak = json.loads(_end(report) or f"[{process.returncode}, 0.0, 0]")
    status, reason = _judged(code, killed.is_set(), seconds, complaint)
    return Outcome(status, reason, wall, cpu, peak * _RSS_UNIT, output)


def end_all() -> None:
    """Kill what is running."""
    for process in list(_running):
        _kill(process, threading.Event())


def watch_memory(size: int) -> None:
    """End this process when it uses more bytes, where the system does not hold it to that (macOS)."""
    if sys.platform in ("linux", "win32"):
        return
    import resource

    def watch() -> None:
        while resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _RSS_UNIT < size:
            time.sleep(0.05)
        os._exit(MEMORY_CODE)

    threading.Thread(target=watch, daemon=True).start()


def _held(command: Sequence[str], memory: int, report: IO[bytes]) -> dict[str, Any]:
    """What starts a command that is held to so much memory and measured, where that can be done."""
    if not hasattr(os, "fork"):  # pragma: no cover: Windows
        return {"args": list(command)}
    holder = [sys.executable, "-I", "-S", str(_HOLDER), str(memory), str(report.fileno())]
    return {"args": [*holder, *command], "pass_fds": (report.fileno(),), "start_new_session": True}


def _kill(process: subprocess.Popen[bytes], killed: threading.Event) -> None:
    """Kill a command; the holder kills all that it started."""
    killed.set()
    process.terminate()


def _end(file: IO[bytes]) -> str:
    """The end of what is in a file."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(size - _KEPT_BYTES, 0))
    return file.read().decode("utf-8", "replace")


def _judged(code: int, killed: bool, seconds: float, complaint: str) -> tuple[str, str]:
    gist = next((line.strip() for line in reversed(complaint.splitlines()) if line.strip()), "")
    gist = gist if len(gist) <= _REASON else f"{gist[:_REASON]}…"
    if killed:
        return TIMED_OUT, f"stopped after {seconds:g} s"
    if code == MEMORY_CODE or (code and any(words in gist.lower() for words in _NO_MEMORY)):
        return OUT_OF_MEMORY, gist or "it used more memory than it may"
    if code:
        said = f"killed by signal {-code}" if code < 0 else f"exit code {code}"
        return FAILED, f"{said}: {gist}" if gist else said
    return FINISHED, ""
