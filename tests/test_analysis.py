"""Counts over time, silences, what varies, and the page that tells of them, against plain Python."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logcli import arrays
from logcli.analysis import bins, phrases, summary_page
from logcli.analysis.bins import Bins
from logcli.analysis.names import NONE, OTHERS, Names, first_used
from logcli.analysis.services import Services
from logcli.analysis.silences import Silences
from logcli.analysis.summary import Shown, Summary
from logcli.analysis.timeline import Timeline
from logcli.analysis.varying import Slots
from logcli.errors import UsageError
from logcli.pipeline import Request, Run
from tests.conftest import SHOP

SECOND = 10**9
DAY = 86400 * SECOND
NOW = 1_700_000_000 * SECOND

times_and_groups = st.lists(
    st.tuples(st.integers(-10 * DAY, 800 * DAY).map(lambda n: NOW + n), st.integers(0, 3)), min_size=1
)


def in_batches(rows: list[tuple[int, int]], size: int, every: int | None = None) -> Bins:
    found = Bins(every)
    for start in range(0, len(rows), size):
        part = np.array(rows[start : start + size], np.int64)
        found.update(part[:, 0], part[:, 1])
    return found


# --- bins ----------------------------------------------------------------------------------------


def test_each_width_is_a_multiple_of_the_one_before() -> None:
    assert all(wide % narrow == 0 for narrow, wide in pairwise(bins.LADDER))


@settings(max_examples=60, deadline=None)
@given(times_and_groups, st.integers(1, 7), st.sampled_from([1, 10, 60]))
def test_bins_count_every_time_once(rows: list[tuple[int, int]], size: int, most: int) -> None:
    width, starts, groups, counts = in_batches(rows, size).cells(most)
    wanted = Counter((bins.floor(ns, width), group) for ns, group in rows)
    assert (
        dict(zip(zip(starts.tolist(), groups.tolist(), strict=True), counts.tolist(), strict=True)) == wanted
    )
    assert list(zip(starts.tolist(), groups.tolist(), strict=True)) == sorted(wanted)


@settings(max_examples=60, deadline=None)
@given(times_and_groups, st.integers(1, 7))
def test_bins_do_not_depend_on_batches(rows: list[tuple[int, int]], size: int) -> None:
    one, other = in_batches(rows, len(rows)).cells(60), in_batches(rows, size).cells(60)
    assert one[0] == other[0]
    assert all((a == b).all() for a, b in zip(one[1:], other[1:], strict=True))


def test_no_more_bins_than_wanted() -> None:
    for span in (1, 3600, 86400, 30 * 86400, 400 * 86400):
        width, *_ = in_batches([(NOW, 0), (NOW + span * SECOND, 0)], 2).cells(60)
        assert bins.number(NOW, NOW + span * SECOND, width) <= 60


def test_a_day_is_drawn_in_half_hours_from_midnight() -> None:
    start = NOW // DAY * DAY
    width, starts, *_ = in_batches([(start, 0), (start + DAY - 1, 0)], 2).cells(48)
    assert (width, starts[0]) == (1800 * SECOND, start)


def test_whole_seconds_are_not_split() -> None:
    assert in_batches([(NOW, 0), (NOW + 2 * SECOND, 0)], 1).cells(60)[0] == SECOND
    assert in_batches([(NOW, 0), (NOW + 2 * SECOND + 5, 0)], 1).cells(60)[0] < SECOND


def test_too_many_bins_are_refused() -> None:
    with pytest.raises(UsageError):
        in_batches([(NOW, 0), (NOW + 365 * DAY, 0)], 1, every=SECOND)


def test_no_times_no_bins() -> None:
    empty = Bins()
    empty.update(np.zeros(0, np.int64), np.zeros(0, np.int64))
    assert not len(empty.cells(60)[1])


def test_columns_of_several_bins() -> None:
    starts, counts = np.array([0, 10, 40]), np.array([1, 2, 4])
    assert bins.dense(starts, counts, 0, 10, 5, 5) == [1, 2, 0, 0, 4]
    assert bins.dense(starts, counts, 0, 10, 5, 2) == [3, 4]


# --- silences ------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 400 * DAY).map(lambda n: NOW + n), min_size=2), st.integers(1, 5))
def test_silences_are_exact_in_any_order(times: list[int], size: int) -> None:
    found = Silences()
    for start in range(0, len(times), size):
        found.update(np.array(times[start : start + size], np.int64))
    known = sorted(times)
    wanted = sorted((b - a for a, b in pairwise(known)), reverse=True)[:3]
    wide = 2 * bins.width_for(known[0], known[-1], 4096)
    lengths = [one.end_ns - one.start_ns for one in found.longest(3)]
    assert [n for n in lengths if n > wide] == [n for n in wanted if n > wide]


def test_times_of_many_centuries(tmp_path: Path) -> None:
    edge = np.array([np.iinfo(np.int64).min + 1, NOW, np.iinfo(np.int64).max], np.int64)
    timeline = Timeline("field")
    timeline.update(arrays.numbers(edge, pa.timestamp("ns", "UTC")), pa.array(["a", "a", "b"]))
    assert sum(timeline.table(60)["count"].to_pylist()) == 3
    assert timeline.picture(80, 20).count("\n") >= 4
    found = Silences()
    found.update(edge)
    assert found.longest(3)[0].start_ns == edge[0]


# --- names and services --------------------------------------------------------------------------


def test_names_in_order_up_to_a_limit() -> None:
    names = Names(3)
    column = pa.array(["b", None, "a", "b", "c", "d", "c"])
    assert names.numbers(column).tolist() == [0, 1, 2, 0, 3, 3, 3]
    assert names.texts == ["b", NONE, "a", OTHERS]
    assert names.numbers(pa.array(["e", "a"]).dictionary_encode()).tolist() == [3, 2]
    assert names.numbers(pa.array([], pa.string())).tolist() == []


def test_used_words_of_a_slice_of_a_dictionary() -> None:
    column = pa.array(["x", "y", None, "z", "y"]).dictionary_encode()[2:]
    used, rows = first_used(column)
    assert (used, rows.tolist()) == ([None, "z", "y"], [0, 1, 2])


def services(resource: list[dict[str, str]], attributes: list[dict[str, str]], scope: list[str | None]):
    pairs = pa.map_(pa.string(), pa.string())
    batch = pa.record_batch(
        {
            "resource": pa.array([list(row.items()) for row in resource], pairs),
            "attributes": pa.array([list(row.items()) for row in attributes], pairs),
            "scope": pa.array(scope, pa.string()).dictionary_encode(),
        }
    )
    found = Services()
    found.update(batch)
    return found.facts(5)


def test_the_best_name_of_a_service_is_taken() -> None:
    found = services([{"service.name": "a"}, {}], [{"app": "b"}, {"app": "c"}], ["s", None])
    assert found == {"field": "service.name", "distinct": 1, "records": 1, "top": [{"name": "a", "count": 1}]}
    assert services([{}, {}], [{"app": "b"}, {"user": "c"}], ["s", None])["field"] == "app"
    assert services([{}], [{}], ["s"])["field"] == "scope"
    assert services([{}], [{"user": "x"}], [None]) is None


# --- what varies ---------------------------------------------------------------------------------


def varying(rows: list[list[str]], size: int) -> list[dict[str, object]]:
    found = Slots()
    for start in range(0, len(rows), size):
        part = rows[start : start + size]
        found.update(np.zeros(len(part), np.int64), pa.array(part, pa.list_(pa.string())))
    return found.varying(9, ["<*> <*> <*>"], [len(rows)])


@pytest.mark.parametrize("size", [1, 7, 150, 2000])
def test_what_varies_does_not_depend_on_batches(size: int) -> None:
    rows = [[("up", "down")[k % 2], str(k % 37 + 1), f"id{k}"] for k in range(600)]
    rows += [["up", "90000", "id"], *[["up", str(k), "id"] for k in range(1000, 1300)]]
    few, wide = varying(rows, size)
    assert (few["how"], few["type"], few["slot"], few["distinct"]) == ("few", "enum", 1, 2)
    assert few["top"] == [["up", 601], ["down", 300]]
    assert (wide["how"], wide["slot"], wide["min"], wide["max"], wide["at_least"]) == (
        *("range", 2, 1, 90000, True),
    )
    assert (wide["top"], wide["records"]) == ([], len(rows))


def test_what_says_little_is_not_told() -> None:
    assert varying([["same", "7", f"id{k}"] for k in range(50)], 10) == []
    assert varying([[], []], 1) == []


# --- pages ---------------------------------------------------------------------------------------


def summary(*paths: Path, top: int = 6, **options: object) -> dict:
    with Run(Request(targets=tuple(map(str, paths)), columns=Summary.columns, **options)) as run:
        found = Summary()
        for batch in run.parsed():
            found.update(batch)
        return found.facts(run.account, [path.name for path in paths], Shown(top, top))


def test_facts_add_up() -> None:
    logs = sorted(SHOP.glob("*.log"))
    facts = summary(*logs, top=1000, year=2026)
    assert sum(facts["volume"]["counts"]) == facts["time"]["records"] == facts["records"]["kept"]
    assert sum(one["count"] for one in facts["templates"]["top"]) == facts["records"]["kept"]
    assert sum(facts["severities"].values()) == facts["records"]["kept"]
    lines = dict(facts["lines"])
    assert lines.pop("total") == sum(lines.values())
    assert facts == summary(*logs, top=1000, year=2026, jobs=1)


def test_first_and_last_times_are_those_of_time_not_of_lines(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    hours = [12, 10, 20, 11]
    log.write_text("".join(f"2024-01-15 {hour}:00:00 ERROR disk {hour} full\n" for hour in hours))
    facts = summary(log)
    (error,) = facts["errors"]["top"]
    assert (error["first_time"], error["last_time"]) == ("2024-01-15T10:00:00Z", "2024-01-15T20:00:00Z")
    assert (error["line"], error["example"], error["errors"]) == (1, "disk 12 full", 4)


def test_new_is_what_came_in_the_last_tenth(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    log.write_text(
        "".join(f"2024-01-15 10:{m:02}:00 INFO tick {m}\n" for m in range(60))
        + "2024-01-15 10:59:30 INFO shutting down\n"
    )
    found = summary(log)["templates"]
    assert [one["template"] for one in found["new"]] == ["shutting down"]


def test_a_long_silence_is_told(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    seconds = [*range(1000), *range(4000, 5000)]
    log.write_text("".join(f"{phrases.iso(NOW + s * SECOND)} INFO tick\n" for s in seconds))
    (silence,) = summary(log)["time"]["silences"]
    assert (silence["seconds"], silence["start"]) == (3001.0, phrases.iso(NOW + 999 * SECOND))


def test_pages_fit_and_let_no_control_character_through(tmp_path: Path) -> None:
    log = tmp_path / "a\x1b[31m.log"
    log.write_bytes(
        b"2024-01-15 10:00:00 ERROR evil \x1b]0;t\x07 \xff \xe2\x80\xae " + b"long " * 80
        + b"\n2024-01-15 10:00:09 INFO \xe6\x97\xa5\xe6\x9c\xac" * 40 + b" | `x` <script>\n"
    )  # fmt: skip
    facts = summary(log)
    text, marked = summary_page.text(facts), summary_page.markdown(facts)
    assert all(phrases.cells(line) <= 80 for line in text.splitlines())
    assert all(part.isprintable() for part in (text + marked).split("\n"))
    assert "<script>" not in marked and "\\`x\\`" in marked


def test_groups_of_a_timeline_are_safe_to_show() -> None:
    timeline = Timeline("scope")
    times = arrays.numbers(np.array([NOW, NOW + DAY]), pa.timestamp("ns", "UTC"))
    timeline.update(times, pa.array(["a\x1b[2J\nb", None]))
    picture = timeline.picture(80, 20)
    assert "a\\x1b[2J\\x0ab" in picture and "(none)" in picture
    assert max(map(len, picture.splitlines())) <= 80


def test_a_table_of_the_commonest_groups_keeps_all_counts() -> None:
    timeline = Timeline("field")
    times = arrays.numbers(np.arange(90) * SECOND + NOW, pa.timestamp("ns", "UTC"))
    timeline.update(times, pa.array([f"g{k * k % 7}" for k in range(90)]))
    whole, some = timeline.table(60), timeline.table(60, top=2)
    assert sum(whole["count"].to_pylist()) == sum(some["count"].to_pylist()) == 90
    groups = set(some["group"].to_pylist())
    assert len(groups) == 3 and "(2 others)" in groups


def test_outputs_of_a_timeline_agree(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    command = [sys.executable, "-m", "logcli", "timeline", str(SHOP / "orders.log"), "-q", "--every", "1h"]
    rows = subprocess.run([*command, "-t", "jsonl"], capture_output=True, check=True).stdout.splitlines()
    subprocess.run([*command, "-o", str(tmp_path / "a.parquet")], check=True)
    table = pq.read_table(tmp_path / "a.parquet")
    assert [json.loads(row)["count"] for row in rows] == table["count"].to_pylist()
    assert sum(table["count"].to_pylist()) == 231
