"""A process of its own for each run, with limits on time and memory, measured from outside."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

FINISHED, TIMED_OUT, OUT_OF_MEMORY, FAILED = "finished", "time-out", "out of memory", "failed"
# Exit code of our own processes that met their limit of memory.
MEMORY_CODE = 77
# `ru_maxrss` is in KiB on Linux and in bytes on macOS.
_RSS_UNIT = 1 if sys.platform == "darwin" else 1024
_KEPT_BYTES = 1 << 16  # of what a process says


@dataclass(frozen=True)
class Outcome:
    """What a process did.

    status : FINISHED, TIMED_OUT, OUT_OF_MEMORY or FAILED
    reason : the line that says what went wrong, empty if nothing
    seconds, cpu_seconds : wall and processor time of the whole process
    peak_bytes : most memory in use; 0 where the system does not tell
    output : what it wrote to standard output
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
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as complained:
        began = time.perf_counter()
        try:
            process = subprocess.Popen(
                [*_limited(memory), *command], cwd=folder, stdin=subprocess.DEVNULL, stdout=said,
                stderr=complained, start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            return Outcome(FAILED, f"cannot start `{command[0]}`: {error.strerror or error}", 0.0, 0.0, 0, "")
        killed = threading.Event()
        timer = threading.Timer(seconds, _kill, (process, killed))
        timer.start()
        try:
            code, cpu, peak = _wait(process)
        finally:
            timer.cancel()
            _kill(process, threading.Event())
        wall = time.perf_counter() - began
        texts = [_text(file) for file in (said, complained)]
    status, reason = _judged(code, killed.is_set(), seconds, texts[1])
    return Outcome(status, reason, wall, cpu, peak, texts[0])


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


def _limited(memory: int) -> list[str]:
    """What comes before a command so that it is held to so much memory."""
    if sys.platform != "linux":  # pragma: no cover
        return []
    code = "import os, resource, sys; m = int(sys.argv[1]); resource.setrlimit(resource.RLIMIT_DATA, (m, m))"
    return [sys.executable, "-S", "-c", f"{code}; os.execvp(sys.argv[2], sys.argv[2:])", str(memory)]


def _wait(process: subprocess.Popen[bytes]) -> tuple[int, float, int]:
    """Exit code, processor seconds and peak bytes."""
    if not hasattr(os, "wait4"):  # pragma: no cover: Windows
        return process.wait(), 0.0, 0
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * _RSS_UNIT


def _kill(process: subprocess.Popen[bytes], killed: threading.Event) -> None:
    killed.set()
    try:
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:  # pragma: no cover: Windows
            process.kill()
    except (ProcessLookupError, PermissionError):
        pass


def _text(file: object) -> str:
    file.seek(0)  # type: ignore[attr-defined]
    data: bytes = file.read(_KEPT_BYTES)  # type: ignore[attr-defined]
    return data.decode("utf-8", "replace")


def _judged(code: int, killed: bool, seconds: float, complaint: str) -> tuple[str, str]:
    gist = next((line for line in reversed(complaint.splitlines()) if line.strip()), "")
    if killed:
        return TIMED_OUT, f"stopped after {seconds:g} s"
    if code == MEMORY_CODE or gist.startswith("MemoryError") or "Unable to allocate" in gist:
        return OUT_OF_MEMORY, gist or "it used more memory than it may"
    if code:
        said = f"killed by signal {-code}" if code < 0 else f"exit code {code}"
        return FAILED, f"{said}: {gist}" if gist else said
    return FINISHED, ""
