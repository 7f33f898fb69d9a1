"""From files to records and templates: accounting, the first records, pipes, filters, block borders."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from logcli.errors import LogcliError, UsageError
from logcli.filters import Filter, parse_levels
from logcli.moments import parse_moment
from tests.runs import counted, in_blocks_of, parsed, piped, rows, running

STAMP = "2024-01-01 10:{:02d}:{:02d},000 {} [main] app.Main: {}\n"
SMALL = {"max_line": 200}


def stamped(*bodies: str, level: str = "INFO") -> str:
    return "".join(STAMP.format(k // 60, k % 60, level, body) for k, body in enumerate(bodies))


def traces(n: int) -> str:
    """Records, every third one with a stack trace of several lines, blank lines between some."""
    parts = []
    for k in range(n):
        level = "ERROR" if k % 3 == 0 else "INFO"
        parts.append(STAMP.format(k // 60, k % 60, level, f"request {k} of user u{k % 4}"))
        if k % 3 == 0:
            parts.append(
                f"java.lang.IllegalStateException: no {k}\n\tat a.B.c(B.java:{k})\n\tat a.D.e(D.java:1)\n"
            )
        if k % 5 == 0:
            parts.append("\n")
    return "".join(parts)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "app.log"
    path.write_text(traces(60))
    return path


@pytest.mark.parametrize("size", [64, 300, 1000])
@pytest.mark.parametrize("jobs", [1, 2])
def test_where_blocks_end_changes_nothing(
    log: Path, monkeypatch: pytest.MonkeyPatch, size: int, jobs: int
) -> None:
    with running(log) as run:
        whole, account = rows(run.parsed()), run.account.line()
        table = run.templates()
    in_blocks_of(size, monkeypatch)
    with running(log, jobs=jobs, **SMALL) as run:
        assert rows(run.parsed()) == whole
        assert run.account.line() == account
    with running(log, jobs=jobs, **SMALL) as run:
        assert run.templates(values=True).drop_columns("slots") == table.drop_columns("slots")


def test_every_line_is_accounted_for(log: Path) -> None:
    with running(log) as run:
        found = rows(run.parsed())
        account = run.account
    data = log.read_bytes()
    assert account.lines == data.count(b"\n")
    assert account.lines == account.first + account.continuation + account.blank
    assert (account.first, account.continuation, account.blank) == (60, 60, 12)
    assert account.records == account.kept == account.matched == len(found) == 60
    assert account.input_bytes == len(data)
    spans = [data[row["offset"] : row["offset"] + row["length"]] for row in found]
    assert [span.count(b"\n") for span in spans] == [3 if k % 3 == 0 else 0 for k in range(60)]
    assert all(row["body"] in span.decode() for row, span in zip(found, spans, strict=True))


@pytest.mark.parametrize("head", [0, 1, 7, 59, 60, 1000])
@pytest.mark.parametrize("size", [64, 1 << 20])
def test_the_first_records_only(log: Path, monkeypatch: pytest.MonkeyPatch, head: int, size: int) -> None:
    everything = parsed(log)
    in_blocks_of(size, monkeypatch)
    with running(log, head=head, **SMALL) as run:
        found = rows(run.records())
        account = run.account
    known = [{key: row[key] for key in found[0]} for row in everything[:head]] if found else []
    assert found == known
    lines = log.read_text().splitlines()
    stop = everything[head]["line"] - 1 if head < 60 else len(lines)
    assert account.lines == stop == account.first + account.continuation + account.blank
    assert len(found) == account.records == min(head, 60)


@pytest.mark.parametrize("head", [0, 3, 40])
def test_the_first_records_of_a_pipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, head: int) -> None:
    in_blocks_of(300, monkeypatch)
    text = traces(5000)
    (tmp_path / "x.log").write_text(text)
    with piped(tmp_path, text.encode()) as pipe:
        found = parsed(pipe, head=head, **SMALL)
    assert len(found) == head
    for row in found:
        del row["source"]
    wanted = parsed(tmp_path / "x.log", head=head, **SMALL)
    for row in wanted:
        del row["source"]
    assert found == wanted


def test_a_pipe_is_read_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    in_blocks_of(300, monkeypatch)
    with piped(tmp_path, traces(200).encode()) as pipe, running(pipe, **SMALL) as run:
        found = rows(run.parsed())
        assert run.account.records == len(found) == 200
    assert len({row["template"] for row in found}) == 1


def test_the_first_records_are_counted_before_the_filter(log: Path) -> None:
    with running(log, head=7, filter=Filter(level=parse_levels("error"))) as run:
        found = rows(run.parsed())
        assert [row["line"] for row in found] == [1, 8, 15]
        assert (run.account.records, run.account.kept, run.account.filtered) == (7, 3, 4)


def test_templates_are_learnt_from_what_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "x.log"
    names = ["ann", "bob", "cid", "dan", "eve", "fay", "gus", "hal"]
    path.write_text(stamped(*(f"login of {name} done" for name in names)))
    assert counted(path) == {"login of <*> done": 8}
    assert counted(path, filter=Filter(grep=("ann",))) == {"login of ann done": 1}


@pytest.mark.parametrize("jobs", [1, 2])
def test_from_the_end(log: Path, monkeypatch: pytest.MonkeyPatch, jobs: int) -> None:
    in_blocks_of(300, monkeypatch)
    since = parse_moment("end-4s")
    with running(log, filter=Filter(since=since), jobs=jobs, **SMALL) as run:
        assert [row["body"][:10] for row in rows(run.parsed())] == [f"request {k}" for k in range(55, 60)]
        assert (run.account.records, run.account.kept) == (60, 5)


def test_from_the_end_of_a_pipe(tmp_path: Path) -> None:
    since = parse_moment("end-4s")
    with piped(tmp_path, traces(60).encode()) as pipe:
        assert len(parsed(pipe, filter=Filter(since=since))) == 5


def test_lines_of_another_format_stand_alone(tmp_path: Path) -> None:
    path = tmp_path / "mixed.log"
    other = '10.0.0.1 - - [01/Jan/2024:10:00:00 +0000] "GET / HTTP/1.1" 200 5\n'
    path.write_text("".join(stamped(f"took {k} ms") + (other if k % 3 == 0 else "") for k in range(30)))
    with running(path) as run:
        found = rows(run.parsed())
        account = run.account
    assert (account.records, account.unmatched, account.continuation) == (40, 10, 0)
    alone = [row for row in found if row["defects"] == "unmatched"]
    assert [row["body"] + "\n" for row in alone] == [other] * 10


def cri(n: int) -> tuple[str, list[str]]:
    """Lines of a container runtime, two streams, some lines in several pieces; and the whole lines."""
    lines, whole = [], []
    for k in range(n):
        stamp, stream = f"2024-01-01T10:00:{k % 60:02d}.{k:09d}Z", "stderr" if k % 4 == 3 else "stdout"
        body = f"request {k} took {k * 7} ms"
        whole.append(body)
        if k % 3 == 0:
            pieces = [body[:5], body[5:9], body[9:]]
            other = "stdout" if stream == "stderr" else "stderr"
            lines += [f"{stamp} {stream} P {pieces[0]}", f"{stamp} {stream} P {pieces[1]}"]
            lines += [f"{stamp} {other} F between {k}", f"{stamp} {stream} F {pieces[2]}"]
            whole.append(f"between {k}")
        else:
            lines.append(f"{stamp} {stream} F {body}")
    return "".join(line + "\n" for line in lines), whole


def docker(n: int) -> tuple[str, list[str]]:
    bodies = [f"request {k} took {k * 7} ms" for k in range(n)]
    rows = [
        {"log": body + "\n", "stream": "stdout", "time": f"2024-01-01T10:00:{k % 60:02d}.1Z"}
        for k, body in enumerate(bodies)
    ]
    return "".join(json.dumps(row) + "\n" for row in rows), bodies


def compose(n: int) -> tuple[str, list[str]]:
    bodies = [f"request {k} took {k * 7} ms" for k in range(n)]
    return "".join(f"web-{k % 2 + 1}  | {body}\n" for k, body in enumerate(bodies)), bodies


@pytest.mark.parametrize("make", [cri, docker, compose])
@pytest.mark.parametrize("size", [64, 300, 1 << 20])
def test_wrapped_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Any, size: int) -> None:
    text, bodies = make(60)
    path = tmp_path / "wrapped.log"
    path.write_text(text)
    in_blocks_of(size, monkeypatch)
    with running(path, **SMALL) as run:
        found = rows(run.parsed())
        account = run.account
    assert sorted(row["body"] for row in found) == sorted(bodies)
    assert account.lines == text.count("\n")
    assert account.lines == account.first + account.continuation
    assert account.records == account.first == len(bodies)
    assert "request <*> took <*> ms" in {row["template"] for row in found}


def test_what_is_wrong_is_said_before_anything_is_read(tmp_path: Path) -> None:
    path = tmp_path / "x.log"
    path.write_text("x\n")
    wrong: list[dict[str, Any]] = [
        {"format": "nonsense"},
        {"parser": "drian"},
        {"parser": "drain", "parameters": {"depth": "deep"}},
        {"parser": "drain", "parameters": {"dept": 3}},
        {"grain": "word"},
        {"merge": True, "head": 3},
        {"follow": True, "merge": True},
    ]
    for asked in wrong:
        with pytest.raises(UsageError), running(path, **asked):
            pass


def test_a_file_that_is_rewritten_between_passes_is_damaged(log: Path) -> None:
    with running(log) as run:
        run.learn()
        log.write_text("2024-01-01 10:00:00,000 INFO [main] app.Main: something else\n" * 200)
        rows(run.parsed())
        assert "rewritten" in run.account.damaged[0] or "between two passes" in run.account.damaged[0]
        assert run.account.records == run.account.kept


def test_strict_stops_at_the_first_misfit(tmp_path: Path) -> None:
    path = tmp_path / "x.log"
    access = '10.0.0.1 - - [01/Jan/2024:10:00:00 +0000] "GET / HTTP/1.1" 200 5\n'
    path.write_text(access * 2 + "no such line\n")
    with running(path, strict=True) as run, pytest.raises(LogcliError) as caught:
        rows(run.records())
    assert caught.value.where.endswith("x.log:3")
