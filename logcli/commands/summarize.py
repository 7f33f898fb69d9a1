"""Tell on one screen what is in a log, what is rare, new or wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from logcli.commands import _options as options
from logcli.commands._command import Option, with_examples
from logcli.errors import UsageError

if TYPE_CHECKING:
    from logcli.pipeline import Run

JOB = "look closer"
_KINDS = ("table", "json", "markdown")


@with_examples(
    ("logcli summarize orders.log", "what it is, what is rare, new or wrong"),
    ("logcli summarize *.log", "several files as one log"),
    ("logcli summarize orders.log -S end-1h", "the log's last hour"),
    ("logcli summarize orders.log -o page.md", "as Markdown, for a ticket"),
    ("logcli summarize orders.log --json", "for programs"),
)
@options.targets
@options.reading
@options.filtering
@options.learning
@click.option("--top", metavar="N", type=click.IntRange(min=1), cls=Option, section="Output",
              help="So many of everything that is listed, instead of a few.")  # fmt: skip
@options.writing
@options.manners
def command(targets: tuple[str, ...], top: int | None, **given: Any) -> int:
    """Tell on one screen what is in a log, what is rare, new or wrong.

    Format and account, time span and silences, volume, severities, services, templates (the commonest,
    the rarest, those first seen in the last tenth of the time), errors with an example, values that vary.
    Errors are records of severity ERROR and worse and, where there is no severity, of templates that speak of
    an error. The log is read twice; with --model once.
    """
    from logcli.analysis.summary import Shown, Summary
    from logcli.commands import _run
    from logcli.output import open_output

    kind, target = _destination(given)
    with _run.running(_run.request(targets, given, columns=Summary.columns), given) as run:
        summary = Summary()
        for batch in run.parsed():
            summary.update(batch)
        facts = summary.facts(run.account, _names(run), Shown(top, top) if top else Shown())
        if given["save_model"]:
            run.save_model(Path(given["save_model"]))
        with open_output(target, dressed=True) as out:
            for chunk in _run.settled([_written(kind, facts).encode("utf-8", "replace")]):
                out.write(chunk)
    return _run.outcome(run.account, given)


def _destination(given: dict[str, Any]) -> tuple[str, str]:
    """Kind of output and where it goes; wrong options are a UsageError."""
    from logcli import output

    if given["template_style"] != "lossless":
        raise UsageError("values are those of lossless templates", hint="leave out `--template-style`")
    kind, target = output.choose(given["to"], given["output"], tty=False)
    if kind not in _KINDS:
        hint = "it is text, `--json` or `-t markdown`; `logcli templates` writes tables"
        raise UsageError(f"a summary cannot be written as `{kind}`", hint=hint)
    output.check(target)
    return kind, target


def _names(run: Run) -> list[str]:
    return [stream.name for stream in run.streams]


def _written(kind: str, facts: dict[str, Any]) -> str:
    from logcli.analysis import summary_page

    if kind == "json":
        # beyond ASCII escaped: what stands in a log cannot drive a terminal
        return json.dumps({"schema": "logcli.summary/1", "data": facts}, indent=1) + "\n"
    return summary_page.markdown(facts) if kind == "markdown" else summary_page.text(facts)
