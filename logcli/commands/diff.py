"""Compare two logs: what explains that one failed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from logcli import errors
from logcli.commands import _options as options
from logcli.commands import _run, _types
from logcli.commands._command import Option, with_examples
from logcli.errors import UsageError

if TYPE_CHECKING:
    from logcli.accounting import Account
    from logcli.compared import Compared
    from logcli.comparing import Pair
    from logcli.differences import Finding
    from logcli.request import Request

JOB = "look closer"
_NEW = "new"


def _condition(text: str) -> Any:
    """`new`, or a condition on the account."""
    return _NEW if text.strip() == _NEW else _types.condition(text)


def _manners(function: Any) -> Any:
    """The manners of all commands; one can also fail on new lines."""
    function = options.manners(function)
    for param in function.__click_params__:
        if param.name == "fail_on":
            param.type = _types.Read(_condition)
            param.help = "Exit with 3 if so: `new` (lines that only BAD has), `unmatched>5%`, `damaged`."
    return function


@with_examples(
    ("logcli diff orders.log app.log", "why app.log failed"),
    ("logcli diff '*.log' app.log --top 3", "against all other logs"),
    ("logcli diff orders.log --at 2026-03-02T10:00", "what changed at ten"),
    ("logcli diff orders.log app.log -t jsonl", "all, for programs"),
    ("logcli diff web.log --at end-1h --fail-on new", "exit 3 on new lines"),
)
@click.argument("files", metavar="[GOOD]... BAD", nargs=-1, type=click.Path())
@click.option("--baseline", metavar="FILE", multiple=True, type=click.Path(), cls=Option, section="Input",
              help="Another good log; may be given several times.")  # fmt: skip
@click.option("--at", metavar="TIME", cls=Option, section="Input",
              help="Compare what one log says before and after: `10:30`, `end-1h`.")  # fmt: skip
@options.reading
@options.filtering
@options.learning
@click.option("--top", metavar="N", type=click.IntRange(min=1), cls=Option, section="Output",
              help="Only the first N differences; text shows 10.")  # fmt: skip
@options.fields
@options.writing
@_manners
def command(
    files: tuple[str, ...], baseline: tuple[str, ...], fields: tuple[str, ...] | None, **given: Any
) -> int:
    """Compare two logs: what explains that one failed.

    GOOD is a file, folder or glob, several of them, or `--baseline`; BAD is the log to explain. Templates
    are learnt over all together. What is new comes first, words of error before all.
    """
    from logcli import differences
    from logcli.commands._output import Output
    from logcli.selection import Selection

    good, bad = _named(files, baseline, given)
    selection = Selection(fields or differences.SCHEMA.names, differences.SCHEMA)
    output = Output(given) if _table(given) or fields else None
    pair = _pair(good, bad, given)
    found = _compare(pair, given)
    if output:
        rows = differences.table(found[: given["top"]])
        output.write(selection(_run.settled(rows.to_batches())), selection.schema)
    else:
        _write(found, pair, given)
    return int(given["outcome"])


def _named(files: tuple[str, ...], baseline: tuple[str, ...], given: dict[str, Any]) -> tuple[list[str], str]:
    """The baselines and the log to explain; wrong combinations are a UsageError."""
    if not files:
        raise UsageError("no log is named", hint="write `logcli diff GOOD BAD`")
    *first, bad = files
    good = [*first, *baseline]
    if given["head"] is not None:
        raise UsageError("`--head` would cut the log to explain", hint="select by `--since` and `--until`")
    if given["at"] and good:
        raise UsageError("`--at` parts one log in two, so only one may be named")
    if not given["at"] and not good:
        hint = f"write `logcli diff GOOD {bad}`, or `--at TIME` to part one log in two"
        raise UsageError("one log is named, and nothing to compare it with", hint=hint)
    return good, bad


def _table(given: dict[str, Any]) -> bool:
    return bool(given["to"]) or given["output"] not in (None, "-")


def _pair(good: list[str], bad: str, given: dict[str, Any]) -> Pair:
    from logcli.comparing import Pair

    if not given["at"]:
        return Pair(good, bad)
    moment = _run._moment("at", given)
    if moment is not None and moment.anchor in ("start", "end"):
        moment = moment.resolve(*_span(bad, given))
    return Pair([], bad, moment.ns if moment else None)


def _span(bad: str, given: dict[str, Any]) -> tuple[int | None, int | None]:
    """First and last time of a log."""
    import pyarrow.compute as pc

    from logcli.pipeline import Run

    known: list[int] = []
    with Run(_run.request([bad], given, columns=("time_unix_nano",))) as run:
        if not run.streams[0].rereadable:
            raise UsageError("a pipe has no start or end to count from", hint="name a time, or a file")
        for batch in run.records():
            ends = pc.min_max(batch.column("time_unix_nano").cast("int64")).as_py()
            known += [end for end in ends.values() if end is not None]
    return (min(known), max(known)) if known else (None, None)


def _compare(pair: Pair, given: dict[str, Any]) -> list[Finding]:
    """All findings; leaves the exit code in `given`."""
    from logcli import compared, differences

    sides = compared.Compared()
    asked = _request(pair, given)
    with _run.running(asked, given) as run:
        for batch in run.parsed():
            sides.update(batch, pair.sides(batch))
        if given["save_model"]:
            run.save_model(Path(given["save_model"]))
    pair.check(sides, run.scanner.inputs.values())
    given["outcome"] = _outcome(run.account, sides, given)
    return differences.findings(sides, int(sides.last.max()))


def _request(pair: Pair, given: dict[str, Any]) -> Request:
    from logcli.compared import COLUMNS

    def say(text: str) -> None:
        if not given["quiet"]:
            click.echo(f"note: {errors.visible(text)}", err=True)

    if pair.left_out:
        say(f"`{pair.bad.name}` is the log to explain, and no baseline")
    return pair.request(_run.request(pair.targets, given, columns=COLUMNS), say)


def _outcome(account: Account, sides: Compared, given: dict[str, Any]) -> int:
    """The exit code."""
    gates = tuple(gate for gate in given["fail_on"] if gate != _NEW)
    code = _run.outcome(account, {**given, "fail_on": gates})
    new = int(sides.counts[1][sides.counts[0] == 0].sum())
    if new and _NEW in given["fail_on"]:
        click.echo(f"error: {new:,} new records (--fail-on)", err=True)
        return errors.GATE
    return code


def _write(found: list[Finding], pair: Pair, given: dict[str, Any]) -> None:
    from logcli.commands import _diff
    from logcli.commands._pager import paged
    from logcli.output import open_output

    names = f"`{pair.bad.name}` before and after" if pair.at is not None else pair.title
    with paged(given["pager"]), open_output("-") as out:
        for chunk in _run.settled([_diff.text(found, given["top"], names).encode()]):
            out.write(chunk)
