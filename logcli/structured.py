"""JSON lines and logfmt: formats that are told which keys mean what.

The data of a format names, per column, the keys that may hold it, the best first. What has no
column stays an attribute under its own key: texts without quotes, other values as their JSON text.
"""

from __future__ import annotations

import json
from abc import abstractmethod
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import numpy.typing as npt

from logcli import schema, times
from logcli.base import CONTINUED, NO_MATCH, NO_TIME, RECORD_START, Cut, Format, Ragged
from logcli.errors import UsageError
from logcli.kernels import pairs as resolving
from logcli.known_keys import FLATTEN, REQUIRE, RESOURCE, KnownKeys, hash_table, known_keys, word_hash
from logcli.pairscan import LogfmtScanner, Scanner, resolve

if TYPE_CHECKING:
    from logcli.base import Bytes, Flags, Lines, Longs, Range

# Columns that become numbers; the others are ranges of text.
TIME, NANOS, NUMBER = "time", "nanoseconds", "severity_number"
PIECES, DEFAULT = "pieces", "default_level"
# Some loggers write the template of a message, and leave out the message itself.
TEMPLATE = "log.record.template"
RECORD_COLUMNS = frozenset(
    {
        TIME,
        NANOS,
        NUMBER,
        "body",
        "severity_text",
        "event_name",
        "trace_id",
        "span_id",
        "scope",
        "flags",
        TEMPLATE,
    }
)
# Columns where an empty text says that there is none.
_NAMES = ("event_name", "trace_id", "span_id", "scope", "severity_text")
_SETTINGS = (REQUIRE, FLATTEN, RESOURCE, PIECES, DEFAULT)


class StructuredFormat(Format):
    """What both kinds have in common.

    aliases : the keys of each column; `require`, keys that must be there; `flatten`, objects whose
        members count as if they stood outside; `pieces`, whether a body without newline goes on in the
        next line of its stream; `default_level`, the severity of a record that gives none;
        `resource_key`, the object whose members are the resource's attributes
    levels : severity words of the format's own
    priority : higher wins among formats that fit the same lines equally well
    samples : lines with the fields expected of them
    """

    aliases: ClassVar[dict[str, Any]] = {}
    levels: ClassVar[dict[str, Any]] = {}
    priority: ClassVar[int] = 0
    samples: ClassVar[list[dict[str, Any]]] = []

    @abstractmethod
    def scanner(self, lines: Lines, status: Flags, keys: KnownKeys, keep: bool) -> Scanner:
        """What notes the pairs of the lines."""

    def cut(self, lines: Lines, *, attributes: bool = True) -> Cut:
        """Find the known keys of each line; without `attributes`, those of RECORD only."""
        keys = self._all_keys if attributes else self._record_keys
        status = np.zeros(len(lines), np.uint8)
        text, columns, extra = resolve(lines, status, keys, self.scanner(lines, status, keys, attributes))
        _fill_bodies(lines, status, columns)
        if self.aliases.get(PIECES):
            text = _tag_pieces(text, len(lines.text), status, columns)
        return self._finish(text, status, columns, extra if attributes else None)

    @cached_property
    def _all_keys(self) -> KnownKeys:
        return known_keys(self.aliases, tuple(n for n in self.aliases if n not in _SETTINGS))

    @cached_property
    def _record_keys(self) -> KnownKeys:
        kept = (n for n in self.aliases if n in RECORD_COLUMNS or n.startswith("resource."))
        return known_keys(self.aliases, tuple(kept))

    @cached_property
    def _words(self) -> npt.NDArray[np.uint64]:
        """Severity words as a table."""
        words = {**schema.LEVELS, **self.levels}
        numbers = {str(k).upper(): schema.LEVELS[v] if isinstance(v, str) else v for k, v in words.items()}
        return hash_table({word_hash(k.encode()): (v,) for k, v in numbers.items()})

    def _finish(self, text: Bytes, status: Flags, columns: dict[str, Range], extra: Ragged | None) -> Cut:
        time, kind = _times(text, columns, len(status))
        severity = self._severities(text, status, columns)
        _drop_empty(columns)
        if "flags" in columns:
            # Trace flags are a number: what is none could not be held by the column.
            _, good = _whole_numbers(text, columns["flags"])
            columns["flags"] = np.where(good, columns["flags"][0], np.int32(-1)), columns["flags"][1]
        resource = None
        if extra is not None and RESOURCE in self.aliases:
            extra, resource = _split(text, extra, self.aliases[RESOURCE].encode() + b".")
        return Cut(text, status, time, kind, severity, columns, extra, resource)

    def _severities(self, text: Bytes, status: Flags, columns: dict[str, Range]) -> Flags:
        severity = np.zeros(len(status), np.uint8)
        words = columns.get("severity_text", _no(len(status)))
        resolving.severities(text, *words, self._words, severity)
        if NUMBER in columns:
            resolving.severities(text, *columns.pop(NUMBER), _numbers(), severity)
        if DEFAULT in self.aliases:
            bare = (status == RECORD_START) & (severity == 0) & (words[0] < 0)
            severity[bare] = schema.LEVELS[self.aliases[DEFAULT]]
        return severity


