"""Merging by time: the same order whatever the batches, nothing lost, little held."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logcli import merge as module
from logcli.merge import merge

SECOND = 10**9
Record = tuple[int | None, str]  # seconds, name


@pytest.fixture(autouse=True)
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_ROWS", 3)


def batch(records: list[Record]) -> pa.RecordBatch:
    """With a dictionary of its own and a map, as real records have."""
    times = [None if time is None else time * SECOND for time, _ in records]
    names = [name for _, name in records]
    return pa.RecordBatch.from_arrays(
        [
            pa.array(times, pa.timestamp("ns", "UTC")),
            pa.array(names).dictionary_encode(),
            pa.array([[("name", name)] for name in names], pa.map_(pa.string(), pa.string())),
        ],
        names=["time_unix_nano", "body", "attributes"],
    )


def batches(records: list[Record], size: int) -> Iterator[pa.RecordBatch]:
    for at in range(0, len(records), size):
        yield batch(records[at : at + size])


def merged(streams: list[list[Record]], size: int = 2, window: float = 5) -> list[str]:
    out = merge([batches(records, size) for records in streams], window)
    rows = [row for part in out for row in part.to_pylist()]
    assert all(dict(row["attributes"]) == {"name": row["body"]} for row in rows)
    return [row["body"] for row in rows]


def test_by_time_then_by_stream() -> None:
    one = [(1, "a1"), (3, "a3"), (5, "a5")]
    two = [(1, "b1"), (2, "b2"), (5, "b5"), (9, "b9")]
    assert merged([one, two]) == ["a1", "b1", "b2", "a3", "a5", "b5", "b9"]


def test_disorder_within_the_window_is_put_right() -> None:
    assert merged([[(10, "c"), (7, "a"), (8, "b"), (11, "d")]]) == ["a", "b", "c", "d"]


def test_records_without_a_time_stay_behind_the_one_before() -> None:
    one = [(None, "a0"), (1, "a1"), (None, "a1+"), (None, "a1++"), (4, "a4")]
    two = [(None, "b0"), (1, "b1"), (2, "b2"), (None, "b2+")]
    assert merged([one, two], 1) == ["a0", "b0", "a1", "a1+", "a1++", "b1", "b2", "b2+", "a4"]


def test_a_stream_without_times_comes_first() -> None:
    assert merged([[(1, "a")], [(None, "b"), (None, "c")], []]) == ["b", "c", "a"]


def test_late_records_are_kept_and_counted() -> None:
    one = [(100, "a"), (10, "late"), (101, "c")]
    two = [(94, "x"), (96, "y"), (99, "z")]
    merging = merge([batches(one, 1), batches(two, 1)], 5)
    rows = [name for part in merging for name in part.column("body").to_pylist()]
    assert rows == ["x", "late", "y", "z", "a", "c"]  # five seconds before `a`
    assert merging.late == 1


times = st.one_of(st.none(), st.integers(0, 30))
logs = st.lists(st.lists(times, max_size=25), max_size=4)


@settings(deadline=None)
@given(logs, st.integers(1, 7), st.integers(0, 6))
def test_the_order_does_not_depend_on_the_batches(
    streams: list[list[int | None]], size: int, window: int
) -> None:
    named = [
        [(time, f"{stream}-{row}") for row, time in enumerate(column)]
        for stream, column in enumerate(streams)
    ]
    got = merged(named, size, window)
    assert sorted(got) == sorted(name for stream in named for _, name in stream)
    assert got == merged(named, 1000, window)


@settings(deadline=None)
@given(st.lists(st.lists(st.integers(0, 50), max_size=25).map(sorted), max_size=4), st.integers(1, 7))
def test_ordered_streams_give_the_sorted_order(streams: list[list[int]], size: int) -> None:
    named: list[list[Record]] = [
        [(time, f"{stream}-{row}") for row, time in enumerate(column)]
        for stream, column in enumerate(streams)
    ]
    everything = [record for stream in named for record in stream]
    assert merged(named, size, 0) == [
        name for _, name in sorted(everything, key=lambda record: record[0] or 0)
    ]


def test_only_as_much_is_read_as_is_needed() -> None:
    read = [0, 0]

    def endless(stream: int) -> Iterator[pa.RecordBatch]:
        for second in range(1_000_000):
            read[stream] += 1
            yield batch([(second, "x"), (second, "y")])

    taken = 0
    for part in merge([endless(0), endless(1)], 2):
        taken += part.num_rows
        assert abs(read[0] - read[1]) <= 2
        assert sum(read) * 2 - taken <= 20
        if taken > 300:
            break


def test_streams_one_after_another_are_not_copied() -> None:
    parts = [batch([(1, "a"), (2, "b")]), batch([(20, "c"), (21, "d")])]
    out = list(merge([iter(parts[:1]), iter(parts[1:])], 5))
    assert [part.column("body").to_pylist() for part in out] == [["a", "b"], ["c", "d"]]
    for part, following in pairwise([*out, out[0]]):
        assert part.schema == following.schema
    assert out[0].column(0).buffers()[1].address == parts[0].column(0).buffers()[1].address
