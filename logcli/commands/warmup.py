"""Compile the kernels now, so that the first run need not."""

from __future__ import annotations

import time

import click

from logcli.commands._command import with_examples

JOB = "set up"


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
    from logcli import kernels, warmup

    began = time.monotonic()
    warmup.compile_all()
    warmup.ensure(lambda text: None)
    place = kernels.folder() or "nowhere: no folder can be written"
    click.echo(f"compiled in {time.monotonic() - began:.1f} s, kept in {place}", err=True)
