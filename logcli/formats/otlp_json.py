"""OTLP/JSON: OpenTelemetry log records, many per line, or one pretty-printed export request

Each object is read by orjson and taken apart in Python: the one format where that is allowed, since
its records are nested six levels deep and their keys mean nothing without their values.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson

from logcli.base import (
    BLANK,
    CONTINUED,
    HEADER,
    NO_MATCH,
    NO_TIME,
    RECORD_START,
    Cut,
    Format,
    Ragged,
)
from logcli.otlp_values import child, children, identifier, integer, loads, severity, text_of
from logcli.structured import json_format_class

if TYPE_CHECKING:
    from logcli.base import Lines, Range

    Pair = tuple[int, int, int, int]

_COLUMNS = ("body", "time_text", "severity_text", "event_name", "trace_id", "span_id", "scope", "flags")
_ANSI = re.compile(r"\x1b(\[[ -?]*[@-~]?|\][^\x07\x1b]*\x07?|[ -~])?")


class OtlpJson(Format):
    """A line is a `LogsData`, or the file one `ExportLogsServiceRequest` on any number of lines.

    Numbers may be texts, enumerations names, keys snake_case; unknown keys are ignored, ids that are
    zero or have the wrong length are not set.
    """

    continuation = "never"
    container = True
    priority = 3

    def cut(self, lines: Lines, *, attributes: bool = True) -> Cut:
        """Find the records of each object; a line that is none is a record of its own, unmatched."""
        text, outer = lines.text.tobytes(), _OBJECT().cut(lines, attributes=False)
        start, end = outer.columns["body"]
        rows = _Rows(len(text), attributes)
        rest = []
        for line in range(len(lines)):
            status = int(outer.status[line])
            if status == RECORD_START and text[start[line]] == ord("["):
                try:
                    count = rows.add(line, loads(text[start[line] : end[line]]))
                except orjson.JSONDecodeError:
                    status = NO_MATCH
                else:
                    rest += [] if count else [HEADER]
                    continue
            if status in (BLANK, CONTINUED):
                rest.append(status)
            else:
                rows.add_unmatched(line, int(lines.start[line]), int(lines.end[line]))
        return rows.finish(lines, rest)

    def explain(self, line: bytes) -> tuple[int, str]:
        """Where the line ceases to be JSON, or that it has no log records."""
        return 0, "expected a JSON object with `resourceLogs`"


# JSON objects, on one line or over several; their body is the list of resources.
_OBJECT = json_format_class("otlp_object", {"json": {"body": ["resourceLogs", "resource_logs"]}})


@dataclass
class _Rows:
    """The records found so far; texts lie in `parts`, which will follow `base` bytes of lines."""

    base: int
    keep: bool
    parts: list[bytes] = field(default_factory=list)
    line: list[int] = field(default_factory=list)
    status: list[int] = field(default_factory=list)
    time: list[int] = field(default_factory=list)
    severity: list[int] = field(default_factory=list)
    ranges: dict[str, list[tuple[int, int]]] = field(default_factory=lambda: {name: [] for name in _COLUMNS})
    pairs: list[Pair] = field(default_factory=list)
    stops: list[int] = field(default_factory=lambda: [0])
    resource: list[Pair] = field(default_factory=list)
    resource_stops: list[int] = field(default_factory=lambda: [0])

    def add(self, line: int, resources: Any) -> int:
        """Add the records of the resources of a line; their number."""
        before = len(self.line)
        for group in children(resources):
            about = self._pairs(child(group, "resource").get("attributes"))
            for part in children(group.get("scopeLogs")):
                scope = child(part, "scope")
                around = self._scope_pairs(scope) if self.keep else []
                name = self._put(scope.get("name") or None)
                for record in children(part.get("logRecords")):
                    self._add(line, record, name, around)
                    self.resource += about
                    self.resource_stops.append(len(self.resource))
        return len(self.line) - before

    def add_unmatched(self, line: int, start: int, end: int) -> None:
        """A line that is not OTLP: its text is the body."""
        self._row(line, NO_MATCH, NO_TIME, 0, {"body": (start, end)})
        self.resource_stops.append(len(self.resource))

    def _add(self, line: int, record: dict[str, Any], scope: tuple[int, int], around: list[Pair]) -> None:
        times = (record.get("timeUnixNano"), record.get("observedTimeUnixNano"))
        when = next((text for text in times if integer(text)), None)
        time = integer(when)
        flags = integer(record.get("flags"))
        found = {
            "body": self._put(_body(record.get("body"))),
            "time_text": self._put(str(when) if time else None),
            "severity_text": self._put(record.get("severityText") or None),
            "event_name": self._put(record.get("eventName") or None),
            "trace_id": self._put(identifier(record, "traceId")),
            "span_id": self._put(identifier(record, "spanId")),
            "scope": scope,
            "flags": self._put(str(flags & 0xFF) if flags else None),
        }
        if self.keep:
            self.pairs += around
            self.pairs += self._pairs(record.get("attributes"))
        self._row(line, RECORD_START, time or NO_TIME, severity(record.get("severityNumber")), found)

    def _row(
        self, line: int, status: int, time: int, severity: int, found: dict[str, tuple[int, int]]
    ) -> None:
        self.line.append(line)
        self.status.append(status)
        self.time.append(time)
        self.severity.append(severity)
        for name in _COLUMNS:
            self.ranges[name].append(found.get(name, (-1, 0)))
        self.stops.append(len(self.pairs))

    def _put(self, text: Any) -> tuple[int, int]:
        """Range of a text, (-1, 0) for what is none."""
        if not isinstance(text, str):
            return -1, 0
        data = text.encode()
        start = self.base
        self.parts.append(data)
        self.base += len(data)
        return start, self.base

    def _pairs(self, attributes: Any) -> list[Pair]:
        return [
            (*self._put(item.get("key")), *self._put(text_of(item.get("value")) or ""))
            for item in children(attributes)
            if isinstance(item.get("key"), str)
        ]

    def _scope_pairs(self, scope: dict[str, Any]) -> list[Pair]:
        found = (
            [{"key": "version", "value": {"stringValue": scope.get("version")}}]
            if scope.get("version")
            else []
        )
        found += [item for item in children(scope.get("attributes")) if isinstance(item.get("key"), str)]
        return self._pairs([{**item, "key": f"otel.scope.{item['key']}"} for item in found])

    def finish(self, lines: Lines, rest: list[int]) -> Cut:
        """The cut; `rest` is the status of lines that hold no record."""
        n, time = len(self.line), np.array(self.time, np.int64)
        columns = {name: _ranges(found) for name, found in self.ranges.items()}
        return Cut(
            text=np.concatenate((lines.text, np.frombuffer(bytearray(b"".join(self.parts)), np.uint8))),
            status=np.array(self.status + rest, np.uint8),
            time=time,
            time_kind=np.where(time == NO_TIME, 0, 7).astype(np.uint8),
            severity=np.array(self.severity, np.uint8).reshape(n),
            columns={
                name: found for name, found in columns.items() if name == "body" or (found[0] >= 0).any()
            },
            extra=_ragged(self.stops, self.pairs) if self.keep else None,
            resource=_ragged(self.resource_stops, self.resource),
            row=np.array(self.line, np.int32),
        )


def _body(value: Any) -> str:
    text = text_of(value) or ""
    return _ANSI.sub("", text) if "\x1b" in text else text


def _ranges(found: list[tuple[int, int]]) -> Range:
    both = np.array(found, np.int32).reshape(-1, 2)
    return both[:, 0].copy(), both[:, 1].copy()


def _ragged(stops: list[int], pairs: list[Pair]) -> Ragged:
    parts = np.array(pairs, np.int32).reshape(-1, 4).T
    return Ragged(np.array(stops, np.int64), *(np.ascontiguousarray(part) for part in parts))
