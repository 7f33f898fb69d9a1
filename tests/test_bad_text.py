"""Text out of bounds: cut lines are counted, hostile bytes stay off the terminal, borders do not show."""

from __future__ import annotations

import io
import json
import os
import pty
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from logcli import progress, scanning
from logcli.pipeline import Request, Run
from tests.running import LOGCLI, log, logcli

LIMIT = 8192  # bytes of a body that are looked at, see kernels/tokens.py


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def parsed(data: bytes, **more: Any) -> tuple[list[dict[str, Any]], Run]:
    """All records of a log with all columns, and the run that made them."""
    Path("x.log").write_bytes(data)
    with Run(Request(targets=("x.log",), **more)) as run:
        return [row for batch in run.parsed() for row in batch.to_pylist()], run


# --- lines that are too long ---------------------------------------------------------------------


@pytest.mark.parametrize("reader", ["templates", "parse -t jsonl", "parse -o out.parquet", "inspect"])
def test_long_lines_are_cut_and_counted(reader: str) -> None:
    Path("x.log").write_bytes(log(3) + b"x" * 1000 + b"\n" + log(2) + b"y" * 501)
    done = logcli(*reader.split(), "--max-line", "500", "x.log")
    assert done.code == 0
    assert "2 lines were cut at the limit, 501 bytes left out (--max-line)" in done.err + done.out.decode()
    assert "lines 7" in done.err + done.out.decode()


def test_cut_lines_are_marked_and_places_stay_true() -> None:
    data = log(1) + b"x" * 1000 + b"\nmore\n" + log(1) + b"y" * 700 + b"\n" + log(1)
    records, run = parsed(data, max_line=500)
    raw = [data[r["offset"] : r["offset"] + r["length"]] for r in records]
    line = log(1)[:-1]
    assert raw == [line + b"\n" + b"x" * 1000 + b"\nmore", line + b"\n" + b"y" * 700, line]
    assert [r["defects"] for r in records] == ["truncated", "truncated", None]
    assert [r["line"] for r in records] == [1, 4, 6]
    assert (run.account.cut_lines, run.account.lost_bytes) == (2, 700)
    alone, _ = parsed(data, max_line=500, format="plain")
    assert [r["offset"] for r in alone] == [0, 52, 1053, 1058, 1110, 1811]
    assert [r["length"] for r in alone] == [51, 1000, 4, 51, 700, 51]


@pytest.mark.parametrize("head", range(1, 7))
def test_the_first_records_of_a_log_with_cut_lines(head: int) -> None:
    data = log(1) + b"x" * 1000 + b"\nmore\n" + log(1) + b"y" * 700 + b"\n" + log(1)
    whole, _ = parsed(data, max_line=500, format="plain")
    some, run = parsed(data, max_line=500, format="plain", head=head)
    names = ("body", "offset", "length", "line", "defects")
    assert [[r[name] for name in names] for r in some] == [[r[name] for name in names] for r in whole[:head]]
    assert run.account.records == head


