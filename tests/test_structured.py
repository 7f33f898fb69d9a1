"""JSON lines, logfmt and OTLP: what the kernels find is what a plain reader finds."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logcli import columns, continuation, detection, records, registry, structured
from logcli.base import BLANK, CONTINUED, NO_MATCH, RECORD_START, Block, Cut, Format
from logcli.errors import UsageError
from logcli.layout import lines_of
from tests.cuts import JSON_FORMATS, rows, same

KEYS = {
    "time": ["ts", "time"],
    "severity_text": ["level"],
    "body": ["msg", "fields.message"],
    "resource.host.name": ["host.name", "host"],
    "thread.name": ["thread"],
}

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)
objects = st.dictionaries(texts, values, max_size=8)


def json_format(**data: Any) -> Format:
    return structured.json_format_class("test", {"json": KEYS, **data})()


def logfmt_format() -> Format:
    return structured.logfmt_format_class("test", {"logfmt": KEYS})()


def one(leaf: Format, line: str) -> tuple[dict[str, str], dict[str, str]]:
    cut = leaf.cut(lines_of([line.encode()]))
    assert cut.status[0] == RECORD_START
    columns, pairs = rows(cut)[0]
    return columns, dict(pairs)


@settings(max_examples=200, deadline=None)
@given(st.lists(objects, min_size=1, max_size=5), st.sampled_from(["plain", "ascii", "spaced", "orjson"]))
def test_pairs_are_what_json_reads(batch: list[dict[str, Any]], style: str) -> None:
    leaf = structured.json_format_class("bare", {"json": {}})()
    write = {
        "plain": lambda o: json.dumps(o, ensure_ascii=False, separators=(",", ":")).encode(),
        "ascii": lambda o: json.dumps(o).encode(),
        "spaced": lambda o: ("\t " + json.dumps(o, separators=(" ,  ", "\t: ")) + " ").encode(),
        "orjson": lambda o: orjson.dumps(json.loads(json.dumps(o), parse_int=float)),
    }[style]
    written = [write(o) for o in batch]
    cut = leaf.cut(lines_of(written))
    assert (cut.status == RECORD_START).all()
    for found, line in zip(rows(cut), written, strict=True):
        wanted = json.loads(line)
        assert len(found[1]) == len(wanted)
        assert all(same(wanted[key], value) for key, value in found[1])


@settings(max_examples=50, deadline=None)
@given(st.lists(objects, min_size=1, max_size=4))
def test_objects_over_several_lines(batch: list[dict[str, Any]]) -> None:
    leaf = structured.json_format_class("bare", {"json": {}})()
    lines = [line for o in batch for line in json.dumps(o, indent=2).encode().split(b"\n")]
    cut = leaf.cut(lines_of(lines))
    assert set(cut.status.tolist()) <= {RECORD_START, CONTINUED}
    starts = np.flatnonzero(cut.status == RECORD_START)
    assert len(starts) == len(batch)
    found = rows(cut)
    for row, wanted in zip(starts, batch, strict=True):
        assert all(same(wanted[key], value) for key, value in found[row][1])


def test_known_keys_become_columns() -> None:
    line = (
        r'{"ts":"2021-03-04T05:06:07Z","level":"warn","msg":"a \"b\"","time":3,"host":{"name":"h","zone":1}}'
    )
    columns, pairs = one(json_format(), line)
    assert columns == {
        "time_text": "2021-03-04T05:06:07Z",
        "severity_text": "warn",
        "body": 'a "b"',
        "resource.host.name": "h",
    }
    assert pairs == {"time": "3", "host.zone": "1"}


@pytest.mark.parametrize(
    "line, body",
    [
        ('{"fields.message":"literal"}', "literal"),
        ('{"fields":{"message":"nested"}}', "nested"),
        ('{"fields":{"message":"second"},"msg":"first"}', "first"),
        ('{"msg":"old","msg":"new"}', "new"),
        ('{"msg":null,"fields":{"message":"second"}}', "second"),
        ('{"msg":{"a":1}}', '{"a":1}'),
        ('{"msg":7}', "7"),
        ('{"msg":""}', ""),
        ('{"other":1}', '{"other":1}'),
        ("{}", "{}"),
    ],
)
def test_body(line: str, body: str) -> None:
    assert one(json_format(), line)[0]["body"] == body


def test_last_of_equal_keys_wins() -> None:
    assert one(json_format(), '{"a":1,"b":2,"a":3}')[1] == {"b": "2", "a": "3"}


def test_empty_objects_and_nulls_are_kept() -> None:
    assert one(json_format(), '{"host":{},"thread":null}')[1] == {"host": "{}", "thread": "null"}


@pytest.mark.parametrize(
    "escaped, text",
    [
        (r"\n\t\r\b\f\/\\\"", '\n\t\r\b\f/\\"'),
        (r"\u00e9\u20ac", "é€"),
        (r"\ud83d\ude00!", "😀!"),
        (r"\ud83d", "\ufffd"),
        (r"\ude00\ud83d\u0041", "\ufffd\ufffdA"),
        (r"\u12", r"\u12"),
        (r"\q", r"\q"),
        (r"\u001b[31mred\u001b[0m", "red"),
        (r"a\u001b]0;title\u0007b", "ab"),
    ],
)
def test_escapes_of_bodies(escaped: str, text: str) -> None:
    assert one(json_format(), f'{{"msg":"{escaped}"}}')[0]["body"] == text


@pytest.mark.parametrize(
    "line",
    [
        "plain text",
        "{",
        '{"a"',
        '{"a":',
        '{"a":1',
        '{"a":1,}',
        '{"a" 1}',
        '{"a":1 "b":2}',
        "{a:1}",
        '{"a":x}',
        '{"a":1} tail',
        '{"a":1}{"b":2}',
        '[{"a":1}]',
        '{"a":[1}',
        '{"a":"x}',
        '{"a":"x\\"}',
        '{"a":{"b":[}]}}',
        '2021-03-04 app: {"a":1}',
        '"text"',
        "{,}",
    ],
)
def test_what_is_no_object_does_not_match(line: str) -> None:
    cut = json_format().cut(lines_of([line.encode(), b'{"msg":"good"}', b"  "]))
    assert cut.status.tolist() == [NO_MATCH, RECORD_START, BLANK]


@pytest.mark.parametrize(
    "line, position, expected",
    [
        ('{"v":1', 6, "expected JSON (expecting ',' delimiter)"),
        ("é", 0, "expected JSON (expecting value)"),
        ("[1]", 0, "expected a JSON object"),
        ('{"v":1}', 7, "expected the key `a.b`"),
        ('{"v":1,"a":{"b":2}}', 19, "the line fits"),
    ],
)
def test_what_was_expected(line: str, position: int, expected: str) -> None:
    leaf = structured.json_format_class("test", {"json": {"require": ["v", "a.b"]}})()
    assert leaf.explain(line.encode()) == (position, expected)


def test_an_object_over_several_lines_is_a_body_as_a_whole() -> None:
    lines = ['{"a":', " 1}", '{"msg":', ' "x"}']
    found = rows(json_format().cut(lines_of([line.encode() for line in lines])))
    assert (found[0][0]["body"], found[2][0]["body"]) == ('{"a":\n 1}', "x")


def test_required_keys() -> None:
    leaf = structured.json_format_class("test", {"json": {"body": ["msg"], "require": ["v", "a.b"]}})()
    lines = [
        b'{"v":0,"a":{"b":1},"msg":"x"}',
        b'{"v":0,"a.b":1}',
        b'{"v":0}',
        b'{"a":{"b":1}}',
        b'{"v":0,"b":1}',
    ]
    assert leaf.cut(lines_of(lines)).status.tolist() == [1, 1, 0, 0, 0]


def test_without_attributes_the_columns_stay_the_same() -> None:
    lines = lines_of([b'{"msg":"a\\nb","level":"error","x":"\\t","thread":"t","host":{"name":"h"}}'])
    full, brief = json_format().cut(lines), json_format().cut(lines, attributes=False)
    assert brief.extra is None
    columns = rows(brief)[0][0]
    assert columns == {"body": "a\nb", "severity_text": "error", "resource.host.name": "h"}
    assert columns.items() <= rows(full)[0][0].items()


def test_severities() -> None:
    lines = [
        f'{{"level":{word}}}'.encode() for word in ('"Warning"', '"ERR"', "30", '"odd"', '" info "', '""')
    ]
    cut = json_format(levels={"30": "INFO", "ODD": 21}).cut(lines_of(lines))
    assert cut.severity.tolist() == [13, 17, 9, 21, 9, 0]


@pytest.mark.parametrize(
    "keys",
    [
        {"time": "ts"},
        {"body": [1]},
        {"body": [""]},
        {"pieces": 1},
        {"default_level": "odd"},
        {"flatten": None},
    ],
)
def test_settings_are_checked(keys: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        structured.json_format_class("test", {"json": keys})


def test_members_of_the_resource() -> None:
    leaf = structured.json_format_class(
        "test", {"json": {"flatten": ["attributes"], "resource_key": "res"}}
    )()
    lines = [b'{"res":{"a":1,"b":"\\n"},"attributes":{"c":{"d":2}},"e":3}', b'{"res.x":4,"resx":5}', b"{}"]
    cut = leaf.cut(lines_of(lines))
    assert [dict(pairs) for _, pairs in rows(cut)] == [{"c": '{"d":2}', "e": "3"}, {"resx": "5"}, {}]
    inside = rows(Cut(cut.text, cut.status, cut.time, cut.time_kind, cut.severity, {}, cut.resource))
    assert [dict(pairs) for _, pairs in inside] == [{"a": "1", "b": "\n"}, {"x": "4"}, {}]


def test_no_line_at_all() -> None:
    for leaf in (json_format(), logfmt_format(), registry.create("formats", "docker_json")):
        assert len(leaf.cut(lines_of([])).status) == 0


def test_long_lines_and_many_pairs() -> None:
    wanted = {f"key {i}": "v\n" * (i % 7) for i in range(5000)}
    assert one(json_format(), json.dumps(wanted))[1] == wanted


def test_deep_nesting() -> None:
    value = "[" * 3000 + "]" * 3000
    assert one(json_format(), f'{{"a":{value}}}')[1] == {"a": value}


@pytest.mark.parametrize("name", [*JSON_FORMATS, "logfmt"])
def test_a_format_recognises_its_own_samples(name: str) -> None:
    samples = [sample["line"].encode() for sample in registry.leaf("formats", name).samples]
    assert detection.rank(lines_of(samples), [*JSON_FORMATS, "logfmt", "plain"])[0].name == name


plain_values = st.text(st.characters(codec="ascii", exclude_characters=' "=\x7f', exclude_categories=["Cc"]))
logfmt_keys = st.text("abcdefgh.-_", min_size=1, max_size=8)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(logfmt_keys, plain_values | texts, min_size=2, max_size=8))
def test_logfmt_pairs(wanted: dict[str, str]) -> None:
    parts = [
        f"{key}={value}" if value.isascii() and value.isalnum() else f"{key}={json.dumps(value)}"
        for key, value in wanted.items()
    ]
    leaf = structured.logfmt_format_class("bare", {"logfmt": {}})()
    cut = leaf.cut(lines_of([" ".join(parts).encode()]))
    assert dict(rows(cut)[0][1]) == wanted


def test_logfmt_line() -> None:
    columns, pairs = one(
        logfmt_format(), r'ts=1614834367 level=info msg="say \"hi\"" done took=5ms empty= q=007'
    )
    assert columns == {"time_text": "1614834367", "severity_text": "info", "body": 'say "hi"'}
    assert pairs == {"done": "true", "took": "5ms", "empty": "", "q": "007"}


@pytest.mark.parametrize("line", ["hello world", "a=b", "done level=info", 'a=b c="x', '"a"=b c=d', "=a b=c"])
def test_what_is_no_logfmt_does_not_match(line: str) -> None:
    assert logfmt_format().cut(lines_of([line.encode()])).status[0] == NO_MATCH


def test_one_known_key_makes_logfmt() -> None:
    assert logfmt_format().cut(lines_of([b"msg=x"])).status[0] == RECORD_START


@settings(max_examples=100, deadline=None)
@given(st.lists(st.binary(max_size=60).map(lambda b: b.replace(b"\n", b" ")), min_size=1, max_size=8))
def test_any_bytes(lines: list[bytes]) -> None:
    block = Block(np.frombuffer(bytearray(b"\n".join(lines) + b"\n"), np.uint8), "x", 0)
    for leaf in (json_format(), logfmt_format(), registry.create("formats", "otlp_json")):
        found = records.split(block)
        cut = leaf.cut(found)
        columns.to_arrow(continuation.fold(block, found, cut, leaf.continuation))
