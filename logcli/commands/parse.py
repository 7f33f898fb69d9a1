"""Turn log lines into a table of records, with templates and values."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from logcli.commands import _options as options
from logcli.commands._command import Option, with_examples

JOB = "read logs"
_TEMPLATE_COLUMNS = {"template_id", "template", "parameters"}


@with_examples(
    ("logcli parse web.log", "records as a table, piped as JSON lines"),
    ("logcli parse web.log -o web.parquet", "typed columns for pandas, DuckDB, polars"),
    ("logcli parse host.log -l warn -t csv", "warnings and worse, as CSV"),
    ("logcli parse *.log --merge -S end-10m", "the last ten minutes of all logs, by time"),
    ("logcli parse web.log -k time,client.address,body", "only these columns"),
)
@options.targets
@options.reading
@click.option("-F", "--follow", is_flag=True, cls=Option, section="Input", help="Go on as the files grow.")
@options.filtering
@click.option("--no-templates", "bare", is_flag=True, cls=Option, section="Templates",
              help="Leave templates out: one pass, output starts at once.")  # fmt: skip
@options.learning
@options.fields
@options.writing
@options.manners
def command(
    targets: tuple[str, ...], follow: bool, bare: bool, fields: tuple[str, ...] | None, **given: Any
) -> int:
    """Turn log lines into a table of records, with templates and values.

    Every line is accounted for: a line that fits no format stays as a record marked `unmatched`. The log
    is read twice, because a template is final only when the last line was seen; with --model, --no-templates
    or without template columns in -k once. Output is a table on a terminal and JSON lines in a pipe.
    """
    from logcli import schema
    from logcli.commands import _output, _run
    from logcli.selection import Selection

    _check(bare, given)
    bare = bare or bool(fields and not _TEMPLATE_COLUMNS & set(fields) and not given["save_model"])
    table = schema.RECORD if bare else schema.PARSED
    selection = Selection(fields or table.names, table)
    output = _output.Output(given, piped="jsonl")
    asked = _run.request(targets, given, follow=follow, columns=selection.needs)
    with _run.running(asked, given) as run:
        output.write(
            selection(_run.settled(run.records() if bare else run.parsed())), selection.schema, follow
        )
        for note in selection.missing():
            run.account.note(note)
        if given["save_model"]:
            run.save_model(Path(given["save_model"]))
    return _run.outcome(run.account, given)


def _check(bare: bool, given: dict[str, Any]) -> None:
    from logcli.errors import UsageError

    if bare and given["save_model"]:
        raise UsageError("`--save-model` and `--no-templates` exclude each other")
