"""Why lines were put together: what is known of one template, for people and for programs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from logcli.commands import _run, show
from logcli.commands._pager import paged
from logcli.errors import UsageError, visible

if TYPE_CHECKING:
    import pyarrow as pa

Facts = dict[str, Any]

_TOP = 10
_WIDTH = 80
# Characters of a value, and lines of an example, that are shown.
_VALUE, _LINES = 40, 6
# Options of the list of templates that say nothing about one.
_OTHERS = ("values", "sort", "fields")


def explain(targets: Sequence[str], given: dict[str, Any]) -> int:
    """Tell all about one template; the exit code."""
    kind, target = _destination(given)
    with _run.running(_run.request(targets, given), given) as run:
        table = run.templates(again=True)
        wanted = show.resolve(given["explain"].lower(), table)
        evidence = run.explained(wanted)
        facts = evidence.facts(_row(table, wanted), given["top"] or _TOP, run.shape_text)
        facts = {"parser": run.parser.name, **facts}
        if given["save_model"]:
            run.save_model(Path(given["save_model"]))
        _write(_json(facts) if kind == "json" else text(facts), target, given["pager"])
    return _run.outcome(run.account, given)


def _destination(given: dict[str, Any]) -> tuple[str, str]:
    """Kind of output and where it goes; wrong options are a UsageError."""
    from logcli import output

    source = click.get_current_context().get_parameter_source
    for name, flag in zip(_OTHERS, ("params", "sort", "fields"), strict=True):
        if source(name) is click.core.ParameterSource.COMMANDLINE:
            raise UsageError(f"`--explain` and `--{flag}` exclude each other")
    if given["template_style"] != "lossless":
        raise UsageError("slots are those of lossless templates", hint="leave out `--template-style`")
    kind, target = output.choose(given["to"], given["output"], tty=False)
    if kind not in ("table", "json"):
        raise UsageError(f"an explanation cannot be written as `{kind}`", hint="it is text, or `--json`")
    output.check(target)
    return kind, target


def _row(table: pa.Table, template_id: str) -> Facts:
    """What the table of templates says of one."""
    from logcli import jsontext

    number = table.column("template_id").to_pylist().index(template_id)
    row = table.slice(number, 1).combine_chunks()
    names = [name for name in table.schema.names if name not in ("example", "slots")]
    cells = {name: jsontext.value(row.column(name).chunk(0)).tolist()[0] for name in names}
    return {name: json.loads(cell) if cell else None for name, cell in cells.items()}


def _write(shown: str, target: str, pages: bool) -> None:
    from logcli.output import open_output

    with paged(pages and target == "-"), open_output(target) as out:
        for chunk in _run.settled([shown.encode()]):
            out.write(chunk)


def _json(facts: Facts) -> str:
    whole = {"schema": "logcli.explanation/1", "data": facts}
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


# --- for people ---------------------------------------------------------------------------------


def text(facts: Facts) -> str:
    """All facts as lines of 80 columns."""
    parts = (_head(facts), _slots(facts), _shapes(facts), _decisions(facts), _examples(facts))
    return "\n".join("".join(f"{line}\n" for line in part) for part in parts)


def _head(facts: Facts) -> Iterator[str]:
    yield from _wrapped(facts["template"], "")
    yield ""
    levels = ", ".join(f"{level} {count:,}" for level, count in (facts["severities"] or {}).items())
    share = f"{facts['count']:,}, {100 * facts['share']:.1f} % of all"
    first, last = (f"{facts[f'{end}_source']}:{facts[f'{end}_line']}" for end in ("first", "last"))
    times = f"{facts['first_time']} to {facts['last_time']}" if facts["first_time"] else ""
    rows = {
        "template": facts["template_id"], "parser": facts["parser"], "lines": share,
        "from": f"{first} to {last}", "times": times, "levels": levels, "words": " ".join(facts["words"]),
    }  # fmt: skip
    for name, said in rows.items():
        if said:
            yield from _wrapped(said, f"{name:<10}")


def _slots(facts: Facts) -> Iterator[str]:
    yield f"slots: {len(facts['slots'])}"
    for slot in facts["slots"]:
        yield from _wrapped(_described(slot), f"{slot['slot']:>4}  ")
        yield from _counted(slot["top"], slot["distinct"] - len(slot["top"]))


def _described(slot: Facts) -> str:
    """`number, 16 values from 1 to 99`."""
    least, some = ("at least ", ", the first ones") if slot.get("at_least") else ("", "")
    many = f"{least}{slot['distinct']:,} value{'s' * (slot['distinct'] != 1)}"
    said = f"enum of {many}" if slot["type"] == "enum" else f"{slot['type']}, {many}"
    said += f"{some} from {slot['min']:,} to {slot['max']:,}" if slot.get("min") != slot.get("max") else ""
    return said + (f", {slot['others']:,} of another form" if slot.get("others") else "")


def _shapes(facts: Facts) -> Iterator[str]:
    shapes, many = facts["shapes"], facts["distinct_shapes"]
    yield f"shapes: {many:,}" + (", merged into one" if many > 1 else "")
    for shape in shapes:
        yield from _wrapped(shape["shape"], f"{shape['lines']:>8,}  ")
    yield from _more(many - len(shapes))


def _decisions(facts: Facts) -> Iterator[str]:
    found = facts["decisions"]
    if found is None:
        yield "reasons: this parser or model keeps none"
        return
    yield "reasons, by step; step 0 is the scan"
    for one in found:
        slot = f"slot {one['slot']}" if one["slot"] else "a slot"
        many = f"{one['shapes']:,} shape{'s' * (one['shapes'] != 1)}, {one['lines']:,} lines"
        yield from _wrapped(f"{slot}: {one['why']}; {many}", f"{one['step']:>4}  ")
        if one["texts"]:
            yield from _counted(one["texts"], one["distinct_texts"] - len(one["texts"]))


def _examples(facts: Facts) -> Iterator[str]:
    yield "examples"
    for name, line in facts["examples"].items():
        yield from _wrapped(f"{line['source']}:{line['line']}", f"  {name:<6}")
        lines = line["text"].splitlines() or [""]
        for one in lines[:_LINES]:
            yield from _wrapped(one, " " * 8)
        yield from _more(len(lines) - _LINES, " " * 8)


def _counted(values: Iterable[Sequence[Any]], more: int) -> Iterator[str]:
    """`alice (7), bob (3), ... 12 more`, a value and its count on one line."""
    shown = [f"{_short(value)} ({count:,})" for value, count in values]
    shown += [f"... {more:,} more"] if more > 0 else []
    words = [f"{' ' * (k > 0)}{item}{',' * (k + 1 < len(shown))}" for k, item in enumerate(shown)]
    return _laid(words, " " * 6)


def _short(value: str) -> str:
    value = value.replace("\t", "    ")
    if not value or value != value.strip():
        return f'"{value}"'
    return value if len(value) <= _VALUE else value[: _VALUE - 1] + "…"


def _more(count: int, margin: str = " " * 10) -> Iterator[str]:
    if count > 0:
        yield f"{margin}... {count:,} more"


def _wrapped(said: str, first: str) -> Iterator[str]:
    """Text in lines behind a margin, broken at blanks."""
    return _laid(re.findall(r"\s*\S+|\s+$", said.replace("\t", "    ")), first)


def _laid(words: Iterable[str], first: str) -> Iterator[str]:
    """Words in lines behind a margin; those that are too long for a line are cut."""
    from rich.cells import cell_len, chop_cells

    margin = " " * max(len(first), 2)
    room = _WIDTH - len(margin)
    line, empty = first, True
    for word in map(visible, words):
        if not empty and cell_len(line + word) > _WIDTH:
            yield line.rstrip()
            line, empty, word = margin, True, word.lstrip()
        *full, last = chop_cells(word, room) if cell_len(word) > room else [word]
        for part in full:
            yield line + part
            line = margin
        line, empty = line + last, False
    yield line.rstrip()
