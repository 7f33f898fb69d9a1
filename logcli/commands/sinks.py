"""List the kinds of output."""

from __future__ import annotations

import click

from logcli.commands import _list
from logcli.commands import _options as options
from logcli.commands._command import with_examples

JOB = "what there is"


@with_examples(
    ("logcli sinks", "all of them"),
    ("logcli sinks jsonl", "one of them"),
    ("logcli sinks --json", "for programs"),
)
@click.argument("name", required=False)
@options.as_json
def command(name: str | None, as_json: bool) -> None:
    """List the kinds of output: what -t/--to takes."""
    _list.show("sinks", name, as_json)
