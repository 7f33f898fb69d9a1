"""Show the kinds of lines in a log: templates with their counts."""

from __future__ import annotations

import json
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
    ("logcli templates host.log --params", "what stands in their slots: types, ranges"),
    ("logcli templates host.log --explain 7491", "why these lines are one kind"),
    ("logcli templates web.log --save-model web.model", "keep it for `--model`"),
)
@options.targets
@options.reading
@options.filtering
@options.learning
@click.option("--sort", type=click.Choice(list(_ORDERS)), default="count", cls=Option, section="Output",
              help="Order: most frequent, rarest, first seen or last seen first.")  # fmt: skip
@click.option("--params", "values", is_flag=True, cls=Option, section="Templates",
              help="A row for each slot, with what stands in it; reads the log twice.")  # fmt: skip
@click.option("--explain", metavar="ID", cls=Option, section="Templates",
              help="Why the lines of one template were put together; ID is its beginning.")  # fmt: skip
@click.option("--top", metavar="N", type=click.IntRange(min=1), cls=Option, section="Output",
              help="Only the first N templates of that order, or the first N facts of a kind.")  # fmt: skip
@options.fields
@options.writing
@options.manners
def command(targets: tuple[str, ...], fields: tuple[str, ...] | None, **given: Any) -> int:
    """Show the kinds of lines in a log: templates with their counts.

    A template is a line's constant text with `<*>` for each value. Counts add up to the records kept.
    """
    from logcli import schema
    from logcli.commands import _explain, _output, _run
    from logcli.selection import Selection

    if given["explain"] is not None:
        return _explain.explain(targets, given)
    kind = _slots_schema() if given["values"] else schema.TEMPLATE
    selection = Selection(fields or kind.names, kind)
    output = _output.Output(given)
    with _run.running(_run.request(targets, given), given) as run:
        table = _ordered(run.templates(values=given["values"]), given["sort"])[: given["top"]]
        table = _slots(table) if given["values"] else table
        output.write(selection(_run.settled(table.to_batches())), selection.schema)
        if given["save_model"]:
            run.save_model(Path(given["save_model"]))
    return _run.outcome(run.account, given)


def _ordered(table: pa.Table, sort: str) -> pa.Table:
    column, order = _ORDERS[sort]
    return table.sort_by([(column, order), ("first_line", "ascending")])


def _slots_schema() -> pa.Schema:
    import pyarrow as pa

    text, number = pa.string(), pa.float64()
    columns = [("template_id", text), ("slot", pa.int64()), ("type", text), ("distinct", pa.int64())]
    columns += [("min", number), ("max", number), ("top", text), ("template", text)]
    return pa.schema(columns, metadata={"logcli.schema": "logcli.slots/1"})


def _slots(table: pa.Table) -> pa.Table:
    """A row for each slot of each template; `top` is JSON, values with their counts."""
    import pyarrow as pa

    rows = []
    for template in table.select(["template_id", "template", "slots"]).to_pylist():
        for number, slot in enumerate(json.loads(template.pop("slots") or "[]"), 1):
            top = json.dumps(slot["top"], ensure_ascii=False)
            rows.append({**template, **slot, "slot": number, "top": top})
    return pa.Table.from_pylist(rows, _slots_schema())
