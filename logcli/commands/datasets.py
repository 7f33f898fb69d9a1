"""Get, make and check labelled logs."""

from __future__ import annotations

from typing import Any

import click

from logcli.commands import _list, _types
from logcli.commands import _options as options
from logcli.commands._command import Group
from logcli.commands._types import Read
from logcli.errors import FAILED, OK

JOB = "what there is"
_names = click.argument("names", nargs=-1, metavar="[NAME]...")
_data = click.option("--data", metavar="FOLDER", type=click.Path(file_okay=False),
                     help="The data folder; by default as `logcli datasets path` says.")  # fmt: skip


@click.group(
    cls=Group,
    default="list",
    examples=(
        ("logcli datasets", "what there is, and what is here"),
        ("logcli datasets show loghub_2k_hdfs", "one: files, licence, truth, settings"),
        ("logcli datasets fetch shop", "download it, or make it"),
        ("logcli datasets import loghub", "take over a folder that you have"),
        ("logcli datasets verify shop", "is everything as it should be?"),
        ("logcli datasets generate shop -o logs", "made-up logs and their truth"),
    ),
)
def command() -> None:
    """Get, make and check labelled logs, for `logcli bench`.

    They lie in the data folder: what `--data` or the variable LOGCLI_DATA says, else where the platform
    keeps a program's data. Your own are YAML files, such as `logcli datasets show NAME` names, in the
    folder `datasets` of the configuration folder (`logcli config show`).
    """


@command.command("list")
@_data
@options.as_json
def list_(data: str | None, as_json: bool) -> None:
    """All datasets: whether they are here, and what they are."""
    from logcli.commands import _datasets

    rows = _datasets.overview(_datasets.data_folder(data))
    if as_json:
        _list.show_json("datasets", rows)
    else:
        _list.show_rows([(row["name"], "here" if row["here"] else "-", row["about"]) for row in rows])


@command.command()
@click.argument("name")
@_data
@options.as_json
def show(name: str, data: str | None, as_json: bool) -> None:
    """One dataset: its files, licence, truths and settings."""
    from logcli.commands import _datasets

    known = _datasets.about(name, _datasets.data_folder(data))
    if as_json:
        _list.show_json("dataset", known)
    elif "card" in known:
        _datasets.show(known)
    else:
        _list.show_leaf("datasets", name, as_json=False)


@command.command()
@click.argument("name", required=False)
@_data
def path(name: str | None, data: str | None) -> None:
    """The data folder, or the folder of a dataset in it."""
    from logcli.commands import _datasets

    place = _datasets.data_folder(data)
    click.echo(place / _datasets.leaf(name).name if name else place)


@command.command()
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@click.option("--accept-licence", is_flag=True, help="You have read the licence and agree to it.")
@_data
@click.option("-q", "--quiet", is_flag=True, help="No progress, and nothing about what was done.")
def fetch(names: tuple[str, ...], accept_licence: bool, data: str | None, quiet: bool) -> None:
    """Download datasets, or make those that are made.

    What is there is kept; a download that broke goes on where it stopped. Every file whose digest is known
    is checked.
    """
    from logcli.commands import _datasets

    place = _datasets.data_folder(data)
    for leaf in _datasets.leaves(names):
        done = _datasets.fetch(leaf, place / leaf.name, accept_licence, quiet)
        if not quiet:
            click.echo(done, err=True)


@command.command("import")
@click.argument("folder", metavar="FOLDER", type=click.Path(exists=True, file_okay=False))
@_names
@click.option("--link", is_flag=True, help="Make links instead of copies.")
@_data
@options.as_json
def import_(folder: str, names: tuple[str, ...], link: bool, data: str | None, as_json: bool) -> int:
    """Take datasets over from a folder that you have.

    All of them if none is named. Files are known by their digests; where the card has none, by their name
    in a folder called like the dataset or its system.
    """
    from logcli.commands import _datasets

    outcomes = _datasets.import_(folder, names, _datasets.data_folder(data), link)
    if as_json:
        _list.show_json("import", [_datasets.as_row(outcome) for outcome in outcomes])
    else:
        _datasets.show_outcomes(outcomes, bool(names))
    complete = sum(outcome.complete for outcome in outcomes)
    return OK if complete == len(outcomes) or (complete and not names) else FAILED


@command.command()
@_names
@_data
@options.as_json
def verify(names: tuple[str, ...], data: str | None, as_json: bool) -> int:
    """Check the files of datasets: all that are here if none is named."""
    from logcli.commands import _datasets

    rows = _datasets.verify(names, _datasets.data_folder(data))
    if as_json:
        _list.show_json("verification", rows)
    else:
        _list.show_rows([(row["dataset"], row["state"], row["file"], row["why"]) for row in rows])
    bad = sum(row["state"] in ("missing", "wrong") for row in rows)
    click.echo(f"{len(rows):,} files checked, {bad:,} missing or wrong", err=True)
    return FAILED if bad or not rows else OK


@command.command()
@click.argument("name", metavar="NAME[:KEY=VALUE,...]", type=Read(_types.parser))
@click.option("-o", "--output", metavar="FOLDER", required=True, help="Where to write; made if need be.")
@click.option("--size", metavar="SIZE", type=Read(_types.size), help="About how much to write: `10MB`.")
@click.option("--seed", type=int, help="Another seed, other logs.")
@options.as_json
def generate(
    name: tuple[str, dict[str, Any]], output: str, size: int | None, seed: int | None, as_json: bool
) -> None:
    """Write made-up logs and their truth into a folder.

    The same seed and parameters give the same bytes.
    """
    from logcli.commands import _datasets

    given = {"size_bytes": size, "seed": seed}
    parameters = name[1] | {key: value for key, value in given.items() if value is not None}
    summary = _datasets.generate(name[0], parameters, output)
    if as_json:
        _list.show_json("dataset", summary)
    else:
        _list.show_rows([(key, str(value)) for key, value in summary.items()])