def test_raw_lines_behind_a_cut_line_are_the_right_ones() -> None:
    Path("x.log").write_bytes(b"x" * 1000 + b"\n" + log(1) + b"y" * 900 + b"\n" + log(1) + b"last one\n")
    options = ("-q", "-f", "plain", "--max-line", "500", "x.log")
    ids = [json.loads(line) for line in logcli("templates", "-t", "jsonl", *options).out.splitlines()]
    (number,) = [row["template_id"] for row in ids if "handled" in row["template"]]
    assert logcli("show", number, *options).out == log(1) * 2
    (number,) = [row["template_id"] for row in ids if "last" in row["template"]]
    assert logcli("show", number, "-B", "1", *options).out == log(1) + b"last one\n"


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is read from /proc")
def test_a_line_of_200_megabytes() -> None:
    """Held nowhere: the process stays as small as without it."""
    parsed(log(1))  # compiles, which takes more memory than anything else
    with Path("x.log").open("wb") as file:
        file.write(log(1) + b"2024-01-01 12:00:00 INFO ")
        for _ in range(200):
            file.write(b"x" * 1_000_000)
        file.write(b"\n" + log(1))
    code = (
        "import re, sys; from logcli import __main__ as program; code = program.run(sys.argv[1:])\n"
        # not getrusage: its peak counts the process that this one was forked from
        "peak = re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())\n"
        "print(code, int(peak[1]) >> 10, file=sys.stderr)"
    )
    done = subprocess.run(
        [LOGCLI[0], "-c", code, "parse", "-t", "jsonl", "x.log"], capture_output=True, check=True
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [len(line["body"]) for line in lines[:3]] == [26, (1 << 20) - len("2024-01-01 12:00:00 INFO "), 26]
    said = done.stderr.decode()
    assert f"1 line was cut at the limit, {200_000_025 - (1 << 20):,} bytes left out" in said
    status, peak = said.splitlines()[-1].split()
    assert (status, int(peak) < 350) == ("0", True)


pieces = st.one_of(
    st.sampled_from(["x", "a1", "é", "漢", "/p", ".", "=", " ", "http://h/", "<*>", "0x", "[", "blk_", '"']),
    st.tuples(st.sampled_from(["x", "é", "7", "/a", "a "]), st.integers(1, LIMIT)).map(lambda p: p[0] * p[1]),
)


@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(st.lists(pieces, max_size=30).map("".join), st.integers(LIMIT - 40, LIMIT + 100))
def test_monster_bodies_fit_their_template(text: str, size: int) -> None:
    """What is beyond the tokens that count is one last value, for the table and for each record."""
    body = (text.strip() or "x").encode()
    body = (body * (size // len(body) + 1))[:size].decode("utf-8", "ignore").strip()
    records, run = parsed(f"ok 1\n{body}\nok 2\n{body}!\n".encode(), format="plain", jobs=1)
    assert run.account.misfits == 0
    Path("x.log").write_text(f"ok 1\n{body}\nok 2\n{body}!\n")
    with Run(Request(targets=("x.log",), format="plain", jobs=1)) as again:
        table = again.templates()
    counts = dict(zip(table["template_id"].to_pylist(), table["count"].to_pylist(), strict=True))
    found = [record["template_id"] for record in records]
    assert counts == {name: found.count(name) for name in set(found)}


# --- borders between blocks ----------------------------------------------------------------------

TRACE = (
    b"java.lang.IllegalStateException: no\n\tat a.B.c(B.java:3)\n\tat a.B.d(B.java:4)\n"
    b"Caused by: x.Y: z\n\t... 2 more\n"
)
PARTS = [
    log(7),
    TRACE,
    b"\n",
    b" \t\n\n",
    b"free text\n",
    b"  indented\n",
    b"\x1b[31m2024-01-01 13:00:00 ERROR red\x1b[0m\n",
    b"2024-01-01 13:00:00 WARN \xff\xfe\n",
    b"2024-01-01 13:00:00 WARN caf\xc3\xa9\r\n",
    b"2024-01-01 13:00:00 INFO " + b"long " * 40 + b"\n",
]


@settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.sampled_from(PARTS), max_size=25),
    st.booleans(),
    st.integers(1, 3000),
    st.sampled_from([1, 2]),
)
def test_blocks_do_not_show(parts: list[bytes], ended: bool, size: int, jobs: int) -> None:
    data = log(3) + b"".join(parts) + b"the end" + b"\n" * ended
    whole, run = parsed(data)
    with pytest.MonkeyPatch.context() as patch:
        for name in ("BLOCK_BYTES", "WIDE_BLOCK_BYTES"):
            patch.setattr(scanning, name, size)
        cut, again = parsed(data, jobs=jobs)
    assert cut == whole
    assert again.account.line() == run.account.line()
    assert [record["line"] for record in whole] == sorted({record["line"] for record in whole})
    check_places(whole, data)


def check_places(records: list[dict[str, Any]], data: bytes) -> None:
    """Each record's bytes begin where its line does, and all but blank lines are in a record."""
    starts = np.concatenate(([0], np.flatnonzero(np.frombuffer(data, np.uint8) == 10) + 1))
    rest = bytearray(data)
    for record in records:
        start, end = record["offset"], record["offset"] + record["length"]
        assert starts[record["line"] - 1] == start
        assert data[end : end + 2].strip(b"\r")[:1] in (b"", b"\n")
        if not record["defects"]:
            assert record["body"].encode().split(b"\n")[0].strip() in data[start:end]
        rest[start:end] = b" " * (end - start)
    assert not rest.strip()


# --- terminals -----------------------------------------------------------------------------------

HOSTILE = b"\x1b]0;title\x07 \x1b[2J \x9b31m \x07\x08\x7f \r over \xc2\x9b2J \xe2\x80\xae turned \x0b\x0c\x00"


def on_terminal(*args: str) -> bytes:
    """All that a command writes when both its outputs are a terminal."""
    screen, end = pty.openpty()
    running = subprocess.Popen(
        [*LOGCLI, *args], stdin=subprocess.DEVNULL, stdout=end, stderr=end,
        env={**os.environ, "TERM": "xterm", "NO_COLOR": "1", "COLUMNS": "200", "LOGCLI_PAGER": "cat"},
    )  # fmt: skip
    os.close(end)
    shown = b""
    while True:
        try:
            piece = os.read(screen, 1 << 16)
        except OSError:  # the other end is closed
            break
        if not piece:
            break
        shown += piece
    os.close(screen)
    assert running.wait(60) in (0, 1)
    return shown


@pytest.mark.parametrize(
    "args",
    [
        "templates",
        "parse",
        "inspect",
        "parse -t jsonl",
        "parse -t csv",
        "parse -t markdown",
        "show PREFIX",
        "show none",
    ],
)
def test_hostile_bytes_never_reach_the_terminal(args: str) -> None:
    name = os.fsdecode(b"ev\x1b[31mil\xe2\x80\xae.log")
    Path(name).write_bytes(b"".join(b"2024-01-01 12:00:00 INFO " + HOSTILE + b" %d\n" % k for k in range(3)))
    if "PREFIX" in args:
        (first,) = logcli("templates", "-q", "-t", "jsonl", name).out.splitlines()
        args = args.replace("PREFIX", json.loads(first)["template_id"])
    shown = on_terminal(*args.split(), name).replace(b"\r\n", b"\n")
    for harmful in (
        b"\x1b[2J",
        b"\x1b]",
        b"\x1b[31m",
        b"\x07",
        b"\x08",
        b"\x9b31",
        b"\xc2\x9b",
        b"\xe2\x80\xae",
        b"\0",
    ):
        assert harmful not in shown, harmful
    assert set(shown.replace(b"\r\x1b[K", b"")) & {*range(32), 127} <= {9, 10}


def test_hostile_names_never_reach_the_terminal_as_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_DELAY_SECONDS", -1)
    screen = io.StringIO()
    shown = progress.Progress(screen, True)
    shown._last -= 1
    shown(1, 2, "ev\x1b[31mil\u202e.log")
    assert screen.getvalue().startswith("\r\x1b[Kev\\x1b[31mil\\u202e.log  ")


def test_piped_output_keeps_the_bytes() -> None:
    """Only a terminal needs protection: `show` gives back what the log holds."""
    data = b"2024-01-01 12:00:00 INFO " + HOSTILE + b"\n"
    Path("x.log").write_bytes(data)
    (first,) = logcli("templates", "-q", "-t", "jsonl", "x.log").out.splitlines()
    assert logcli("show", "-q", json.loads(first)["template_id"], "x.log").out == data


def test_what_a_record_says_does_not_depend_on_its_neighbours() -> None:
    """Attributes were empty or null depending on whether any record of the block had some."""
    records, _ = parsed(log(2) + b"2024-01-01 12:00:00 ERROR broken\n" + TRACE + log(2))
    assert [bool(record["attributes"]) for record in records] == [False, False, True, False, False]
    assert {str(record["attributes"]) for record in records if not record["attributes"]} == {"None"}
    for kind in ("csv", "jsonl"):
        mixed = logcli("parse", "-q", "-t", kind, "-k", "body,attributes", "x.log").out
        assert b"{}" not in mixed
    table = pa.Table.from_pylist(records)
    assert table.num_rows == 5
