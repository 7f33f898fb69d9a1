"""The parts of a summary's page in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from logcli.analysis.phrases import moment, percent, short, span, sparkline, width

Facts = dict[str, Any]
Rows = list[tuple[str, ...]]

_SOURCES = 3
_NS = 1e9


@dataclass
class Section:
    """A part of the page.

    course : blocks over time; said : sentences
    heads : of the columns; rows : cells of a table, the last one may be cut
    under : what stands below each row, empty for nothing; below : what that is
    """

    title: str
    said: list[str] = field(default_factory=list)
    heads: tuple[str, ...] = ()
    rows: list[tuple[str, ...]] = field(default_factory=list)
    under: list[str] = field(default_factory=list)
    below: str = "example"
    course: str = ""


def sections(facts: Facts) -> list[Section]:
    """The parts of the page, in their order; what there is nothing to tell of is left out."""
    parts = [_log(facts), _time(facts), _volume(facts), _severities(facts), _services(facts)]
    parts += [_top(facts), _rare(facts), _new(facts), _errors(facts), _values(facts)]
    return [part for part in parts if part.said or part.rows]


def _log(facts: Facts) -> Section:
    sources, formats = facts["sources"], facts["formats"]
    more = f" and {len(sources) - _SOURCES:,} more" if len(sources) > _SOURCES else ""
    named = ", ".join("standard input" if name == "-" else name for name in sources[:_SOURCES]) + more
    kinds = ", ".join(name if len(formats) == 1 else f"{name} ({n:,})" for name, n in formats.items())
    lines, records = dict(facts["lines"]), facts["records"]
    total = lines.pop("total")
    parts = " + ".join(f"{name} {n:,}" for name, n in lines.items() if n)
    said = [named, f"format {kinds or 'none'}; {facts['bytes']:,} bytes"]
    said.append(f"lines {total:,}" + (f" = {parts}" if parts else ""))
    shown = [f"{name} {records[name]:,}" for name in ("matched", "unmatched") if records[name]]
    kept = f"; kept {records['kept']:,}" if records["filtered"] else ""
    said.append(f"records {records['total']:,}" + (f" = {' + '.join(shown)}" if shown else "") + kept)
    return Section("log", said)


def _time(facts: Facts) -> Section:
    time = facts["time"]
    if time is None:
        return Section("time", ["no record has a time"] if facts["records"]["kept"] else [])
    said = [f"{moment(time['start'])} to {moment(time['end'])} UTC, {span(round(time['seconds'] * _NS))}"]
    if time["timeless"]:
        said.append(f"{time['timeless']:,} records have no time")
    if time["records"] > 1 and time["seconds"]:
        usual = f"a record every {span(round(time['usual_distance_seconds'] * _NS))} on average"
        said.append(usual + ("; longest silences:" if time["silences"] else "; no long silence"))
    for one in time["silences"]:
        long = f"{span(round(one['seconds'] * _NS))} ({one['times_usual']:,.0f} times that)"
        said.append(f"{_between(one['start'], one['end'])}, {long}")
    return Section("time", said)


def _volume(facts: Facts) -> Section:
    volume = facts["volume"]
    if volume is None or len(volume["counts"]) < 2:
        return Section("volume")
    counts = volume["counts"]
    each = width(round(volume["bin_seconds"] * _NS))
    said = f"a column is {each}; the highest has {_some(max(counts), 'record')}"
    return Section("volume", [said], course=sparkline(counts))


def _severities(facts: Facts) -> Section:
    found = facts["severities"]
    if not found or set(found) == {"UNSET"}:
        return Section("severities", ["none"] if found else [])
    total = sum(found.values())
    return Section("severities", [", ".join(f"{k} {n:,} ({percent(n, total)})" for k, n in found.items())])


def _services(facts: Facts) -> Section:
    found = facts["services"]
    if found is None:
        return Section("services")
    more = found["distinct"] - len(found["top"])
    named = ", ".join(f"{one['name']} {one['count']:,}" for one in found["top"])
    return Section("services", [f"by {found['field']}: {named}" + (f", {more:,} more" if more > 0 else "")])


def _top(facts: Facts) -> Section:
    found = facts["templates"]
    said = [f"{found['total']:,}, of which {found['once']:,} with one record; the commonest:"]
    return Section("templates", said if found["total"] else [], *_counted(found["top"]))


def _rare(facts: Facts) -> Section:
    found = facts["templates"]["rare"]
    return Section("rare", ["the fewest records:"] if found else [], *_counted(found))


def _new(facts: Facts) -> Section:
    found = facts["templates"]
    if not found["new_total"]:
        return Section("new")
    said = f"{found['new_total']:,} first seen in the last tenth, after {moment(found['new_since'])}:"
    return Section("new", [said], *_counted(found["new"]))


def _counted(found: Sequence[Facts]) -> tuple[tuple[str, ...], Rows]:
    rows: Rows = []
    for one in found:
        share = percent(round(one["share"] * 1_000_000), 1_000_000)
        rows.append((f"{one['count']:,}", share, one["template_id"][:8], one["template"]))
    return ("count", "share", "id", "template"), rows


def _errors(facts: Facts) -> Section:
    found = facts["errors"]
    if not found["total"]:
        return Section("errors", ["none seen"] if facts["templates"]["total"] else [])
    rows: Rows = [
        (
            f"{one['errors']:,}",
            _between(one["first_time"], one["last_time"]),
            one["template_id"][:8],
            one["template"],
        )
        for one in found["top"]
    ]
    under = [f"{one['source']}:{one['line']}: {one['example']}" for one in found["top"]]
    heads = ("count", "first and last", "id", "template")
    return Section(
        "errors",
        [f"{_some(found['total'], 'kind')}, {_some(found['records'], 'record')}"],
        heads,
        rows,
        under,
    )


def _between(first: str | None, last: str | None) -> str:
    """Two moments, the day once where it is the same."""
    if first is None or last is None:
        return "no time"
    first, last = moment(first), moment(last)
    return first if first == last else f"{first} – {last[11:] if last[:10] == first[:10] else last}"


def _some(n: int, name: str) -> str:
    return f"1 {name}" if n == 1 else f"{n:,} {name}s"


def _values(facts: Facts) -> Section:
    found = facts["varying"]
    rows: Rows = [(f"{one['records']:,}", f"slot {one['slot']}", one["template"]) for one in found]
    said = ["that vary, in few ways or widely:"] if rows else []
    return Section(
        "values", said, ("records", "slot", "template"), rows, [_how(one) for one in found], "values"
    )


def _how(one: Facts) -> str:
    if one["how"] == "range":
        return f"{one['min']:,} to {one['max']:,}, median {one['median']:,}"
    named = ", ".join(f"{short(value, 24) or '(empty)'} ({n:,})" for value, n in one["top"][:3])
    more = one["distinct"] - len(one["top"][:3])
    return named + (f", {more:,} more" if more > 0 else "")
