"""How `logcli diff` shows what it finds, and what it says of bad input."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from logcli import differences
from logcli.new_lines import alarms
from tests.diffed import log, rows
from tests.running import logcli, process


def test_hostile_bytes_are_shown_as_text(tmp_path):
    (tmp_path / "good.log").write_text(log("up", "down"))
    (tmp_path / "bad.log").write_bytes(
        log("up", "down").encode() + b"2024-01-15 10:00:09 INFO \x07\x9b31m failed\x08\n"
    )
    for kind in ((), ("-t", "table"), ("-t", "csv"), ("-t", "jsonl"), ("-t", "markdown")):
        done = logcli("diff", tmp_path / "good.log", tmp_path / "bad.log", "-q", *kind)
        assert done.code == 0
        assert b"failed" in done.out
        if kind != ("-t", "csv"):  # data for programs is verbatim
            assert not re.search(rb"[\x00-\x08\x0b-\x1f\x7f]", done.out)


def test_text_is_80_columns_wide(tmp_path):
    (tmp_path / "good.log").write_text(log("up"))
    (tmp_path / "bad.log").write_text(
        log("up", "failed " + "x" * 300, *(f"a word failed {k}" for k in range(9)))
    )
    shown = logcli("diff", tmp_path / "good.log", tmp_path / "bad.log").out.decode()
    assert max(len(line) for line in shown.splitlines()) <= 80


def test_columns_and_kinds_of_output(tmp_path):
    rows(tmp_path, log("up", "down"), log("up", "it failed"))
    done = logcli("diff", tmp_path / "good.log", tmp_path / "bad.log", "-t", "csv", "-q", "--top", "1")
    header, *lines = done.out.decode().splitlines()
    assert header.split(",") == differences.SCHEMA.names
    assert len(lines) == 1
    done = logcli("diff", tmp_path / "good.log", tmp_path / "bad.log", "-o", tmp_path / "x.parquet", "-q")
    assert done.code == 0 and (tmp_path / "x.parquet").stat().st_size


def test_the_same_answer_for_any_number_of_jobs(tmp_path):
    steady = [f"step {k} done by worker-{k % 7}" for k in range(5000)]
    bad = [*steady[:2000], "cannot go on", "retry", *steady[2000:], "fatal: gave up"]
    found = [rows(tmp_path, log(*steady), log(*bad), "-j", jobs) for jobs in ("1", "2", "4")]
    assert found[0] and found[0] == found[1] == found[2]


def test_fail_on_new(tmp_path):
    rows(tmp_path, log("up", "down"), log("up", "down", "it failed"))
    good, bad = tmp_path / "good.log", tmp_path / "bad.log"
    assert logcli("diff", good, bad, "--fail-on", "new").code == 3
    assert logcli("diff", bad, good, "--fail-on", "new").code == 0
    assert logcli("diff", good, bad, "--fail-on", "damaged").code == 0
    assert logcli("diff", good, bad, "--fail-on", "newer").code == 2


def test_standard_input(tmp_path):
    (tmp_path / "good.log").write_text(log("up", "down"))
    done = process("diff", tmp_path / "good.log", "-", "-q", input=log("up", "down", "it failed").encode())
    assert done.code == 0
    assert "it failed" in done.out.decode()


# --- nothing to say, and bad input ----------------------------------------------------------------


def test_no_difference(tmp_path):
    assert rows(tmp_path, log("up", "down"), log("up", "down")) == []
    done = logcli("diff", tmp_path / "good.log", tmp_path / "bad.log", "--fail-on", "new")
    assert done.code == 0
    assert " ".join(done.out.decode().split()).startswith("no difference between")


@pytest.mark.parametrize(("good", "bad", "said"), [("", "up\n", "the baseline has no records to"),
                                                   ("up\n", "", "bad.log` has no records"),
                                                   ("", "", "has no records")])  # fmt: skip
def test_empty_logs(tmp_path, good, bad, said):
    (tmp_path / "good.log").write_text(good)
    (tmp_path / "bad.log").write_text(bad)
    done = logcli("diff", tmp_path / "good.log", tmp_path / "bad.log")
    assert (done.code, done.out) == (1, b"")
    assert said in done.err


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ((), "no log is named"),
        (("a.log",), "nothing to compare it with"),
        (("a.log", "a.log"), "compared with itself"),
        (("./a.log", "a.log"), "compared with itself"),
        (("a.log", "b.log", "--at", "10:30"), "only one may be named"),
        (("a.log", "b.log", "-n", "5"), "`--head` would cut"),
        (("a.log", "."), "is one file"),
        (("a.log", "b.log", "-k", "nothing"), "no column called"),
    ],
)
def test_wrong_commands(tmp_path, monkeypatch, args, said):
    monkeypatch.chdir(tmp_path)
    for name in ("a.log", "b.log"):
        Path(name).write_text(log("up"))
    done = logcli("diff", *args)
    assert done.code == 2
    assert said in done.err


def test_a_time_outside_the_log(tmp_path):
    (tmp_path / "a.log").write_text(log("up", "down"))
    done = logcli("diff", tmp_path / "a.log", "--at", "2020-01-01")
    assert done.code == 1
    assert "has no records before" in done.err


def test_arrow_streams_are_refused(tmp_path):
    for name in ("a", "b"):
        (tmp_path / f"{name}.log").write_text(log("up", "down"))
        logcli("parse", tmp_path / f"{name}.log", "-o", tmp_path / f"{name}.arrow")
    done = logcli("diff", tmp_path / "a.arrow", tmp_path / "b.arrow")
    assert done.code == 1
    assert "Arrow streams cannot be compared" in done.err


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Tests run: 6, Failures: 0, Errors: 0", []),
        ("finished with no errors", []),
        ("Build FAILED", ["failed"]),
        ("a.b.IllegalStateException: x", ["a.b.illegalstateexception"]),
        ("process ended with exit code 0", []),
        ("process ended with exit code 3", ["exit code 3"]),
        ("terrace stderr default", []),
        ("connection timed out", ["timed out"]),
    ],
)
def test_words_of_error(text, found):
    assert alarms(text) == found
