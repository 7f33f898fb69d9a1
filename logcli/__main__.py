"""The command `logcli`: finds commands by file name, prints errors, sets the exit code."""

from __future__ import annotations

import ast
import importlib
import os
import re
import signal
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

import click

from logcli import errors, registry
from logcli.commands._command import Group
from logcli.commands._types import setting_place
from logcli.errors import LogcliError, UsageError

_FOLDER = Path(__file__).parent / "commands"
# What the commands are for (their constant `JOB`), in the order of the help.
_JOBS = ("read logs", "look closer", "compare parsers", "what there is", "set up")
_EXAMPLES = (
    ("logcli templates app.log", "what kinds of lines there are"),
    ("logcli inspect app.log", "which format it is, and why"),
    ("logcli parse app.log -o app.parquet", "lines to a table with typed columns"),
    ("zcat old.gz | logcli parse -l warn", "warnings and worse, as JSON lines"),
)
# Flags of other tools, and what does the same here.
_HABITS = {
    "--filter": "filter with `--grep RE`, `--level LEVEL`, `--since TIME` or `--until TIME`",
    "--where": "filter with `--grep RE`, `--level LEVEL`, `--since TIME` or `--until TIME`",
    "--query": "filter with `--grep RE`, `--level LEVEL`, `--since TIME` or `--until TIME`",
    "--from": "the format of the log is `-f/--format`, the first time to keep is `-S/--since`",
    "--to-format": "the kind of output is `-t/--to`",
    "--output-format": "the kind of output is `-t/--to`",
    "--input-format": "the format of the log is `-f/--format`",
    "--invert-match": "records to leave out are `--not RE`",
    "--regexp": "a regular expression is `-g/--grep RE`",
    "--lines": "the log's first records are `-n/--head N`",
    "--tail": "the log's end is `--since end-10m`, or pipe it: `tail -n 1000 FILE | logcli …`",
    "--sort": "only `logcli templates` sorts; records keep the log's order, `--merge` orders files by time",
    "--threads": "the number of jobs is `-j/--jobs`",
    "--timezone": "the zone of times without one is `--tz ZONE`",
    "--drain": "templates are a command: `logcli templates -p drain FILE`",
    "--csv": "name the output: `-t csv`",
    "--columns": "columns to show are `-k/--fields`",
    "--select": "columns to show are `-k/--fields`",
}


class Terminated(BaseException):
    """The process was asked to end; raised so that temporary files are removed on the way out."""


