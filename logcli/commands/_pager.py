"""Long output on a terminal goes through the pager; short output does not."""

from __future__ import annotations

import io
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from logcli import errors

_DEFAULT = "less"
# Without a screenful at once; colours as they are; no wrapping into a mess.
_LESS = "FRX"


@contextmanager
def paged(wanted: bool) -> Iterator[None]:
    """Within, standard output is paged if it is a terminal and becomes longer than that is high."""
    command = os.environ.get("LOGCLI_PAGER") or os.environ.get("PAGER") or _DEFAULT
    if not wanted or not sys.stdout.isatty() or command in ("cat", ""):
        yield
        return
    terminal = sys.stdout
    waiting = _Waiting(terminal, shlex.split(command))
    sys.stdout = io.TextIOWrapper(waiting, encoding="utf-8", errors="backslashreplace", write_through=True)
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        if not waiting.pager:
            raise
        raise SystemExit(errors.OK) from None  # the reader has seen enough
    finally:
        sys.stdout = terminal
        waiting.end()


class _Waiting(io.BufferedIOBase):
    """Keeps what is written until it is more than a screenful, then starts the pager for it."""

    def __init__(self, terminal: Any, command: list[str]) -> None:
        self.pager: subprocess.Popen[bytes] | None = None
        self._terminal = terminal
        self._command = command
        self._kept: list[bytes] = []
        self._room = shutil.get_terminal_size().lines - 1
        self._direct = False

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        return int(self._terminal.fileno())

    def write(self, data: Any) -> int:
        data = bytes(data)
        if self.pager and self.pager.stdin:
            self.pager.stdin.write(data)
        elif self._direct:
            self._terminal.buffer.write(data)
        else:
            self._kept.append(data)
            self._room -= data.count(b"\n")
            if self._room < 0:
                self._start()
        return len(data)

    def end(self) -> None:
        """Write what a screen can hold, or wait until the reader leaves the pager."""
        if self.pager is None:
            self._terminal.buffer.write(b"".join(self._kept))
            self._terminal.buffer.flush()
            return
        while True:
            try:
                self.pager.communicate()
                return
            except KeyboardInterrupt:  # it is for the pager: it stops a search with it
                continue
            except BrokenPipeError:
                self.pager.wait()
                return

    def _start(self) -> None:
        environment = {**os.environ, "LESS": os.environ.get("LESS", _LESS)}
        try:
            self.pager = subprocess.Popen(self._command, stdin=subprocess.PIPE, env=environment)
        except OSError:
            self._direct = True
        kept, self._kept = b"".join(self._kept), []
        self.write(kept)
