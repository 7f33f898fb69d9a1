"""Make labelled logs to try things on."""

from __future__ import annotations

from typing import Any

import click

from logcli.commands import _list, _types
from logcli.commands import _options as options
from logcli.commands._command import Group
from logcli.commands._types import Read

JOB = "what there is"


@click.group(
    cls=Group,
    default="list",
    examples=(
        ("logcli datasets", "what can be made"),
        ("logcli datasets show shop", "one of them, with its parameters"),
        ("logcli datasets generate shop -o logs", "logs of a small shop, with the truth about them"),
        ("logcli datasets generate shop -o big --size 1GB", "more of the same"),
    ),
)
def command() -> None:
    """Make labelled logs to try things on: the same seed gives the same bytes."""


@command.command("list")
@options.as_json
def list_(as_json: bool) -> None:
    """All generators with what they make."""
    _list.show_leaves("datasets", as_json)


@command.command()
@click.argument("name")
@options.as_json
def show(name: str, as_json: bool) -> None:
    """One generator with its parameters."""
    _list.show_leaf("datasets", name, as_json)


@command.command()
@click.argument("name", metavar="NAME[:KEY=VALUE,...]", type=Read(_types.parser))
@click.option("-o", "--output", metavar="FOLDER", required=True, help="Where to write; made if need be.")
@click.option("--size", metavar="SIZE", type=Read(_types.size), help="About how much to write: `10MB`.")
@click.option("--seed", type=int, help="Another seed, other logs.")
@options.as_json
def generate(
    name: tuple[str, dict[str, Any]], output: str, size: int | None, seed: int | None, as_json: bool
) -> None:
    """Write logs and the truth about them into a folder."""
    from pathlib import Path

    from logcli import registry

    leaf, parameters = name
    given = {"size_bytes": size, "seed": seed}
    parameters |= {key: value for key, value in given.items() if value is not None}
    summary = registry.create("datasets", leaf, **parameters).write(Path(output))
    if as_json:
        _list.show_json("dataset", summary)
    else:
        _list.show_rows([(key, str(value)) for key, value in summary.items()])