class JsonFormat(StructuredFormat):
    """One JSON object per record, on one line or over several."""

    def explain(self, line: bytes) -> tuple[int, str]:
        """Where the line ceases to be a JSON object, or which of the required keys it lacks."""
        try:
            found = json.loads(line.decode("utf-8", "replace"))
        except RecursionError:
            return 0, "expected JSON that is less deeply nested"
        except json.JSONDecodeError as error:
            return len(
                error.doc[: error.pos].encode()
            ), f"expected JSON ({error.msg[:1].lower()}{error.msg[1:]})"
        if not isinstance(found, dict):
            return 0, "expected a JSON object"
        lacking = [
            key
            for key in self.aliases.get(REQUIRE, [])
            if key.split(".")[0] not in found and key not in found
        ]
        return len(line), f"expected the key `{lacking[0]}`" if lacking else "the line fits"

    def scanner(self, lines: Lines, status: Flags, keys: KnownKeys, keep: bool) -> Scanner:
        """What notes the pairs of the lines."""
        return Scanner(lines, status, keys, keep)


class LogfmtFormat(StructuredFormat):
    """`key=value` pairs."""

    def explain(self, line: bytes) -> tuple[int, str]:
        """What a line should have."""
        return 0, "expected `key=value` pairs"

    def scanner(self, lines: Lines, status: Flags, keys: KnownKeys, keep: bool) -> Scanner:
        """What notes the pairs of the lines."""
        return LogfmtScanner(lines, status, keys, keep)


def json_format_class(name: str, data: dict[str, Any]) -> type[Format]:
    """The class of a format whose definition has the key `json`."""
    return _format_class(name, data, JsonFormat, data["json"])


def logfmt_format_class(name: str, data: dict[str, Any]) -> type[Format]:
    """The class of a format whose definition has the key `logfmt`."""
    return _format_class(name, data, LogfmtFormat, data["logfmt"])


def _format_class(
    name: str, data: dict[str, Any], base: type[StructuredFormat], aliases: dict[str, Any]
) -> type[Format]:
    _check(name, aliases)
    members = {
        "__doc__": data.get("about", ""),
        "name": name,
        "aliases": aliases,
        "levels": data.get("levels") or {},
        "continuation": data.get("continuation", "indented"),
        "wraps": data.get("wraps", False),
        "priority": data.get("priority", 0),
        "samples": data.get("samples", []),
    }
    return type(f"{name.title().replace('_', '')}Format", (base,), members)


def _times(text: Bytes, columns: dict[str, Range], n: int) -> tuple[Longs, Flags]:
    """The times, whose texts become a column."""
    if TIME not in columns:
        return np.full(n, NO_TIME, np.int64), np.zeros(n, np.uint8)
    columns["time_text"] = columns.pop(TIME)
    time, kind = times.parse_any(text, *columns["time_text"])
    if NANOS in columns:
        nanos, good = _whole_numbers(text, columns.pop(NANOS))
        time = np.where(good & (time != NO_TIME), time + nanos, time)
    return time, kind


def _no(n: int) -> Range:
    """A column that no record has."""
    return np.full(n, -1, np.int32), np.zeros(n, np.int32)


