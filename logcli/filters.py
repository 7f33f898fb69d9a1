"""Which records to keep: by level, time and text of the body."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from logcli import arrays, registry
from logcli.errors import UsageError
from logcli.moments import Moment
from logcli.schema import LEVELS, SEVERITIES, severity_name

_LEVEL = re.compile(r"(=|>=|)\s*([A-Za-z]+[0-9]?|[0-9]+)")


@dataclass(frozen=True)
class Levels:
    """A closed range of severity numbers."""

    lowest: int
    highest: int = 24


def parse_levels(text: str) -> Levels:
    """Read a level expression: `warn` is warnings and worse, `=warn` warnings alone.

    The word may be any that logs use (`notice`, `crit`), an OpenTelemetry name (`INFO2`) or number.
    `=` with one of the six main levels means all four numbers of it.

    Raises UsageError if there is no such level.

    >>> parse_levels("warn"), parse_levels("=error")
    (Levels(lowest=13, highest=24), Levels(lowest=17, highest=20))
    """
    match = _LEVEL.fullmatch(text.strip())
    number = _level_number(match[2]) if match else 0
    if match is None or not number:
        words = [word.lower() for word in (*SEVERITIES[1:], *LEVELS)]
        near = registry.nearest(text.lower().lstrip("=>"), words)
        raise UsageError(f"no level called `{text}`", hint=near or "one of trace debug info warn error fatal")
    if match[1] != "=":
        return Levels(number)
    return Levels(number, number + 3 if number % 4 == 1 else number)


def _level_number(word: str) -> int:
    if word.isdigit():
        return int(word) if 1 <= int(word) <= 24 else 0
    names = {severity_name(number): number for number in range(1, 25)}
    return names.get(word.upper(), 0) or LEVELS.get(word.upper(), 0)


def check_pattern(pattern: str) -> str:
    """The pattern itself; UsageError if RE2 cannot read it."""
    try:
        pc.match_substring_regex(arrays.texts([""]), pattern)
    except pa.ArrowInvalid as error:
        why = str(error).removeprefix("Invalid regular expression: ")
        hint = "the syntax is RE2: no look-around, no back-references; `\\` makes a character literal"
        raise UsageError(f"`{pattern}` is not a regular expression", why=why, hint=hint) from error
    return pattern


@dataclass(frozen=True, kw_only=True)
class Filter:
    """What a record must be to be kept; all conditions together.

    level : severity numbers to keep; records without a level are not kept
    since, until : times between which to keep, both included; records without a time are not kept
    grep : regular expressions (RE2), each of which the body must contain
    exclude : regular expressions, none of which the body may contain
    """

    level: Levels | None = None
    since: Moment | None = None
    until: Moment | None = None
    grep: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self != Filter()

    @property
    def needs_span(self) -> bool:
        """Whether the log's first and last time must be known to decide: see `resolve`."""
        return any(moment and moment.anchor in ("start", "end") for moment in (self.since, self.until))

    def columns(self) -> tuple[str, ...]:
        """Columns of RECORD that `mask` looks at."""
        wanted = {
            "time_unix_nano": self.since or self.until,
            "severity_number": self.level,
            "body": self.grep or self.exclude,
        }
        return tuple(name for name, used in wanted.items() if used)

    def resolve(self, start_ns: int | None, end_ns: int | None) -> Filter:
        """The filter for a log with these first and last times, its moments absolute.

        Raises UsageError when nothing can lie between them, or when a moment is counted from the
        start or end of a log that has no times.
        """
        since = self.since and self.since.resolve(start_ns, end_ns)
        until = self.until and self.until.resolve(start_ns, end_ns)
        if since and until and since.ns > until.ns:
            raise UsageError(f"`--since {since.text}` is after `--until {until.text}`")
        return replace(self, since=since, until=until)

    def mask(self, batch: pa.RecordBatch) -> pa.BooleanArray:
        """True for each record to keep; never null."""
        tests = [*self._level_tests(batch), *self._time_tests(batch), *self._text_tests(batch)]
        if not tests:
            return arrays.numbers(np.ones(batch.num_rows, bool))
        return pc.fill_null(functools.reduce(pc.and_kleene, tests), arrays.scalar(False))

    def without_time(self, batch: pa.RecordBatch) -> int:
        """How many records a time filter drops because they have no time."""
        return int(batch.column("time_unix_nano").null_count) if self.since or self.until else 0

    def _level_tests(self, batch: pa.RecordBatch) -> list[Any]:
        if self.level is None:
            return []
        number = batch.column("severity_number")
        low, high = (arrays.scalar(bound) for bound in (self.level.lowest, self.level.highest))
        return [pc.greater_equal(number, low), pc.less_equal(number, high)]

    def _time_tests(self, batch: pa.RecordBatch) -> list[Any]:
        if not self.since and not self.until:
            return []
        times = pc.cast(batch.column("time_unix_nano"), pa.int64())
        bounds = ((pc.greater_equal, self.since), (pc.less_equal, self.until))
        return [compare(times, arrays.scalar(moment.ns)) for compare, moment in bounds if moment]

    def _text_tests(self, batch: pa.RecordBatch) -> list[Any]:
        found = [pc.match_substring_regex(batch.column("body"), pattern) for pattern in self.grep]
        absent = [pc.match_substring_regex(batch.column("body"), pattern) for pattern in self.exclude]
        return [*found, *(pc.invert(hit) for hit in absent)]
