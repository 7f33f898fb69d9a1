"""Compare parsers on labelled logs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from logcli.commands import _bench, _datasets, _types
from logcli.commands import _options as options
from logcli.commands._command import Group, Option
from logcli.commands._types import Read

if TYPE_CHECKING:
    from logcli.bench.parsers import Entry

JOB = "compare parsers"
_results = click.argument("results", metavar="RESULTS", type=click.Path(file_okay=False))


@click.group(
    cls=Group,
    examples=(
        ("logcli bench run -o results", "every parser on every labelled log here"),
        ("logcli bench run -p shape,drain -d shop -o results", "some of them"),
        ("logcli bench run -p mine.py -d shop -o results", "a parser of your own"),
        ("logcli bench score results --by parser,dataset", "how accurate they were"),
        ("logcli bench report results -o report.html", "the same with pictures"),
        ("logcli bench compare before results", "exit 3 if something became worse"),
    ),
)
def command() -> None:
    """Compare parsers on labelled logs: run them, score their answers, show and compare.

    Logs come from the data folder (`logcli datasets`).
    """


@command.command()
@_bench.parsers
@_bench.datasets
@_bench.data
@click.option("-s", "--settings", type=click.Choice(["default", "tuned", "both"]), default="default",
              help="One fixed setting, or what the literature tuned for each log.")  # fmt: skip
@click.option("--lines", metavar="N,...", type=Read(_bench.sizes), default="",
              help="Cut or grow each log to so many lines: `2k,20k,200k`.")  # fmt: skip
@click.option("--external", metavar="NAME=COMMAND", multiple=True,
              help="A command as a parser: `mine=./mine {input} {output}`.")  # fmt: skip
@click.option("--time-limit", metavar="SECONDS", type=Read(_bench.seconds), default="300",
              help="Of a run; by default 300.")  # fmt: skip
@click.option("--memory-limit", metavar="SIZE", type=Read(_types.size), default="8GiB",
              help="Of a run; by default 8GiB.")  # fmt: skip
@click.option("-j", "--jobs", metavar="N", type=click.IntRange(min=1), default=1,
              help="Runs at the same time; speeds compare only with one.")  # fmt: skip
@click.option("--again", is_flag=True, help="Run also what has an answer already.")
@click.option("-o", "--output", "out", metavar="FOLDER", required=True, help="Folder of the results.")
@click.option("-q", "--quiet", is_flag=True, help="Do not say what each run did.")
def run(parsers: list[Entry], datasets: tuple[str, ...], out: str, quiet: bool, **given: Any) -> int:
    """Let parsers answer and keep the answers.

    Each run has a process of its own. What has an answer is not run again; a run that fails or meets a
    limit is kept as such. Without labelled logs in the data folder it runs on made-up ones.
    """
    from logcli.bench import runs

    data = _datasets.data_folder(given["data"])
    entries = [*parsers, *_bench.externals(given["external"])] or _bench.all_parsers()
    names = _bench.logs(data, datasets)
    settings = ("default", "tuned") if given["settings"] == "both" else (given["settings"],)
    tasks = runs.plan(entries, names, settings, data, Path(out), given["lines"] or (None,))
    limits = runs.Limits(given["time_limit"], given["memory_limit"])
    finished = 0
    for number, done in enumerate(runs.run(tasks, limits, jobs=given["jobs"], again=given["again"]), 1):
        finished += done.record["status"] == "finished"
        if not quiet:
            click.echo(_bench.told(done, number, len(tasks)), err=True)
    click.echo(f"runs {len(tasks)} = finished {finished} + not {len(tasks) - finished}", err=True)
    return 0 if finished else 1


@command.command()
@_results
@_bench.judging
@_bench.data
@click.option("--by", metavar="A,B", type=Read(_types.names), default="parser",
              help="A row for each: parser, dataset, settings, part, lines.")  # fmt: skip
@options.writing
@options.manners
def score(results: str, by: tuple[str, ...], **given: Any) -> None:
    """Score the answers of a results folder against a truth.

    Without `--by dataset` a row is the mean over datasets, once over runs that finished and once with the
    others as 0.
    """
    from logcli.commands import _output

    table = _bench.scored(results, given)
    output = _output.Output(given)
    shown = _bench.shown(table, by)
    if output.sink.name == "table":
        shown = _bench.rounded(shown)
    output.write(iter(shown.to_batches()), shown.schema)


@command.command()
@click.argument("base", type=click.Path(exists=True, file_okay=False))
@click.argument("head", type=click.Path(exists=True, file_okay=False))
@_bench.judging
@_bench.data
@click.option("--tolerance", metavar="METRIC=X", multiple=True, type=Read(_bench.tolerance),
              help="How much worse is fine: `ga=0.01`; `parse_seconds=1.5` is a factor.")  # fmt: skip
@options.writing
@options.manners
def compare(base: str, head: str, tolerance: tuple[tuple[str, float], ...], **given: Any) -> int:
    """Say what changed between two results folders.

    The exit code is 3 if a metric became worse than tolerated.
    """
    from logcli.bench import compare as comparing
    from logcli.commands import _output

    tolerances = comparing.TOLERANCES | dict(tolerance)
    changes = comparing.compare(_bench.scored(base, given), _bench.scored(head, given), tolerances)
    table, output = comparing.table(changes), _output.Output(given)
    output.write(iter(table.to_batches()), table.schema)
    worse = sum(change.worse for change in changes)
    click.echo(f"changes {len(changes)}; worse {worse}", err=True)
    return 3 if worse else 0


@command.command()
@_results
@_bench.judging
@_bench.data
@click.option("-o", "--output", metavar="FILE.html", required=True, cls=Option, section="Output",
              help="The page to write.")  # fmt: skip
def report(results: str, output: str, **given: Any) -> None:
    """Write a page with tables and pictures.

    Box plots; accuracy by frequency, by number of values and by volume; time by volume; accuracy against
    speed. Published figures stand beside ours, marked as such.
    """
    from logcli.bench import report as reporting
    from logcli.bench import runs
    from logcli.output import open_output

    table = _bench.scored(results, given | {"parts": True})
    about = _bench.about(runs.records(Path(results)))
    text = reporting.page(table.to_pylist(), about)
    with open_output(output) as out:
        out.write(text.encode())
