"""Compile the kernels now, so that the first run need not."""

from __future__ import annotations

import time

import click

from logcli.commands._command import with_examples

JOB = "set up"

# Lines that take the readers of text, JSON and logfmt, and every kind of value.
_LINES = (
    b'10.0.0.1 - - [09/Nov/2008:20:35:18 +0000] "GET /a HTTP/1.1" 200 12 "-" "curl/8"\n',
    b'{"time":"2008-11-09T20:35:18Z","level":"info","msg":"took 17 ms","a":{"b":[1]}}\n',
    b'time=2008-11-09T20:35:18Z level=info msg="took 17 ms" user=bob\n',
    b"2008-11-09 20:35:18,123 INFO [main] a.B: took 0x1f ms\n\tat a.B.c(B.java:1)\n",
)


@with_examples(
    ("logcli warmup", "once, after an installation"),
    ("RUN logcli warmup", "in a container's build file"),
    ("LOGCLI_CACHE_DIR=/opt/cache logcli warmup", "for users without a cache folder"),
)
def command() -> None:
    """Compile the kernels now, so that the first run need not.

    They are kept in the cache folder (LOGCLI_CACHE_DIR, else that of the user), for this version and
    this processor.
    """
    import tempfile
    from pathlib import Path

    from logcli import kernels

    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        for number, line in enumerate(_LINES):
            path = Path(folder) / f"{number}.log"
            path.write_bytes(line * 3)
            _go_through(str(path))
    place = kernels.FOLDER or "nowhere: no folder can be written"
    click.echo(f"compiled in {time.monotonic() - began:.1f} s, kept in {place}", err=True)


def _go_through(path: str) -> None:
    from logcli import registry, schema
    from logcli.output import open_output
    from logcli.pipeline import Request, Run

    with Run(Request(targets=(path,))) as run, open_output("/dev/null") as out:
        registry.create("sinks", "jsonl").write(run.parsed(), schema.PARSED, out)
