"""What the commands under `bench` share: their options, and tables of scores."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from logcli import registry
from logcli.commands import _datasets, _types
from logcli.commands._types import Read
from logcli.errors import UsageError, visible

if TYPE_CHECKING:
    import pyarrow as pa

    from logcli.bench.parsers import Entry
    from logcli.bench.runs import Done


def sizes(text: str) -> tuple[int, ...]:
    """Numbers of lines: `2k,20k`."""
    powers = {"k": 1_000, "m": 1_000_000}
    found = []
    for word in filter(None, text.lower().split(",")):
        number, power = (word[:-1], powers[word[-1]]) if word[-1] in powers else (word, 1)
        try:
            lines = int(float(number) * power)
        except (ValueError, OverflowError):
            lines = 0
        if lines < 1:
            raise UsageError(f"`{word}` is no number of lines", hint="write `2k,20k,200k`")
        found.append(lines)
    return tuple(dict.fromkeys(found))


def seconds(text: str) -> float:
    """A time that a process can be given."""
    try:
        found = float(text)
    except ValueError:
        found = 0.0
    if not 0 < found <= threading.TIMEOUT_MAX:
        raise UsageError(f"`{text}` is no time in seconds", hint="write `300` or `0.5`")
    return found


def entries(text: str) -> list[Entry]:
    """Parsers between commas, parameters behind a colon: `shape,drain:depth=5,mine.py`."""
    from logcli.bench.parsers import Entry

    words: list[str] = []
    for word in filter(None, text.split(",")):
        if words and "=" in word and ":" not in word:  # a further parameter of the one before
            words[-1] += f",{word}"
        else:
            words.append(word)
    made = []
    for word in words:
        name, parameters = _types.parser(word)
        made.append(Entry(name if name.endswith(".py") else registry.leaf("parsers", name).name, parameters))
    return made


def tolerance(text: str) -> tuple[str, float]:
    """Metric and how much worse it may become."""
    name, _, value = text.partition("=")
    try:
        allowed = float(value)
    except ValueError:
        allowed = -1.0
    if not allowed >= 0:  # nor what is no number
        raise UsageError(f"`{text}` is no tolerance", hint="write `ga=0.01`")
    return name, allowed


def _names(text: str) -> tuple[str, ...]:
    words = [word.strip() for word in text.split(",") if word.strip()]
    if not words:
        raise UsageError("no dataset is named", hint="`logcli datasets` lists them")
    return tuple(dict.fromkeys(registry.leaf("datasets", word).name for word in words))


parsers = click.option("-p", "--parsers", metavar="A,B", type=Read(entries), default="",
                       help="Parsers, or files with one; by default all.")  # fmt: skip
datasets = click.option("-d", "--datasets", metavar="A,B", type=Read(_names), default=None,
                        help="Labelled logs; by default all of the data folder.")  # fmt: skip
data = click.option("--data", metavar="FOLDER", type=click.Path(file_okay=False),
                    help="The data folder; by default as `logcli datasets path` says.")  # fmt: skip


def judging(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say how answers are judged."""
    rules = click.Choice(["none", "khan", "loghub2"])
    for option in (
        click.option("--unlabelled", is_flag=True, help="Also the scores that need no truth (slower)."),
        click.option("--parts", is_flag=True, help="Also rare, frequent and value-rich templates apart."),
        click.option("--text-rules", type=rules, default="none", help="Correction rules for the answers."),
        click.option("--truth-rules", type=rules, default="none", help="Correction rules for the truth."),
        click.option("--text", type=click.Choice(["auto", "own", "styled"]), default="auto",
                     help="Texts to judge: the parser's own, or ours in the style of the truth."),
        click.option("--truth", metavar="NAME", default="best",
                     help="Version of the truth: best (of each log), corrected, original, loghub2."),
    ):  # fmt: skip
        function = option(function)
    return function


def all_parsers() -> list[Entry]:
    """Every parser that there is, with its defaults."""
    from logcli.bench.parsers import Entry

    return [Entry(name) for name in registry.names("parsers")]


def externals(given: Sequence[str]) -> list[Entry]:
    """Commands as parsers, `NAME=COMMAND` each."""
    from logcli.bench.parsers import Entry

    found = []
    for text in given:
        name, equals, line = text.partition("=")
        if not equals or not name.isidentifier():
            raise UsageError(
                f"`{text}` has no name", hint="write `--external 'mine=./mine {input} {output}'`"
            )
        found.append(Entry(name, external=line))
    return found


