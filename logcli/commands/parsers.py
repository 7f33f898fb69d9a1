"""List the parsers: what finds templates, and their parameters."""

from __future__ import annotations

import click

from logcli.commands import _list
from logcli.commands import _options as options
from logcli.commands._command import with_examples

JOB = "what there is"


@with_examples(
    ("logcli parsers", "all parsers"),
    ("logcli parsers drain", "one of them, with its parameters"),
    ("logcli parsers --json", "for programs"),
)
@click.argument("name", required=False)
@options.as_json
def command(name: str | None, as_json: bool) -> None:
    """List the parsers: what finds templates, and their parameters."""
    _list.show("parsers", name, as_json)
