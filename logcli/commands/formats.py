"""List, show, check and draft log formats."""

from __future__ import annotations

import click

from logcli import registry
from logcli.commands import _list
from logcli.commands import _options as options
from logcli.commands._command import Group

JOB = "what there is"


@click.group(
    cls=Group,
    default="list",
    examples=(
        ("logcli formats", "all formats"),
        ("logcli formats show nginx_error", "one of them, with samples"),
        ("logcli formats new app.log -o app.yaml", "a draft for a log that none fits"),
        ("logcli formats check app.yaml", "does it do to its samples what it says?"),
    ),
)
def command() -> None:
    """List, show, check and draft log formats.

    A format is a YAML file with a layout and samples. Your own are files in the folder `formats` of
    the configuration folder (`logcli config show`).
    """


@command.command("list")
@options.as_json
def list_(as_json: bool) -> None:
    """All formats with what they are for."""
    _list.show_leaves("formats", as_json)


@command.command()
@click.argument("name")
def show(name: str) -> None:
    """The definition of a format, with its samples."""
    path = registry.path_of("formats", name)
    click.echo(f"# {path}\n{path.read_text(encoding='utf-8')}".rstrip())


@command.command()
@click.argument("names", nargs=-1, metavar="[NAME|FILE]...")
def check(names: tuple[str, ...]) -> int:
    """Test formats by their own samples.

    All formats if none is named.
    """
    from logcli import layout_check
    from logcli.errors import FAILED, OK, visible

    wanted = names or tuple(registry.names("formats"))
    problems = {name: layout_check.check(name) for name in wanted}
    for name, found in problems.items():
        for problem in found:
            click.echo(f"{name}: {visible(problem)}")
    bad = sum(map(bool, problems.values()))
    click.echo(f"{len(problems):,} formats checked, {bad:,} with problems", err=True)
    return FAILED if bad else OK


@command.command()
@click.argument("target", metavar="[FILE]", default="-")
@click.option("--from-line", metavar="LINE", help="A line of the log instead of a file.")
@options.output
def new(target: str, from_line: str | None, output: str | None) -> None:
    """A draft of a format from a log.

    From its first lines; to be looked over and completed.
    """
    from logcli import propose
    from logcli.output import open_output

    lines = [from_line] if from_line else _first_lines(target)
    draft = propose.propose(lines)
    with open_output(output or "-") as out:
        out.write(f"{draft}\n".encode())


def _first_lines(target: str) -> list[str]:
    from logcli import reader, reading

    stream = reading.expand([target])[0]
    with stream.open() as opened:
        return opened.peek(reader.HEAD_BYTES).decode("utf-8", "backslashreplace").splitlines()
