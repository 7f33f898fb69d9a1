"""`python holder.py BYTES REPORT COMMAND...`: a command held to so much memory, and measured.

The peak of a process counts that of the one it was forked from, which is why a small process stands
between the benchmark and the command. Exit code, processor seconds and peak are written to the open
file REPORT as JSON. SIGTERM kills the command; what it started ends with it. Needs a POSIX system.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
from contextlib import suppress

# The one of shells for a command that cannot be started.
_NOT_STARTED = 127


def main(memory: int, report: int, command: list[str]) -> None:
    """Run the command in a process group of its own and wait for it."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    child = os.fork()
    with suppress(OSError):  # on both sides: whoever comes first
        os.setpgid(child, child)
    if not child:
        _become(memory, command)
    signal.signal(signal.SIGTERM, lambda *_: _kill(child))
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
    _, status, usage = os.wait4(child, 0)
    _kill(child)
    code = os.waitstatus_to_exitcode(status)
    os.write(report, json.dumps([code, usage.ru_utime + usage.ru_stime, usage.ru_maxrss]).encode())


def _become(memory: int, command: list[str]) -> None:
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
    try:
        if sys.platform == "linux":  # elsewhere it does not count what is mapped
            resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
        os.execvp(command[0], command)
    except (OSError, ValueError) as error:
        os.write(2, f"cannot start `{command[0]}`: {getattr(error, 'strerror', None) or error}\n".encode())
    os._exit(_NOT_STARTED)


def _kill(group: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