def _check(name: str, aliases: dict[str, Any]) -> None:
    """Raise UsageError for settings of the wrong kind."""
    where = f"format `{name}`"
    for key, value in aliases.items():
        if key in (PIECES, DEFAULT, RESOURCE):
            good = isinstance(value, bool) if key == PIECES else isinstance(value, str)
        else:
            good = isinstance(value, list) and all(isinstance(alias, str) and alias for alias in value)
        if not good:
            raise UsageError(f"`{key}` cannot be `{value}`", where=where, hint="columns have lists of keys")
    if aliases.get(DEFAULT, "INFO") not in schema.LEVELS:
        raise UsageError(
            f"unknown severity `{aliases[DEFAULT]}`", where=where, hint="use a word such as INFO"
        )


def _fill_bodies(lines: Lines, status: Flags, columns: dict[str, Range]) -> None:
    """A record without a body of its own has the whole line for one, so that nothing is lost."""
    n = len(lines)
    start, end = columns.get("body", _no(n))
    other, other_end = columns.get(TEMPLATE, _no(n))
    start, end = np.where(start < 0, other, start), np.where(start < 0, other_end, end)
    missing = (start < 0) & (status == RECORD_START)
    first = np.flatnonzero(status != CONTINUED)
    last_end = lines.end.copy()
    last_end[first] = lines.end[np.append(first, n)[1:] - 1]
    columns["body"] = np.where(missing, lines.start, start), np.where(missing, last_end, end)


def _tag_pieces(text: Bytes, written: int, status: Flags, columns: dict[str, Range]) -> Bytes:
    """Take newlines off the bodies; without one, a line is unfinished, unless none of them has one.

    A value that is no text, which has no quote before it and was not `written` behind the lines, cannot
    be a piece of a line: such a record does not match.
    """
    start, end = columns["body"]
    status[(start >= 0) & (start < written) & (text[np.maximum(start - 1, 0)] != ord('"'))] = NO_MATCH
    whole = (end > start) & (start >= 0) & (text[np.maximum(end - 1, 0)] == 10)
    at = np.where(whole | (not whole.any()), np.int32(1), np.int32(0)) + len(text)
    columns["logtag"] = np.where(start < 0, np.int32(-1), at).astype(np.int32), (at + 1).astype(np.int32)
    end = np.where(whole, end - 1, end)
    returns = whole & (end > start) & (text[np.maximum(end - 1, 0)] == 13)
    columns["body"] = start, np.where(returns, end - 1, end).astype(np.int32)
    return np.concatenate((text, np.frombuffer(b"PF", np.uint8)))


def _numbers() -> npt.NDArray[np.uint64]:
    """OpenTelemetry's severity numbers, also by the names of the proto's enumeration."""
    return hash_table({word_hash(str(number).encode()): (number,) for number in range(1, 25)})


def _drop_empty(columns: dict[str, Range]) -> None:
    """An empty name is none."""
    for name in _NAMES:
        if name in columns:
            start, end = columns[name]
            columns[name] = (np.where(start == end, np.int32(-1), start).astype(np.int32), end)


def _split(text: Bytes, pairs: Ragged, prefix: bytes) -> tuple[Ragged, Ragged]:
    """The pairs whose keys lack the prefix, and those that have it, without it."""
    found = pairs.key_end - pairs.key_start > len(prefix)
    for place, byte in enumerate(prefix):
        found &= text[np.minimum(pairs.key_start + place, len(text) - 1)] == byte
    return _chosen(pairs, ~found, 0), _chosen(pairs, found, len(prefix))


def _chosen(pairs: Ragged, which: npt.NDArray[np.bool_], skip: int) -> Ragged:
    """Some of the pairs, so many bytes off their keys."""
    before = np.concatenate(([0], np.cumsum(which)))
    start = (pairs.key_start[which] + skip).astype(np.int32)
    return Ragged(
        before[pairs.offsets], start, pairs.key_end[which], pairs.value_start[which], pairs.value_end[which]
    )


def _whole_numbers(text: Bytes, column: Range) -> tuple[Longs, npt.NDArray[np.bool_]]:
    """Value of each decimal number of at most nine digits, and where there is one."""
    start, end = column
    size = end - start
    good = (start >= 0) & (size > 0) & (size < 10)
    value = np.zeros(len(start), np.int64)
    for place in range(9):
        digit = text[np.minimum(start + place, len(text) - 1)].astype(np.int64) - ord("0")
        inside = place < size
        good &= ~inside | ((digit >= 0) & (digit <= 9))
        value = np.where(inside, value * 10 + digit, value)
    return value, good