class Commands(Group):
    """Commands are the files of a folder; only the one that is asked for is imported."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(path.stem for path in _FOLDER.glob("*.py") if not path.stem.startswith("_"))

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in self.list_commands(ctx):
            return None
        module = importlib.import_module(f"logcli.commands.{name}")
        return module.command  # type: ignore[no-any-return]

    def unknown(self, ctx: click.Context, word: str, near: str) -> UsageError:
        if near or not (word == "-" or "/" in word or "." in word or os.path.lexists(word)):
            return super().unknown(ctx, word, near)
        why = "the first word says what to do"
        return UsageError(f"`{word}` is not a command", why=why, hint=f"logcli templates {word}")

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        abouts = {name: _about(name) for name in self.list_commands(ctx)}
        for job in _JOBS:
            rows = [(name, about) for name, (of, about) in abouts.items() if of == job]
            if rows:
                with formatter.section(job.capitalize()):
                    formatter.write_dl(rows)


@cache
def _about(name: str) -> tuple[str, str]:
    """Job and first docstring line of a command, without importing it."""
    tree = ast.parse((_FOLDER / f"{name}.py").read_text(encoding="utf-8"))
    values = {ast.unparse(node.targets[0]): node.value for node in tree.body if isinstance(node, ast.Assign)}
    about = (ast.get_docstring(tree) or "").split("\n")[0].rstrip(".")
    return ast.literal_eval(values["JOB"]), about


def _version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if not wanted or ctx.resilient_parsing:
        return
    from importlib.metadata import version

    number = version("logcli-analytics")
    if "--json" in sys.argv:
        import json
        import platform

        facts = {"schema": "logcli.version/1", "version": number, "python": platform.python_version()}
        number = json.dumps({**facts, "platform": platform.platform()})
    click.echo(number)
    ctx.exit()


group = Commands(
    "logcli",
    examples=_EXAMPLES,
    help="Turn raw logs into structured tables and answers.",
    params=[
        click.Option(["--version"], is_flag=True, is_eager=True, expose_value=False, callback=_version,
                     help="Show the version (with `--json`: of Python, too)."),
        click.Option(["--json"], is_flag=True, expose_value=False, hidden=True),
    ],
)  # fmt: skip


# --- from what went wrong to a message and an exit code -----------------------------------------


def run(args: Sequence[str]) -> int:
    """Run a command line; the exit code."""
    debug = "--debug" in args or bool(os.environ.get("LOGCLI_DEBUG"))
    try:
        code = _invoke(list(args))
        sys.stdout.flush()
        return code
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return errors.USAGE
    except BrokenPipeError:
        _silence_stdout()
        return errors.BROKEN_PIPE
    except (KeyboardInterrupt, click.Abort):
        return errors.INTERRUPTED
    except Terminated as stop:
        return 128 + int(stop.args[0])
    except Exception as error:
        if debug:
            import traceback

            traceback.print_exc()
        failure = _as_failure(error)
        click.echo(failure.report(), err=True)
        return failure.code


def _invoke(args: list[str]) -> int:
    name = Path(sys.argv[0]).stem
    name = name if name == "lgc" else "logcli"
    completion = f"_{name.upper()}_COMPLETE"
    if completion in os.environ:
        group.main(args, prog_name=name, complete_var=completion)
    # Not `group.main`: it has exit codes of its own for interrupts and broken pipes.
    with group.make_context(name, args) as context:
        return group.invoke(context) or errors.OK


def _as_failure(error: Exception) -> LogcliError:
    if isinstance(error, LogcliError):
        return error
    if isinstance(error, click.ClickException):
        return _usage(error)
    if isinstance(error, MemoryError):
        return LogcliError("out of memory", hint="fewer jobs need less: `--jobs 1`")
    if isinstance(error, OSError) and error.errno:
        return LogcliError((error.strerror or str(error)).lower(), where=str(error.filename or ""))
    return LogcliError(
        f"internal error: {type(error).__name__}: {error}",
        why="a fault of logcli, not of your input",
        hint="run it again with `--debug` and report what that shows, with `logcli --version --json`",
    )


def _usage(error: click.ClickException) -> UsageError:
    context = getattr(error, "ctx", None)
    help_hint = f"`{context.command_path} --help` shows what it takes" if context else ""
    if isinstance(error, click.NoSuchOption):
        name = error.option_name
        near = registry.nearest(name, error.possibilities or [])
        return UsageError(f"no such option `{name}`", hint=_HABITS.get(name) or near or help_hint)
    place = setting_place(getattr(error, "param", None), context)
    what, _, why = error.format_message().rstrip(".").partition(": ")
    return UsageError(_plain(what), why=_plain(why), where=place, hint=help_hint)


def _plain(text: str) -> str:
    """click's sentence in our manner: lower case, literals in backticks."""
    text = text.replace("valid integer range", "whole number")
    return re.sub(r"'([^']*)'", r"`\1`", text[:1].lower() + text[1:])


def _silence_stdout() -> None:
    """What is still buffered for the closed pipe goes nowhere, so that the exit stays silent."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115


def _terminate(number: int, _: Any) -> NoReturn:
    raise Terminated(number)


def main() -> NoReturn:
    """Entry point of the commands `logcli` and `lgc`."""
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name) and signal.getsignal(getattr(signal, name)) is signal.SIG_DFL:
            signal.signal(getattr(signal, name), _terminate)
    # A closed descriptor 1 or 2 must not become the next file that is opened.
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115
    if sys.stdout is None:
        click.echo(LogcliError("standard output is closed").report(), err=True)
        sys.exit(errors.FAILED)
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
