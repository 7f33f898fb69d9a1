"""Show the raw lines of a template."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from logcli import registry
from logcli.commands import _options as options
from logcli.commands import _run
from logcli.commands._command import Option, with_examples
from logcli.commands._pager import paged
from logcli.errors import LogcliError

if TYPE_CHECKING:
    import pyarrow as pa

JOB = "look closer"


def _lines(*names: str, text: str) -> options.Decorator:
    kind = click.IntRange(min=0)
    return click.option(*names, metavar="N", type=kind, default=0, cls=Option, section="Output", help=text)


@with_examples(
    ("logcli show 7491 host.log", "lines of the template whose id begins so"),
    ("logcli show 7491 host.log -C 2", "with two lines before and after each"),
    ("logcli show 533a orders.log -o charge.log", "into a file"),
)
@click.argument("template", metavar="ID")
@options.targets
@_lines("-A", "--after", text="Lines after each.")
@_lines("-B", "--before", text="Lines before each.")
@_lines("-C", "--context", text="Lines before and after each.")
@options.reading
@options.filtering
@options.learning
@options.output
@options.manners
def command(
    template: str, targets: tuple[str, ...], after: int, before: int, context: int, **given: Any
) -> int:
    """Show the raw lines of a template.

    ID is the id that `logcli templates` shows, or its beginning. Use the same options for both: another
    parser or filter finds other templates.
    """
    from logcli.output import check, open_output

    check(given["output"] or "-")
    with _run.running(_run.request(targets, given), given) as run:
        wanted = resolve(template.lower(), run.templates(again=True))
        with paged(given["pager"]), open_output(given["output"] or "-") as out:
            for chunk in _run.settled(run.excerpts(wanted, before=before or context, after=after or context)):
                out.write(chunk)
    return _run.outcome(run.account, given)


def resolve(prefix: str, table: pa.Table) -> str:
    """The one id that begins so."""
    known = table.column("template_id").to_pylist()
    found = [name for name in known if name.startswith(prefix)]
    if len(found) == 1 or prefix in found:
        return prefix if prefix in found else str(found[0])
    if found:
        some = " ".join(f"`{name}`" for name in found[:5])
        raise LogcliError(f"{len(found):,} ids begin with `{prefix}`", hint=f"write more of one of {some}")
    near = registry.nearest(prefix, [name[: len(prefix)] for name in known])
    raise LogcliError(f"no template `{prefix}` in this log", hint=near or "`logcli templates` lists the ids")
