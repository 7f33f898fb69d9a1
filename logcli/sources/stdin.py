"""Standard input, named `-`; read twice only if it is a redirected file."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable

from logcli.base import Source
from logcli.errors import LogcliError
from logcli.streams import Shared, Stream


class Stdin(Source):
    """Reads what is piped or redirected into the command."""

    def matches(self, target: str) -> bool:
        return target in ("-", "/dev/stdin")

    def expand(self, target: str, report: Callable[[str], None]) -> list[Stream]:
        if sys.stdin is None or sys.stdin.closed:
            raise LogcliError("cannot read stdin", why="it is closed")
        try:
            descriptor = sys.stdin.fileno()
            info = os.fstat(descriptor)
        except io.UnsupportedOperation:  # replaced by a buffer in memory
            return [Stream(target, lambda: sys.stdin.buffer)]
        except OSError as error:
            raise LogcliError("cannot read stdin", why=error.strerror or str(error)) from error
        stream = Stream(target, lambda: io.FileIO(os.dup(descriptor)), info)
        if stream.rereadable:
            start = os.lseek(descriptor, 0, os.SEEK_CUR)
            return [Stream(target, lambda: Shared(descriptor, start), info)]
        return [stream]
