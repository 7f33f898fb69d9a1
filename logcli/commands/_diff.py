"""Differences as text for people, 80 columns wide."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from logcli.commands._explain import _wrapped

if TYPE_CHECKING:
    from logcli.differences import Finding

# Findings, and lines of an example, that are shown when nobody says how many.
TOP = 10
_LINES = 3
_KINDS = {
    "new": "new lines",
    "more": "more frequent",
    "values": "new values",
    "less": "less frequent",
    "gone": "gone",
}


def text(found: list[Finding], top: int | None, names: str) -> str:
    """The first findings, with what was left out; says so when there are none."""
    if not found:
        return "".join(f"{line}\n" for line in _wrapped(f"no difference between {names}", ""))
    lines = [*_wrapped(f"{names}: {_counted(found)}", "")]
    for number, one in enumerate(found[: top or TOP], 1):
        lines += ["", *_one(number, one)]
    left = len(found) - (top or TOP)
    if left > 0:
        lines += ["", f"... {left:,} more (--top N, -t jsonl)"]
    return "".join(f"{line}\n" for line in lines)


def _counted(found: list[Finding]) -> str:
    kinds = [one.kind for one in found]
    return ", ".join(f"{said} {kinds.count(kind):,}" for kind, said in _KINDS.items() if kind in kinds)


def _one(number: int, one: Finding) -> Iterator[str]:
    yield from _wrapped(f"{_KINDS[one.kind]}{_place(one)}", f"{number:>3}. ")
    yield from _wrapped(one.reason, "     why   ")
    yield from _wrapped(
        f"{one.template_id[:8]}, good {one.good_count:,}, bad {one.bad_count:,}", "     id    "
    )
    lines = one.example.splitlines() or [""]
    for shown in lines[:_LINES]:
        yield from _wrapped(shown, "     > ")
    if len(lines) > _LINES:
        yield f"     ... {len(lines) - _LINES:,} more"


def _place(one: Finding) -> str:
    if one.first_line is None:
        return ""
    if one.first_line == one.last_line:
        return f", line {one.first_line:,}"
    words = (", lines", "to") if one.kind == "new" else (", between lines", "and")
    return f"{words[0]} {one.first_line:,} {words[1]} {one.last_line:,}"
