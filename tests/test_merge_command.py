"""Merging several logs by time, with templates, shifts and filters."""

from __future__ import annotations

from pathlib import Path

import pytest

from logcli.filters import Filter
from logcli.moments import parse_moment
from tests.conftest import SHOP
from tests.running import logcli
from tests.runs import in_blocks_of, parsed, rows, running

LOGS = tuple(SHOP / f"{name}.log" for name in ("orders", "web", "inventory"))


def written(path: Path, seconds: list[int], word: str) -> Path:
    path.write_text(
        "".join(f"2024-01-01 10:{s // 60:02d}:{s % 60:02d} INFO {word} {s} done\n" for s in seconds)
    )
    return path


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    first = written(tmp_path / "a.log", list(range(0, 600, 7)), "even")
    return first, written(tmp_path / "b.log", list(range(3, 600, 5)), "odd")


def test_records_of_all_logs_in_order_of_time() -> None:
    merged, apart = parsed(*LOGS, merge=True), parsed(*LOGS)
    times = [row["time_unix_nano"] for row in merged]
    known = [time for time in times if time is not None]
    assert known == sorted(known)
    key = ["source", "line"]
    assert sorted(merged, key=lambda row: [row[name] for name in key]) == sorted(
        apart, key=lambda row: [row[name] for name in key]
    )


def test_equal_times_in_order_of_the_logs(tmp_path: Path) -> None:
    paths = [written(tmp_path / name, [5, 5, 5], name) for name in ("b.log", "a.log")]
    assert [(Path(row["source"]).name, row["line"]) for row in parsed(*paths, merge=True)] == [
        (name, line) for name in ("b.log", "a.log") for line in (1, 2, 3)
    ]


@pytest.mark.parametrize("jobs", [1, 2])
def test_neither_blocks_nor_threads_matter(
    pair: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, jobs: int
) -> None:
    with running(*pair, merge=True) as run:
        whole, account = rows(run.parsed()), run.account.line()
    in_blocks_of(300, monkeypatch)
    monkeypatch.setattr("logcli.scanning.Scanner._bytes_per_block", lambda self, wide: 300)
    with running(*pair, merge=True, jobs=jobs, max_line=100) as run:
        assert rows(run.parsed()) == whole
        assert run.account.line() == account


def test_bytes_are_the_same_for_any_number_of_jobs() -> None:
    outputs = {logcli("parse", *LOGS, "--merge", "-t", "jsonl", "-q", "-j", jobs).out for jobs in ("1", "2")}
    assert len(outputs) == 1
    assert outputs.pop().count(b"\n") == len(parsed(*LOGS))


def test_without_templates_it_is_one_pass(pair: tuple[Path, Path]) -> None:
    with running(*pair, merge=True) as run:
        found = rows(run.records())
        assert run.account.records == len(found) == 206
    assert [row["line"] for row in found if row["source"] == str(pair[0])] == list(range(1, 87))


def test_a_shifted_log(pair: tuple[Path, Path]) -> None:
    first, second = pair
    shifted = parsed(first, second, merge=True, shift=((str(first), 3.5),))
    plain = {(row["source"], row["line"]): row for row in parsed(first, second, merge=True)}
    assert [row["time_unix_nano"] for row in shifted] == sorted(row["time_unix_nano"] for row in shifted)
    for row in shifted:
        moved = (row["time_unix_nano"] - plain[row["source"], row["line"]]["time_unix_nano"]).total_seconds()
        assert moved == (3.5 if row["source"] == str(first) else 0)
        assert row["time_text"] == plain[row["source"], row["line"]]["time_text"]


def test_shift_as_an_option(pair: tuple[Path, Path]) -> None:
    command = ("parse", *pair, "--merge", "-k", "time,body", "-t", "csv", "-q")
    lines = logcli(*command, "--shift", f"{pair[0]}=-1h").out.decode().splitlines()
    assert lines[1] == "2024-01-01T09:00:00Z,even 0 done"
    assert lines[-1] == "2024-01-01T10:09:58Z,odd 598 done"


def test_the_last_minute_of_all_logs(pair: tuple[Path, Path]) -> None:
    found = parsed(*pair, merge=True, filter=Filter(since=parse_moment("end-60s")))
    assert {row["body"].split()[0] for row in found} == {"even", "odd"}
    assert min(int(row["body"].split()[1]) for row in found) == 538


def test_templates_are_learnt_from_all_logs(tmp_path: Path) -> None:
    names = [["ann", "bob", "cid"], ["dan", "eve", "fay", "gus"]]
    paths = []
    for number, some in enumerate(names):
        paths.append(tmp_path / f"{number}.log")
        lines = (f"2024-01-01 10:00:{k:02d} INFO login of {name} done\n" for k, name in enumerate(some))
        paths[-1].write_text("".join(lines))
    assert {row["template"] for row in parsed(*paths, merge=True)} == {"login of <*> done"}


def test_records_that_come_too_late_are_told(tmp_path: Path) -> None:
    late = written(tmp_path / "a.log", [0, 100, 5, 101], "late")
    other = written(tmp_path / "b.log", [50], "other")
    with running(late, other, merge=True) as run:
        found = rows(run.parsed())
        assert "1 records came more than 5 s late in their source" in run.account.notes
    assert len(found) == 5
