"""Whether a format does to its own samples what its file says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from logcli import registry, times
from logcli.base import HAS_DATE, HAS_YEAR, NO_TIME, RECORD_START, Cut, Format
from logcli.errors import LogcliError
from logcli.layout import FileFormat, format_class, lines_of

if TYPE_CHECKING:
    from logcli.base import Ragged

# How samples write their times: whole, without year, without date.
_FORMS = "%Y-%m-%dT%H:%M:%S.%f%z|--%m-%dT%H:%M:%S.%f|--%m-%dT%H:%M:%S|T%H:%M:%S.%f|T%H:%M:%S"


def check(target: str) -> list[str]:
    """Problems of a format, given by its name or its file; none if all is well.

    Every sample must fit and give the fields that are written under it, and every layout must be the
    first that fits one of the samples.

    >>> check("hdfs")
    []
    """
    try:
        leaf = _leaf(target)
    except LogcliError as error:
        return [" ".join(filter(None, (error.what, error.why, error.where and f"({error.where})")))]
    samples = getattr(leaf, "samples", [])
    if not samples:
        return []
    encoded = [sample["line"].encode() for sample in samples]
    cut = leaf.cut(lines_of(encoded))
    problems = [
        f"sample {row + 1}: {problem}"
        for row, sample in enumerate(samples)
        for problem in _sample_problems(leaf, sample, cut, row)
    ]
    return problems + _idle(leaf, encoded)


def _leaf(target: str) -> Format:
    path = Path(target)
    if path.suffix == ".yaml" or path.parent != Path():
        return format_class(path.stem, path)()
    leaf: Format = registry.create("formats", target)
    return leaf


def _idle(leaf: Format, samples: list[bytes]) -> list[str]:
    """Layouts that no sample needs."""
    if not isinstance(leaf, FileFormat):
        return []
    used = set(leaf.patterns(lines_of(samples)).tolist())
    return [
        f"layout {number + 1} is not the first that fits any sample"
        for number in range(len(leaf.layouts))
        if number not in used
    ]


def _sample_problems(leaf: Format, sample: dict[str, Any], cut: Cut, row: int) -> list[str]:
    if cut.status[row] != RECORD_START:
        position, expected = leaf.explain(sample["line"].encode())
        return [f"does not fit: {expected} at byte {position}"]
    found = _fields(cut, row)
    problems = []
    if "time" in sample:
        problems += _time_problems(str(sample["time"]), cut, row)
    for name, value in _expected(sample).items():
        if found.get(name) != value:
            problems.append(f"`{name}` is {_shown(found.get(name))}, expected {_shown(value)}")
    return problems


def _expected(sample: dict[str, Any]) -> dict[str, str]:
    """Fields that a sample names, nested ones flattened."""
    flat = {
        name: value
        for name, value in sample.items()
        if name not in ("line", "time", "attributes", "resource")
    }
    flat |= sample.get("attributes", {})
    flat |= {f"resource.{name}": value for name, value in sample.get("resource", {}).items()}
    return {name: str(value) for name, value in flat.items()}


def _fields(cut: Cut, row: int) -> dict[str, str]:
    """All fields of a row as text."""
    found = {"severity_number": str(int(cut.severity[row]))}
    for name, (start, end) in cut.columns.items():
        if start[row] >= 0:
            found[name] = _text(cut, start[row], end[row])
    found |= _pairs(cut, cut.extra, row, "")
    return found | _pairs(cut, cut.resource, row, "resource.")


def _pairs(cut: Cut, ragged: Ragged | None, row: int, prefix: str) -> dict[str, str]:
    if ragged is None:
        return {}
    return {
        prefix + _text(cut, ragged.key_start[k], ragged.key_end[k]): _text(
            cut, ragged.value_start[k], ragged.value_end[k]
        )
        for k in range(int(ragged.offsets[row]), int(ragged.offsets[row + 1]))
    }


def _text(cut: Cut, start: Any, end: Any) -> str:
    return cut.text[start:end].tobytes().decode("utf-8", "backslashreplace")


def _time_problems(expected: str, cut: Cut, row: int) -> list[str]:
    lines = lines_of([expected.encode()])
    time, kind = times.parse(lines.text, lines.start, lines.end, _FORMS)
    if time[0] == NO_TIME:
        return [f"`time: {expected}` is not a time"]
    date = HAS_YEAR | HAS_DATE
    if cut.time[row] != time[0] or (cut.time_kind[row] ^ kind[0]) & date:
        return [f"`time` is {_shown_time(int(cut.time[row]))}, expected {expected}"]
    return []


def _shown_time(time: int) -> str:
    return "absent" if time == NO_TIME else str(np.datetime64(time, "ns"))


def _shown(value: str | None) -> str:
    return "absent" if value is None else f"`{value}`"
