"""List the places that logs are read from."""

from __future__ import annotations

import click

from logcli.commands import _list
from logcli.commands import _options as options
from logcli.commands._command import with_examples

JOB = "what there is"


@with_examples(
    ("logcli sources", "all of them"),
    ("logcli sources file", "one of them"),
    ("logcli sources --json", "for programs"),
)
@click.argument("name", required=False)
@options.as_json
def command(name: str | None, as_json: bool) -> None:
    """List the places that logs are read from."""
    _list.show("sources", name, as_json)
