"""Show the kinds of lines in a log: templates with their counts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from logcli.commands import _options as options
from logcli.commands._command import Option, with_examples

if TYPE_CHECKING:
    import pyarrow as pa

JOB = "read logs"
# Columns to sort by, with their order; ties by first line.
_ORDERS = {
    "count": ("count", "descending"),
    "rare": ("count", "ascending"),
    "first": ("first_line", "ascending"),
    "last": ("last_line", "descending"),
}


@with_examples(
    ("logcli templates web.log", "the kinds of lines, most frequent first"),
    ("logcli templates host.log --sort rare --top 10", "what hardly ever happens"),
    ("logcli templates *.log -l error -o errors.csv", "kinds of errors of several logs"),
    ("logcli templates orders.log -p drain:sim_th=0.5", "another parser, with a parameter"),
    ("logcli templates web.log --save-model web.model", "keep it for `--model`"),
)
@options.targets
@options.reading
@options.filtering
@options.learning
@click.option("--sort", type=click.Choice(list(_ORDERS)), default="count", cls=Option, section="Output",
              help="Order: most frequent, rarest, first seen or last seen first.")  # fmt: skip
@click.option("--top", metavar="N", type=click.IntRange(min=1), cls=Option, section="Output",
              help="Only the first N templates of that order.")  # fmt: skip
@options.fields
@options.writing
@options.manners
def command(
    targets: tuple[str, ...], sort: str, top: int | None, fields: tuple[str, ...] | None, **given: Any
) -> int:
    """Show the kinds of lines in a log: templates with their counts.

    A template is a line's constant text with `<*>` for each value. Counts add up to the records kept.
    """
    from logcli import schema
    from logcli.commands import _output, _run
    from logcli.selection import Selection

    selection = Selection(fields or schema.TEMPLATE.names, schema.TEMPLATE)
    output = _output.Output(given)
    with _run.running(_run.request(targets, given), given) as run:
        table = _ordered(run.templates(), sort)[:top]
        output.write(selection(iter(table.to_batches())), selection.schema)
        if given["save_model"]:
            run.save_model(Path(given["save_model"]))
    return _run.outcome(run.account, given)


def _ordered(table: pa.Table, sort: str) -> pa.Table:
    column, order = _ORDERS[sort]
    return table.sort_by([(column, order), ("first_line", "ascending")])
