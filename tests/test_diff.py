"""What `logcli diff` finds in two logs, and how it is ranked."""

from __future__ import annotations

import json

from logcli import compared
from tests.conftest import SHOP
from tests.diffed import log, of_kind, rows
from tests.running import logcli

ORDERS = (SHOP / "orders.log").read_text(encoding="utf-8")


def test_new_lines_of_error_come_first(tmp_path):
    steady = [f"step {k} done in {k} ms" for k in range(40)]
    bad = [*steady[:10], "warming up a cache", *steady[10:30], "cannot open /srv/a.db", *steady[30:]]
    found = rows(tmp_path, log(*steady), log(*bad))
    assert [(one["kind"], one["first_line"], one["last_line"]) for one in found] == [
        ("new", 32, 32),
        ("new", 11, 11),
    ]
    assert found[0]["example"] == "cannot open /srv/a.db"
    assert "cannot" in found[0]["reason"]
    assert (found[0]["good_count"], found[0]["bad_count"]) == (0, 1)


def test_neighbouring_new_lines_are_one_finding(tmp_path):
    steady = [f"step {k} done" for k in range(30)]
    block = ["query failed", "in table users", steady[0], "rolled back", "gave up"]
    found = rows(tmp_path, log(*steady), log(*steady, *block, *steady))
    (one,) = of_kind(found, "new")
    assert (one["first_line"], one["last_line"], one["bad_count"]) == (31, 35, 4)


def test_what_repeats_is_told_once(tmp_path):
    steady = [f"step {k} done" for k in range(20)]
    bad = [*steady, "disk broke, write failed"] * 5
    (one,) = of_kind(rows(tmp_path, log(*steady), log(*bad)), "new")
    assert (one["first_line"], one["bad_count"]) == (21, 5)
    assert "at 5 places, until line 105" in one["reason"]


def test_what_comes_too_often_to_keep_every_place_is_counted(tmp_path, monkeypatch):
    monkeypatch.setattr(compared, "ALL_PLACES", 10)
    steady = [f"step {k} done" for k in range(50_000)]
    often = [word for k, step in enumerate(steady) for word in ([step] if k % 5 else [step, "disk failed"])]
    found = rows(tmp_path, log(*steady), log(*often, "another one failed"))
    assert [(one["first_line"], one["bad_count"]) for one in of_kind(found, "new")] == [
        (60_001, 1),
        (2, 10_000),
    ]


def test_a_record_of_several_lines_counts_with_all(tmp_path):
    steady = [f"step {k} done" for k in range(9)]
    trace = "java.io.IOException: broken\n\tat a.B.c(B.java:1)\n\tat a.B.d(B.java:2)"
    (one,) = of_kind(rows(tmp_path, log(*steady), log(*steady, f"request failed\n{trace}")), "new")
    assert (one["first_line"], one["last_line"]) == (10, 13)


def test_rates(tmp_path):
    good = [f"read {k} rows" for k in range(900)] + ["retry of a call"] * 10 + ["slept"] * 200
    bad = [f"read {k} rows" for k in range(900)] + ["retry of a call"] * 90 + ["slept"] * 20
    found = rows(tmp_path, log(*good), log(*bad))
    assert {one["kind"]: one["template"] for one in found} == {"more": "retry of a call", "less": "slept"}
    assert "times as frequent" in found[0]["reason"]
    assert (found[0]["good_count"], found[0]["bad_count"]) == (10, 90)


def test_a_rate_that_chance_explains_is_not_told(tmp_path):
    good = [f"read {k} rows" for k in range(100)] + ["slept"] * 2
    bad = [f"read {k} rows" for k in range(100)] + ["slept"] * 5
    assert rows(tmp_path, log(*good), log(*bad)) == []


def test_gone(tmp_path):
    steady = [f"step {k} done" for k in range(50)]
    found = rows(tmp_path, log(*(steady + ["heartbeat", "all is well"] * 20)), log(*steady))
    assert {one["template"] for one in found} == {"heartbeat", "all is well"}
    assert all(one["kind"] == "gone" and one["first_line"] is None for one in found)


def test_new_values_of_a_slot(tmp_path):
    good = [f"job {k} went from NEW to {('DONE', 'HELD')[k % 2]}" for k in range(60)]
    bad = [*good[:40], *(f"job {k} went from NEW to LOST" for k in range(20))]
    (one,) = of_kind(rows(tmp_path, log(*good), log(*bad)), "values")
    assert "DONE, HELD" in one["reason"] and "LOST" in one["reason"]
    assert (one["first_line"], one["last_line"]) == (41, 60)


def test_identifiers_are_no_new_values(tmp_path):
    good = [f"job {k} done" for k in range(300)]
    bad = [f"job {k} done" for k in range(1000, 1300)]
    assert rows(tmp_path, log(*good), log(*bad)) == []


def test_shop_with_an_injected_change(tmp_path):
    lines = ORDERS.splitlines(keepends=True)
    broken = [line.replace("Invoice written to", "Cannot write invoice to") for line in lines[200:]]
    found = rows(tmp_path, ORDERS, "".join(lines[:200] + broken))
    first = next(k for k, line in enumerate(broken, 201) if "Cannot write invoice" in line)
    assert found[0]["kind"] == "new"
    assert found[0]["first_line"] == first
    assert found[0]["template"] == "Cannot write invoice to <*>"


def test_several_baselines_know_more(tmp_path):
    (tmp_path / "other.log").write_text(log("cannot open /srv/a.db"), encoding="utf-8")
    steady = [f"step {k} done" for k in range(20)]
    bad = [*steady, "cannot open /srv/b.db"]
    more = ("--baseline", str(tmp_path / "other.log"))
    assert of_kind(rows(tmp_path, log(*steady), log(*bad)), "new")
    assert not of_kind(rows(tmp_path, log(*steady), log(*bad), *more), "new")


def test_a_glob_leaves_out_the_log_to_explain(tmp_path):
    for name, text in {"a": log("up", "down"), "b": log("up", "down"), "c": log("up", "it failed")}.items():
        (tmp_path / f"{name}.log").write_text(text, encoding="utf-8")
    done = logcli("diff", tmp_path / "*.log", tmp_path / "c.log", "-t", "jsonl")
    found = [json.loads(line) for line in done.out.splitlines()]
    assert [(one["kind"], one["good_count"], one["bad_count"]) for one in found] == [
        ("new", 0, 1),
        ("gone", 2, 0),
    ]
    assert "no baseline" in done.err


def test_parted_by_time(tmp_path):
    file = tmp_path / "a.log"
    file.write_text(log(*(f"step {k} done" for k in range(50)), "database is gone, giving up"))
    for moment in ("2024-01-15 10:00:40", "end-10s", "start+40s"):
        done = logcli("diff", file, "--at", moment, "-t", "jsonl", "-q")
        assert [json.loads(line)["first_line"] for line in done.out.splitlines()] == [51]


def test_other_formats_are_read_as_plain_text(tmp_path):
    steady = [f"step {k} done" for k in range(20)]
    (tmp_path / "good.log").write_text(log(*steady))
    (tmp_path / "bad.log").write_text("it failed to start\nno more to say\n")
    done = logcli("diff", tmp_path / "good.log", tmp_path / "bad.log")
    assert "both are read as plain text" in done.err
    assert "it failed to start" in done.out.decode()