def logs(data: Path, named: tuple[str, ...] | None) -> tuple[str, ...]:
    """The datasets to run on: those named, else those of the data folder, else made-up logs.

    What can be made is made when it is missing.
    """
    leaves = [registry.create("datasets", name) for name in named or registry.names("datasets")]
    if not named:
        leaves = [leaf for leaf in leaves if leaf.truths and not leaf.missing(data / leaf.name)]
    if not leaves:
        click.echo(f"note: no labelled log is in `{data}`; running on the made-up logs of `shop`", err=True)
        leaves = [registry.create("datasets", "shop")]
    for leaf in leaves:
        if leaf.generated:
            leaf.bring(data / leaf.name)
    return tuple(leaf.name for leaf in leaves)


def told(done: Done, number: int, total: int) -> str:
    """One line about a run."""
    record = done.record
    what = f"{record['dataset']} {record['parser']} {done.task.out.name}"
    fresh = "" if done.fresh else " (kept)"
    if record["status"] != "finished":
        return visible(f"[{number}/{total}] {what}: {record['status']}: {record['reason']}{fresh}")
    peak = f", {record['peak_bytes'] / 1e6:.0f} MB" if record["peak_bytes"] else ""
    seconds = f"{record['parse_seconds']:.2f} s"
    return f"[{number}/{total}] {what}: {record['lines']:,} lines in {seconds}{peak}{fresh}"


def scored(results: str, given: dict[str, Any]) -> pa.Table:
    """The scores of a results folder."""
    from logcli.bench import scores

    names = ("truth", "text", "truth_rules", "text_rules", "parts", "unlabelled")
    how = scores.Judging(**{name: given[name] for name in names if name in given})
    without = scores.left_out(Path(results), how.truth)
    if without:
        click.echo(f"note: left out, without a truth `{how.truth}`: {', '.join(without)}", err=True)
    return scores.score(Path(results), _datasets.data_folder(given["data"]), how)


def shown(table: pa.Table, by: tuple[str, ...]) -> pa.Table:
    """Means over what is not named in `by`, best first; every figure for `--by` with a dataset."""
    from logcli.bench import scores

    unknown = [name for name in by if name not in scores.SCHEMA.names[:9]]
    if unknown:
        near = registry.nearest(unknown[0], scores.SCHEMA.names[:9])
        raise UsageError(f"no rows by `{unknown[0]}`", hint=near or "such as parser, dataset, settings, part")
    varying = [name for name in ("settings", "text", "part") if len(table[name].unique()) > 1]
    keys = [*dict.fromkeys([*by, *varying])]
    if "dataset" in by:
        return table.sort_by([(name, "ascending") for name in keys if name != "parser"])
    means = scores.averages(table, keys)
    order = [(name, "ascending") for name in keys if name not in ("parser", "text")]
    return means.sort_by([*order, ("ga_or_0", "descending")])


def rounded(table: pa.Table) -> pa.Table:
    """The table for people: three decimals, and of averages what fits and says something."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if "finished" in table.column_names:
        same = ("finished", "_or_0") if table["finished"].equals(table["runs"]) else ()
        table = table.drop_columns(
            [c for c in table.column_names if c.endswith(("_precision", "_recall", *same))]
        )
    for number, field in enumerate(table.schema):
        if pa.types.is_floating(field.type):
            table = table.set_column(number, field, pc.round(table.column(number), 3))
    return table.drop_columns([name for name in table.column_names if table[name].null_count == len(table)])


def about(records: Sequence[tuple[Path, dict[str, Any]]]) -> dict[str, str]:
    """Machine, versions and dates of some runs, for a page about them."""
    found = [record for _, record in records]
    last = max(found, key=lambda record: record["date"])
    dates = sorted({record["date"] for record in found})
    return {
        "runs": f"{len(found)}, from {dates[0]} to {dates[-1]}",
        **{key: str(value) for key, value in last["machine"].items()},
        "versions": ", ".join(f"{name} {number}" for name, number in last["versions"].items()),
        "limits": f"{last['limit_seconds']:g} s and {last['limit_bytes'] / 1e9:.0f} GB a run",
    }
