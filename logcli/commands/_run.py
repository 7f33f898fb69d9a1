"""From options to a run of the pipeline, and from its account to what is said and the exit code."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from logcli import errors
from logcli.errors import LogcliError, UsageError

if TYPE_CHECKING:
    from logcli.accounting import Account
    from logcli.filters import Filter
    from logcli.moments import Moment
    from logcli.pipeline import Request, Run

Options = Mapping[str, Any]

_PROGRESS = "logcli.progress"
# Options that are fields of a request by the same name.
_SAME = (
    *("format", "tz", "year", "merge", "shift", "max_line", "head", "jobs", "strict"),
    *("grain", "template_style"),
)


def inputs(targets: Sequence[str]) -> tuple[str, ...]:
    """The targets, or standard input; on a terminal without either the short help, and exit code 2."""
    if targets or not sys.stdin.isatty():
        return tuple(targets) or ("-",)
    context = click.get_current_context()
    formatter = context.make_formatter()
    context.command.format_usage(context, formatter)
    context.command.format_examples(context, formatter)  # type: ignore[attr-defined]
    click.echo(formatter.getvalue().rstrip(), err=True)
    hint = "name a file, or send it a log through a pipe"
    raise UsageError("nothing to read: standard input is a terminal", hint=hint)


def request(targets: Sequence[str], options: Options, **more: Any) -> Request:
    """What the options ask for; wrong combinations are a UsageError."""
    from logcli.output import check
    from logcli.pipeline import Request

    _check(options)
    if options.get("save_model"):
        check(options["save_model"])
    asked = {name: options[name] for name in _SAME if name in options}
    if "parser" in options:
        asked["parser"], asked["parameters"] = options["parser"]
        asked["model"] = Path(options["model"]) if options["model"] else None
        # A setting gives way to a model, as that of a parser does.
        corrections = None if options["model"] else options["corrections"]
        asked["corrections"] = Path(corrections) if corrections else None
    return Request(targets=inputs(targets), filter=_filter(options), **asked, **more)


def _check(options: Options) -> None:
    if options.get("model"):
        for name in ("parser", "grain", "corrections", "save_model"):
            if _given(name):
                flag = name.replace("_", "-")
                why = "a model knows its parser and does not change"
                raise UsageError(f"`--model` and `--{flag}` exclude each other", why=why)


def _given(name: str) -> bool:
    source = click.get_current_context().get_parameter_source(name)
    return source is click.core.ParameterSource.COMMANDLINE


def _filter(options: Options) -> Filter | None:
    names = ("level", "since", "until", "grep", "exclude")
    if not any(options.get(name) for name in names):
        return None
    from logcli.filters import Filter

    wanted = {name: options[name] for name in names}
    for name in ("since", "until"):
        wanted[name] = _moment(name, options)
    return Filter(**wanted)


def _moment(name: str, options: Options) -> Moment | None:
    from zoneinfo import ZoneInfo

    from logcli.moments import parse_moment

    if not options[name]:
        return None
    try:
        return parse_moment(options[name], ZoneInfo(options["tz"]), latest=name == "until")
    except UsageError as error:
        error.where = f"--{name} {options[name]}"
        raise


@contextmanager
def running(asked: Request, options: Options) -> Iterator[Run]:
    """A run with its progress on standard error, and at its end the account of what it read."""
    from logcli import warmup
    from logcli.memory import frugal
    from logcli.pipeline import Run
    from logcli.progress import Progress

    frugal()
    progress = Progress(sys.stderr, _shows_progress(options))
    click.get_current_context().meta[_PROGRESS] = progress
    began = time.monotonic()

    def say(text: str) -> None:
        progress.clear()
        if not options["quiet"]:
            click.echo(f"note: {errors.visible(text)}", err=True)

    try:
        with Run(asked, progress, say) as run:
            warmup.ensure(say)
            yield run
    finally:
        progress.stop()
    if not options["quiet"]:
        _tell(run.account, asked)
    if options["verbose"]:
        seconds = time.monotonic() - began
        click.echo(f"took {seconds:.2f} s, {run.account.input_bytes / seconds / 1e6:,.0f} MB/s", err=True)


def settled(chunks: Iterable[Any]) -> Iterator[Any]:
    """The same chunks; when the first one goes to a terminal, the progress line leaves it for good."""
    for chunk in chunks:
        if sys.stdout.isatty():
            click.get_current_context().meta[_PROGRESS].stop()
        yield chunk


def _shows_progress(options: Options) -> bool:
    if options["progress"] is not None:
        return bool(options["progress"])
    return sys.stderr.isatty() and not options["quiet"]


def _tell(account: Account, asked: Request) -> None:
    click.echo(account.line(), err=True)
    for text in account.warnings():
        click.echo(f"warning: {errors.visible(text)}", err=True)
    for text in (*account.notes, *_emptied(account, asked)):
        click.echo(f"note: {errors.visible(text)}", err=True)


def _emptied(account: Account, asked: Request) -> list[str]:
    """A word on the commonest mistake: times relative to now on a log of long ago."""
    moments = (asked.filter.since, asked.filter.until) if asked.filter else ()
    if account.kept or not account.filtered:
        return []
    texts = [moment.text for moment in moments if moment and moment.anchor == "now"]
    return [f"`{text}` counts from now, `end-1h` would count from the log's last record" for text in texts]


def outcome(account: Account, options: Options) -> int:
    """The exit code: was all input there, did anything match, and did a gate fire."""
    for text in account.losses():
        click.echo(f"error: {errors.visible(text)}", err=True)
    if account.records and not account.matched:
        what = f"no record matched, of {account.records:,}"
        raise LogcliError(what, hint="`logcli inspect FILE` shows which formats come near")
    fired = [reason for gate in options.get("fail_on", ()) if (reason := gate.fires(account))]
    for reason in fired:
        click.echo(f"error: {reason} (--fail-on)", err=True)
    if fired:
        return errors.GATE
    return errors.FAILED if account.damaged else errors.OK
