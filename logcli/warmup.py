"""Compile all kernels at once, under a lock, so that the first run says why it takes its time."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from logcli import kernels, registry, schema
from logcli.output import open_output
from logcli.pipeline import Request, Run

# A line for each way through the kernels: a layout, JSON, logfmt, a wrapped line, a stack trace.
_LINES = (
    b"081109 203518 143 INFO dfs.DataNode: took 17 ms for /10.0.0.1:80 on eth0, Jul 10 host.example.com\n",
    b'10.0.0.1 - - [09/Nov/2008:20:35:18 +0000] "GET /a HTTP/1.1" 200 12 "-" "curl/8"\n',
    b'{"time":"2008-11-09T20:35:18Z","level":"info","msg":"took 17 \\"ms\\"","a":{"b":[1]}}\n',
    b'time=2008-11-09T20:35:18Z level=info msg="took 17 ms" user=bob\n',
    b"2008-11-09 20:35:18,123 INFO [main] a.B: took 0x1f ms\n\tat a.B.c(B.java:1)\n",
    b"2008-11-09T20:35:18.1Z stdout F plain \x1b[1mtext\x1b[0m \xff\n",
)
_SINKS = ("jsonl", "csv", "otlp")


def ensure(say: Callable[[str], None]) -> None:
    """Compile the kernels unless they are in the cache; another process that does so is waited for.

    say : is told before it begins
    """
    place = kernels.folder()
    if place is None:
        say("no folder for compiled kernels can be written, so each run compiles anew; see LOGCLI_CACHE_DIR")
        return
    marker = place / "complete"
    if marker.exists():
        return
    say("compiling, once for this version and processor: some 20 seconds")
    with _lock(place / "lock"):
        if not marker.exists():
            compile_all()
            marker.touch()


def compile_all() -> None:
    """Go every way through the kernels once."""
    with tempfile.TemporaryDirectory(prefix="logcli-") as folder:
        for number, line in enumerate(_LINES):
            path = Path(folder) / f"{number}.log"
            path.write_bytes(line * 3)
            for sink in _SINKS:
                with (
                    Run(Request(targets=(str(path),), jobs=1)) as run,
                    open_output(Path(folder) / sink) as out,
                ):
                    registry.create("sinks", sink).write(run.parsed(), schema.PARSED, out)


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    """Hold a lock between processes, where the system has one."""
    with path.open("a") as file:
        try:
            import fcntl
        except ImportError:  # pragma: no cover: Windows; two processes then do the same work
            yield
            return
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
