"""The options that commands share, each defined once."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

import click

from logcli.commands import _types
from logcli.commands._command import Option
from logcli.commands._types import Read

Decorator = Callable[[Any], Any]


def _option(section: str, *names: str, **settings: Any) -> Decorator:
    return click.option(*names, cls=Option, section=section, **settings)


def _all(*decorators: Decorator) -> Decorator:
    """One decorator of several; the help keeps their order."""
    return lambda function: reduce(lambda made, decorate: decorate(made), reversed(decorators), function)


targets = click.argument("targets", metavar="[FILE]...", nargs=-1, type=click.Path())
target = click.argument("target", metavar="FILE", type=click.Path())

reading = _all(
    _option("Input", "-f", "--format", metavar="NAME", default="auto", type=Read(_types.log_format),
            help="Format of the log, by default found by itself (`logcli formats`)."),
    _option("Input", "--tz", metavar="ZONE", default="UTC", type=Read(_types.zone),
            help="Zone of times without one; by default UTC."),
    _option("Input", "--year", metavar="YYYY", type=click.IntRange(1678, 2261),
            help="Year of times without one; by default from the file's last change."),
    _option("Input", "--merge", is_flag=True, help="Merge the files by time."),
    _option("Input", "--shift", metavar="FILE=SPAN", multiple=True, type=Read(_types.shift),
            help="Correct a clock: `--shift db.log=+3s`."),
    _option("Input", "--max-line", metavar="SIZE", default="1MiB", type=Read(_types.size),
            help="Longer lines lose their end, which is counted; by default 1MiB."),
    _option("Input", "-n", "--head", metavar="N", type=click.IntRange(min=0),
            help="The log is its first N records; reading stops there."),
    _option("Input", "-j", "--jobs", metavar="N", type=click.IntRange(min=1),
            help="Parallel jobs; the answer is the same for any number."),
    _option("Input", "--strict", is_flag=True, help="The first line that does not match is an error."),
)  # fmt: skip

filtering = _all(
    _option("Records to keep", "-l", "--level", metavar="LEVEL", type=Read(_types.level),
            help="This level and worse: `-l warn`; this alone: `-l =warn`."),
    _option("Records to keep", "-S", "--since", metavar="TIME",
            help="From a time on: `10:30`, `yesterday`, `1h` (before now), `end-1h` (before the log ends)."),
    _option("Records to keep", "-U", "--until", metavar="TIME", help="Up to a time, this included."),
    _option("Records to keep", "-g", "--grep", metavar="RE", multiple=True, type=Read(_types.pattern),
            help="Body matches a regular expression; given twice, both."),
    _option("Records to keep", "--not", "exclude", metavar="RE", multiple=True,
            type=Read(_types.pattern), help="Body does not match."),
)  # fmt: skip

learning = _all(
    _option("Templates", "-p", "--parser", metavar="NAME[:KEY=VALUE,...]", default="shape",
            type=Read(_types.parser), help="What finds the templates (`logcli parsers`)."),
    _option("Templates", "--grain", type=click.Choice(["body", "shape"]),
            help="What it learns from: every distinct body, or shapes."),
    _option("Templates", "--corrections", metavar="FILE", type=click.Path(dir_okay=False),
            help="Correct the parser by example lines (README, \"When it is wrong\")."),
    _option("Templates", "--model", metavar="FILE", type=click.Path(exists=True, dir_okay=False),
            help="Use the templates of a saved model; reads the log once."),
    _option("Templates", "--save-model", metavar="FILE", type=click.Path(dir_okay=False),
            help="Save what was learnt."),
    _option("Templates", "--template-style", default="lossless",
            type=click.Choice(["lossless", "loghub", "loghub2"]),
            help="Spelling of templates; `loghub` as in the Loghub truth, `loghub2` of Loghub-2.0."),
)  # fmt: skip

fields = _option("Output", "-k", "--fields", metavar="A,B", type=Read(_types.names),
                 help="Columns to show, in this order; also keys of attributes.")  # fmt: skip

output = _option("Output", "-o", "--output", metavar="FILE",
                 help="Write a file; its ending says what: .jsonl .csv .parquet ...")  # fmt: skip

as_json = _option("Output", "--json", "as_json", is_flag=True, help="JSON, for programs.")

writing = _all(
    _option("Output", "-t", "--to", metavar="KIND",
            help="Kind of output: table, jsonl, csv, parquet ... (`logcli sinks`)."),
    output,
    _option("Output", "--json", "to", flag_value="json", help="Short for `--to json`."),
)  # fmt: skip

manners = _all(
    _option("Manners", "--fail-on", metavar="CONDITION", multiple=True, type=Read(_types.condition),
            help="Exit with 3 if so: `unmatched>5%`, `unreadable`, `damaged`."),
    _option("Manners", "-q", "--quiet", is_flag=True, help="No account, notes or progress."),
    _option("Manners", "-v", "--verbose", is_flag=True, help="Say what is being done."),
    _option("Manners", "--progress/--no-progress", default=None,
            help="Progress on standard error; by default on a terminal."),
    _option("Manners", "--color", default="auto", type=click.Choice(["auto", "always", "never"]),
            help="Colour; `auto` on a terminal, unless NO_COLOR is set."),
    _option("Manners", "--pager/--no-pager", " /-P", default=True,
            help="Page long output on a terminal (LOGCLI_PAGER, PAGER)."),
)  # fmt: skip
