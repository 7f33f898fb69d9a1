"""Draw counts over time: by severity, template or any field."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from logcli.commands import _options as options
from logcli.commands._command import Option, with_examples
from logcli.commands._types import Read
from logcli.errors import LogcliError, UsageError

if TYPE_CHECKING:
    import pyarrow as pa

    Groups = Callable[[pa.RecordBatch], pa.Array]

    from logcli.analysis.timeline import Timeline
    from logcli.commands._output import Output
    from logcli.pipeline import Run

JOB = "look closer"
_WIDTH = 80
# Rows that are drawn, and bins that are written where nothing is said of them.
_TOP, _BINS = 20, 60
_COLUMNS = {
    "severity": ("time_unix_nano", "severity_number"),
    "template": ("time_unix_nano", "template"),
}
_MIN_NS = 1_000_000


def span(text: str) -> int:
    """Nanoseconds of a span such as `5m`."""
    from logcli.moments import span_ns

    found = span_ns(text.strip().lower())
    if not found:
        raise UsageError(f"`{text}` is not a span of time", hint="write `--every 5m`, `1h` or `30s`")
    if found < _MIN_NS or found > 1 << 61:
        raise UsageError(f"`{text}` is no width that can be drawn", hint="write 1ms or more, such as `5m`")
    return found


@with_examples(
    ("logcli timeline orders.log", "how many records of each severity, and when"),
    ("logcli timeline *.log --by service.name", "by a field or attribute"),
    ("logcli timeline web.log --by template --top 5", "the five commonest kinds of lines"),
    ("logcli timeline web.log --every 1h -t csv", "a row for each hour and severity"),
    ("logcli timeline orders.log -g charge", "only of some records"),
)
@options.targets
@options.reading
@options.filtering
@options.learning
@click.option("--by", metavar="WHAT", default="severity", cls=Option, section="Output",
              help="Groups: `severity`, `template`, a column or a key of attributes.")  # fmt: skip
@click.option("--every", metavar="SPAN", type=Read(span), cls=Option, section="Output",
              help="Width of the bins, `5m`, `1h`; by default one that fits the log.")  # fmt: skip
@click.option("--top", metavar="N", type=click.IntRange(min=1), cls=Option, section="Output",
              help="Only the N commonest groups, the others together; a table shows 20.")  # fmt: skip
@options.writing
@options.manners
def command(targets: tuple[str, ...], by: str, every: int | None, top: int | None, **given: Any) -> int:
    """Draw counts over time: by severity, template or any field.

    A row for each group: its total, its highest bin and its course, as high as that bin; a blank is a time
    without records. Times are UTC. Other kinds of output have a row for each bin and group that has records:
    start, group, count. With `--by template` the log is read twice.
    """
    from logcli.analysis.timeline import TIMELINE, Timeline
    from logcli.commands import _output, _run

    output = _output.Output(given)
    needs, groups, missing = _groups(by, given)
    timeline = Timeline(by, every)
    with _run.running(_run.request(targets, given, columns=needs), given) as run:
        for batch in _batches(run, by):
            timeline.update(batch.column("time_unix_nano"), groups(batch))
        _note(run, timeline, missing())
        if given["save_model"]:
            run.save_model(Path(given["save_model"]))
        if output.sink.name == "table":
            _draw(timeline.picture(output.sink.dress.width or _WIDTH, top or _TOP), output)
        else:
            table = timeline.table(_BINS, top)
            output.write(_run.settled(table.to_batches()), TIMELINE)
    return _run.outcome(run.account, given)


def _groups(by: str, given: dict[str, Any]) -> tuple[tuple[str, ...], Groups, Callable[[], list[str]]]:
    """Columns that are needed, what gives the groups of a batch, and what gives a word on a missing field."""
    from logcli import schema
    from logcli.selection import Selection

    if by != "template" and given["save_model"]:
        raise UsageError("`--save-model` needs `--by template`", why="nothing is learnt for other groups")
    if by in _COLUMNS:
        return _COLUMNS[by], _severities if by == "severity" else lambda batch: batch.column(by), list
    selection = Selection([by], schema.RECORD)
    if by in ("attributes", "resource"):
        raise UsageError(f"`{by}` is many fields", hint="name one of its keys (`logcli inspect FILE`)")
    needs = tuple(dict.fromkeys(("time_unix_nano", *selection.needs)))
    return needs, lambda batch: next(selection(iter([batch]))).column(0), selection.missing


def _severities(batch: pa.RecordBatch) -> pa.Array:
    import pyarrow as pa

    from logcli import arrays, schema

    ranks = (arrays.values(batch.column("severity_number")).astype("int32") + 3) >> 2
    return pa.DictionaryArray.from_arrays(arrays.numbers(ranks), arrays.texts(schema.SEVERITIES))


def _batches(run: Run, by: str) -> Iterator[pa.RecordBatch]:
    return run.parsed() if by == "template" else run.records()


def _note(run: Run, timeline: Timeline, notes: list[str]) -> None:
    """What is missing in the picture; an error if that is all."""
    if timeline.bins.total:
        if timeline.timeless:
            notes.append(f"{timeline.timeless:,} records have no time and are left out")
        for note in notes:
            run.account.note(note)
        return
    if not run.account.records:
        raise LogcliError("nothing to draw", why="the input has no records")
    if not run.account.kept:
        raise LogcliError("nothing to draw", why=f"none of {run.account.records:,} records is kept")
    hint = "`logcli inspect FILE` shows the format that was found; `-f` names another"
    raise LogcliError("no record has a time", why=f"{timeline.timeless:,} records were read", hint=hint)


def _draw(text: str, output: Output) -> None:
    from logcli.commands import _run
    from logcli.output import open_output

    with open_output(output.target, dressed=True) as out:
        for chunk in _run.settled([text.encode()]):
            out.write(chunk)
