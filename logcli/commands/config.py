"""Show the settings in force and where each was made."""

from __future__ import annotations

import click

from logcli import registry
from logcli.commands import _list
from logcli.commands import _options as options
from logcli.commands._command import Group

JOB = "set up"


@click.group(
    cls=Group,
    default="show",
    examples=(
        ("logcli config show", "what is set"),
        ("logcli config show --origin", "and by which file or variable"),
        ("logcli config keys", "what may be set"),
    ),
)
def command() -> None:
    """Show the settings in force and where each was made.

    Settings are defaults of options: from /etc/logcli/config.yaml, your own config.yaml, the nearest
    .logcli.yaml in this folder or above, and variables LOGCLI_...; the later ones win over the earlier
    ones, and options on the command line over all.
    """


@command.command()
@click.option("--origin", is_flag=True, help="File and line, or variable, of each.")
@options.as_json
def show(origin: bool, as_json: bool) -> None:
    """The settings in force."""
    from logcli import config

    settings = config.load()
    if as_json:
        found = {key: {"value": s.value, "origin": s.origin} for key, s in settings.items()}
        _list.show_json("config", found)
        return
    rows = [(key, str(s.value), *([s.origin] if origin else [])) for key, s in sorted(settings.items())]
    _list.show_rows(rows)
    for path in config.files():
        click.echo(f"read {path}", err=True)
    if not rows:
        click.echo(f"nothing is set; your file would be {registry.config_folder() / 'config.yaml'}", err=True)


@command.command()
@options.as_json
def keys(as_json: bool) -> None:
    """What may be set."""
    from logcli import config

    if as_json:
        _list.show_json("config_keys", config.KEYS)
    else:
        _list.show_rows(list(config.KEYS.items()))
