"""Lines of container runtimes: pieces joined, inner formats cut, every line accounted for."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logcli import continuation, records, registry, wrapped
from logcli.base import CONTINUED, RECORD_START, Block
from logcli.columns import to_arrow
from logcli.layout import lines_of

Z = "2021-03-04T05:06:07.123456789Z"


def read(text: str, *names: str) -> tuple[list[dict[str, Any]], records.Counts]:
    """Records of a text, its formats named from the outermost."""
    block = Block(np.frombuffer(bytearray(text.encode()), np.uint8), "x", 0)
    lines = records.split(block)
    leaf = registry.create("formats", names[0])
    cut = leaf.cut(lines)
    for name in names[1:]:
        leaf = registry.create("formats", name)
        lines, cut = wrapped.unwrap(lines, cut, leaf)
    found = continuation.fold(block, lines, cut, leaf.continuation)
    columns = {name: column.to_pylist() for name, column in to_arrow(found).items()}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)], found.counts


def test_json_in_cri() -> None:
    rows, counts = read(
        f'{Z} stderr F {{"ts":"2020-01-01T00:00:00Z","level":"warn","msg":"a\\tb","n":1}}\n',
        "cri",
        "json_lines",
    )
    assert counts.lines == 1
    row = rows[0]
    assert (row["body"], row["severity_number"], row["time_text"]) == ("a\tb", 13, "2020-01-01T00:00:00Z")
    assert dict(row["attributes"]) == {"log.iostream": "stderr", "n": "1"}


def test_the_outer_time_stands_in() -> None:
    text = f'{Z} stdout F {{"msg":"none"}}\n{Z} stdout F {{"ts":"2020-01-01 00:00:00","msg":"no zone"}}\n'
    rows, _ = read(text, "cri", "json_lines")
    assert [row["time_text"] for row in rows] == [Z, Z]


def test_pieces_are_joined_per_stream() -> None:
    parts = [
        f'{Z} stdout P {{"msg":"one, ', f"{Z} stderr F {{\"msg\":\"other\"}}", f'{Z} stdout P two, ',
        f'{Z} stdout F three"}}', f'{Z} stdout F {{"msg":"last"}}',
    ]  # fmt: skip
    text = "\n".join(parts) + "\n"
    rows, counts = read(text, "cri", "json_lines")
    assert [row["body"] for row in rows] == ["one, two, three", "other", "last"]
    assert [row["line"] for row in rows] == [1, 2, 5]
    assert (counts.first, counts.continuation, counts.lines) == (3, 2, 5)
    first, other, last = rows
    assert (first["offset"], first["offset"] + first["length"]) == (0, text.index(parts[4]) - 1)
    assert (other["offset"], other["length"]) == (text.index(parts[1]), len(parts[1]))
    assert (last["offset"], last["length"]) == (text.index(parts[4]), len(parts[4]))


def test_docker_pieces_end_with_a_newline() -> None:
    chunks = ["first\n", "sec", "ond", " line\r\n", "third\n"]
    text = "".join(json.dumps({"log": c, "stream": "stdout", "time": Z}) + "\n" for c in chunks)
    rows, counts = read(text, "docker_json", "plain")
    assert [row["body"] for row in rows] == ["first", "second line", "third"]
    assert counts.lines == 5


def test_without_any_newline_docker_lines_are_whole() -> None:
    text = "".join(json.dumps({"log": c, "stream": "stdout", "time": Z}) + "\n" for c in ("a", "b"))
    assert [row["body"] for row in read(text, "docker_json", "plain")[0]] == ["a", "b"]


def test_three_levels() -> None:
    inner = json.dumps({"level": "error", "msg": "deep"})
    docker = json.dumps({"log": inner + "\n", "stream": "stderr", "time": Z})
    rows, _ = read(f"{Z} stdout F {docker}\n", "cri", "docker_json", "json_lines")
    assert (rows[0]["body"], rows[0]["severity_number"]) == ("deep", 17)
    assert dict(rows[0]["attributes"])["log.iostream"] == "stderr"


def test_colours_of_the_inner_line_are_removed() -> None:
    line = json.dumps({"log": "\x1b[32mlevel=info\x1b[0m msg=x\n", "stream": "stdout", "time": Z})
    rows, _ = read(line + "\n", "docker_json", "logfmt")
    assert (rows[0]["body"], rows[0]["severity_number"]) == ("x", 9)


def test_traces_continue_the_inner_record() -> None:
    said = [
        "level=error msg=failed",
        "java.lang.IllegalStateException: no",
        "  at a.b.C(D.java:1)",
        "level=info msg=next",
    ]
    rows, counts = read("".join(f"{Z} stderr F {line}\n" for line in said), "cri", "logfmt")
    assert [row["body"] for row in rows] == ["failed", "next"]
    assert dict(rows[0]["attributes"])["exception.stacktrace"] == "\n".join(said[1:3])
    assert (counts.first, counts.continuation) == (2, 2)


def test_lines_that_are_not_wrapped_stay_unmatched() -> None:
    rows, counts = read(f"garbage\n\n{Z} stdout F hello\n", "cri", "plain")
    assert [(row["body"], row["defects"]) for row in rows] == [("garbage", "unmatched"), ("hello", None)]
    assert (counts.first, counts.blank) == (2, 1)


def test_where_an_input_may_be_cut() -> None:
    tags = ["stdout P", "stderr F", "stdout F", "stderr F", "stderr P"]
    cut = registry.create("formats", "cri").cut(lines_of([f"{Z} {tag} x".encode() for tag in tags]))
    assert wrapped.boundaries(cut).tolist() == [
        RECORD_START,
        CONTINUED,
        CONTINUED,
        RECORD_START,
        RECORD_START,
    ]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["stdout", "stderr"]), st.sampled_from("PF"), st.text("abc ", min_size=1))
    )
)
def test_joining_is_what_a_loop_does(pieces: list[tuple[str, str, str]]) -> None:
    lines = lines_of([f"{Z} {stream} {tag} {text}".encode() for stream, tag, text in pieces])
    inside, status = wrapped.inner_lines(lines, registry.create("formats", "cri").cut(lines))
    wanted: dict[int, str] = {}
    unfinished: dict[str, int] = {}
    for row, (stream, tag, text) in enumerate(pieces):
        first = unfinished.pop(stream, row)
        wanted[first] = wanted.get(first, "") + text
        if tag == "P":
            unfinished[stream] = first
    text = inside.text.tobytes().decode()
    found = {row: text[inside.start[row] : inside.end[row]] for row in np.flatnonzero(status == RECORD_START)}
    assert found == wanted
    assert (np.diff(inside.end) >= 0).all()


@pytest.mark.parametrize("name", ["docker_compose", "kubectl_logs"])
def test_prefixes_without_pieces(name: str) -> None:
    leaf = registry.create("formats", name)
    lines = lines_of([sample["line"].encode() for sample in leaf.samples])
    inside, cut = wrapped.unwrap(lines, leaf.cut(lines), registry.create("formats", "plain"))
    start, end = inside.start, inside.end
    bodies = [bytes(inside.text[a:b]).decode() for a, b in zip(start, end, strict=True)]
    assert bodies == [sample["body"] for sample in leaf.samples]
    assert len(cut.status) == len(lines)
