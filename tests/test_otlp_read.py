"""OTLP/JSON: numbers, ids, values and what is missing"""

from __future__ import annotations

import json
from typing import Any

import pytest

from logcli import registry
from logcli.base import BLANK, CONTINUED, NO_MATCH, RECORD_START, Cut
from logcli.layout import lines_of
from tests.cuts import rows


def otlp(*lines: str) -> Cut:
    return registry.create("formats", "otlp_json").cut(lines_of([line.encode() for line in lines]))


def otlp_line(**record: Any) -> str:
    about = {"attributes": [{"key": "service.name", "value": {"stringValue": "shop"}}]}
    part = {"scope": {"name": "lib", "version": "2"}, "logRecords": [record]}
    return json.dumps({"resourceLogs": [{"resource": about, "scopeLogs": [part]}], "unknown": [1]})


def test_otlp_record() -> None:
    trace = "5B8EFFF798038103D269B633813FC60C"
    line = otlp_line(
        timeUnixNano="1614834367000000001",
        severityNumber=10,
        severityText="Note",
        traceId=trace,
        flags=257,
        body={"stringValue": "hi"},
        spanId="0000000000000000",
        eventName="",
        attributes=[{"key": "n", "value": {"intValue": "10"}}],
    )
    cut = otlp(line, "", "junk")
    assert cut.row is not None and cut.row.tolist() == [0, 2]
    assert cut.status.tolist() == [RECORD_START, NO_MATCH, BLANK]
    assert (cut.time[0], cut.severity[0]) == (1614834367000000001, 10)
    columns, pairs = rows(Cut(cut.text, cut.status[:2], *[cut.time] * 3, cut.columns, cut.extra))[0]
    assert columns == {
        "body": "hi",
        "severity_text": "Note",
        "trace_id": trace.lower(),
        "scope": "lib",
        "flags": "1",
        "time_text": "1614834367000000001",
    }
    assert dict(pairs) == {"otel.scope.version": "2", "n": "10"}
    assert cut.resource is not None and cut.resource.offsets.tolist() == [0, 1, 1]


@pytest.mark.parametrize(
    "value, text",
    [
        ({"stringValue": "s"}, "s"),
        ({"intValue": 5}, "5"),
        ({"intValue": "-5"}, "-5"),
        ({"boolValue": True}, "true"),
        ({"doubleValue": 1.5}, "1.5"),
        ({"doubleValue": "NaN"}, "NaN"),
        ({"bytesValue": "aGk="}, "aGk="),
        ({}, ""),
        ({"arrayValue": {"values": [{"intValue": "1"}, {"stringValue": "x"}]}}, '[1,"x"]'),
        ({"arrayValue": {}}, "[]"),
        ({"kvlistValue": {"values": [{"key": "k", "value": {"boolValue": False}}]}}, '{"k":false}'),
        ({"stringValue": "\x1b[1mbold\x1b[0m"}, "bold"),
        ("odd", ""),
        (None, ""),
    ],
)
def test_otlp_bodies(value: Any, text: str) -> None:
    cut = otlp(otlp_line(body=value))
    start, end = cut.columns["body"]
    assert cut.text[start[0] : end[0]].tobytes().decode() == text


@pytest.mark.parametrize(
    "value, number",
    [(9, 9), ("17", 17), ("SEVERITY_NUMBER_WARN2", 14), ("SEVERITY_NUMBER_ODD", 0), (99, 0), (None, 0)],
)
def test_otlp_severities(value: Any, number: int) -> None:
    assert otlp(otlp_line(severityNumber=value)).severity.tolist() == [number]


def test_otlp_tolerates_snake_case_and_the_observed_time() -> None:
    record = '{"observed_time_unix_nano":7,"time_unix_nano":"0"}'
    line = f'{{"resource_logs":[{{"scope_logs":[{{"log_records":[{record}]}}]}}]}}'
    assert otlp(line).time.tolist() == [7]


@pytest.mark.parametrize(
    "line", ['{"resourceLogs":1}', '{"resourceMetrics":[]}', '{"a":1}', '{"resourceLogs":[', "x"]
)
def test_what_is_no_otlp(line: str) -> None:
    assert otlp(line).status.tolist() == [NO_MATCH]


def test_otlp_on_many_lines() -> None:
    pretty = json.dumps(json.loads(otlp_line(body={"stringValue": "hi"})), indent=2).split("\n")
    cut = otlp(*pretty)
    assert cut.row is not None and cut.row.tolist() == [0]
    assert cut.status.tolist() == [RECORD_START] + [CONTINUED] * (len(pretty) - 1)
