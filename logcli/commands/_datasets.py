"""What the commands under `datasets` do and show."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from logcli import registry
from logcli.commands import _list
from logcli.errors import UsageError, visible

if TYPE_CHECKING:
    from logcli.base import Dataset
    from logcli.importing import Outcome


def data_folder(given: str | None) -> Path:
    """The data folder, from the option or as everywhere."""
    from logcli import datafolder

    return datafolder.folder(given)


def leaf(name: str) -> Dataset:
    """A dataset by its name."""
    made: Dataset = registry.create("datasets", name)
    return made


def leaves(names: Sequence[str]) -> list[Dataset]:
    """Datasets by their names, all if there is none."""
    return [leaf(name) for name in names or registry.names("datasets")]


def overview(data: Path) -> list[dict[str, Any]]:
    """Every dataset: its name, whether it is here, its truths and labels."""
    return [
        {
            "name": each.name,
            "about": registry.about("datasets", each.name),
            "here": not each.missing(data / each.name),
            "lines": each.lines or None,
            "truths": each.truths,
            "labels": each.labels or None,
        }
        for each in leaves(())
    ]


def about(name: str, data: Path) -> dict[str, Any]:
    """All that is known of a dataset; `card` is there unless it is a program."""
    each = leaf(name)
    card = getattr(each, "card", None)
    known: dict[str, Any] = {
        "name": each.name,
        "about": registry.about("datasets", each.name),
        "file": str(registry.path_of("datasets", each.name)),
        "folder": str(data / each.name),
        "missing": each.missing(data / each.name),
    }
    return known | ({"card": dataclasses.asdict(card)} if card is not None else {})


def show(known: dict[str, Any]) -> None:
    """What a card says, for people."""
    card = known["card"]
    click.echo(f"{known['name']}: {card['title'] or known['about']}\n{known['about']}\n")
    licence, labels = card["licence"], card["labels"]
    rows = [
        ("home", card["home"]),
        ("made", card["made"]),
        ("format", card["format"]),
        ("truths", ", ".join(card["truths"])),
        ("labels", f"per {labels['per']}, in {labels['file']}" if labels["file"] else ""),
        ("tuned for", ", ".join(card["tuned"])),
        ("card", known["file"]),
        ("folder", known["folder"]),
        *(("cite", text) for text in card["cite"]),
        ("licence", f"{licence['name']} {licence['url']}".strip()),
    ]
    _list.show_rows([row for row in rows if row[1]])
    if licence["notice"]:
        click.echo(f"\n{licence['notice'].rstrip()}")
    click.echo("\nfiles:")
    for path, file in card["files"].items():
        url = file["url"] or card["archives"].get(file["archive"], {}).get("url", "")
        state = "missing" if path in known["missing"] else "here"
        click.echo(f"  {path}  {state}{f'  {url}' if url else ''}")


def fetch(dataset: Dataset, place: Path, accepted: bool, quiet: bool) -> str:
    """Get a dataset; says what was done."""
    from logcli.progress import Progress

    progress = Progress(sys.stderr, sys.stderr.isatty() and not quiet)
    try:
        done = dataset.bring(place, accepted=accepted, progress=progress)
    finally:
        progress.stop()
    if "fetched" not in done:
        return f"{dataset.name}: in {place}"
    return (
        f"{dataset.name}: {len(done['fetched'])} files fetched, {len(done['present'])} were there, in {place}"
    )


def generate(name: str, parameters: dict[str, Any], output: str) -> dict[str, Any]:
    """Let a dataset that is a program write its logs."""
    made = registry.create("datasets", name, **parameters)
    if not made.generated:
        raise UsageError(f"dataset `{name}` is not made but fetched", hint=f"`logcli datasets fetch {name}`")
    summary: dict[str, Any] = made.write(Path(output))
    return summary


def import_(source: str, names: Sequence[str], data: Path, link: bool) -> list[Outcome]:
    """Take datasets over from a folder."""
    from logcli import importing

    shelf = importing.Shelf(Path(source))
    found = []
    for each in leaves(names):
        card = getattr(each, "card", None)
        if card is not None:
            found.append(
                importing.take(each.name, card, shelf, data / each.name, link=link, alone=bool(names))
            )
        elif names:
            hint = f"`logcli datasets fetch {each.name}` makes it"
            raise UsageError(f"dataset `{each.name}` has no files to take", hint=hint)
    return found


def as_row(outcome: Outcome) -> dict[str, Any]:
    """What became of a dataset, for programs."""
    return dataclasses.asdict(outcome) | {"complete": outcome.complete}


def show_outcomes(outcomes: Sequence[Outcome], named: bool) -> None:
    """What became of datasets; those of which nothing was found only if they were named."""
    found = [each for each in outcomes if named or each.taken or each.present]
    for each in found:
        missing = f", {len(each.missing)} missing" if each.missing else ""
        click.echo(f"{each.name}: {len(each.taken)} taken, {len(each.present)} were there{missing}")
        for path in each.missing:
            click.echo(f"  {visible(path)}: {visible(each.rejected.get(path, 'not found'))}")
    rest = len(outcomes) - len(found)
    click.echo(f"{len(found)} datasets found" + (f", nothing of {rest} others" if rest else ""), err=True)


def verify(names: Sequence[str], data: Path) -> list[dict[str, str]]:
    """The state of each file of each dataset."""
    from logcli import datafolder

    rows = []
    for each in leaves(names):
        place = data / each.name
        card = getattr(each, "card", None)
        missing = each.missing(place)
        here = len(missing) < len(card.files) if card else not missing
        if not names and not here:
            continue
        states = (
            [datafolder.check(place, file) for file in card.files.values()] if card else _made(each, place)
        )
        rows += [{"dataset": each.name, "state": s.state, "file": s.path, "why": s.why} for s in states]
    return rows


def _made(dataset: Dataset, place: Path) -> list[Any]:
    """Files of a dataset that is a program: they are there, or not."""
    from logcli.datafolder import MISSING, UNCHECKED, State

    missing = [State(path, MISSING) for path in dataset.missing(place)]
    return missing or [State(str(place), UNCHECKED, "made; can be made again")]
