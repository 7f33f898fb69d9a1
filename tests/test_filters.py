"""Time and level expressions, and which records they keep."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from logcli import schema
from logcli.errors import UsageError
from logcli.filters import Filter, Levels, check_pattern, parse_levels
from logcli.moments import NS, Moment, parse_moment, span_ns

BERLIN = ZoneInfo("Europe/Berlin")
# A Wednesday.
NOW = datetime(2024, 1, 17, 12, 34, 56, tzinfo=UTC)


def seconds(*when: int) -> int:
    return int(datetime(*when, tzinfo=UTC).timestamp()) * NS  # type: ignore[misc,arg-type]


def ns(text: str, zone: ZoneInfo | None = None, latest: bool = False) -> int:
    return parse_moment(text, zone, int(NOW.timestamp()) * NS, latest).ns


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-01-15", seconds(2024, 1, 15)),
        ("2024-01-15 10:00", seconds(2024, 1, 15, 10)),
        ("2024-01-15T10:00:07Z", seconds(2024, 1, 15, 10, 0, 7)),
        ("2024-01-15T10:00:07.000000001Z", seconds(2024, 1, 15, 10, 0, 7) + 1),
        ("2024-01-15T10:00:07,5+02:00", seconds(2024, 1, 15, 8, 0, 7) + NS // 2),
        ("2024-01-15 10:00 -0530", seconds(2024, 1, 15, 15, 30)),
        ("10:30", seconds(2024, 1, 17, 10, 30)),
        ("today", seconds(2024, 1, 17)),
        ("Yesterday", seconds(2024, 1, 16)),
        ("yesterday 08:15:30", seconds(2024, 1, 16, 8, 15, 30)),
        ("wednesday", seconds(2024, 1, 17)),
        ("fri", seconds(2024, 1, 12)),
        ("1705312800", seconds(2024, 1, 15, 10)),
        ("@1705312800.5", seconds(2024, 1, 15, 10) + NS // 2),
        ("1705312800123", seconds(2024, 1, 15, 10) + 123_000_000),
        ("1705312800123456789", seconds(2024, 1, 15, 10) + 123_456_789),
        ("1h", seconds(2024, 1, 17, 11, 34, 56)),
        ("-3h", seconds(2024, 1, 17, 9, 34, 56)),
        ("2 days ago", seconds(2024, 1, 15, 12, 34, 56)),
        ("1h30m", seconds(2024, 1, 17, 11, 4, 56)),
        ("now", seconds(2024, 1, 17, 12, 34, 56)),
        ("now-1m", seconds(2024, 1, 17, 12, 33, 56)),
    ],
)
def test_moments(text: str, expected: int) -> None:
    assert ns(text) == expected


@pytest.mark.parametrize(
    "text", ["", "soon", "25:00", "2024-13-01", "2024-02-30", "1x", "end-", "-", "9" * 25, "start 1h"]
)
def test_no_moments(text: str) -> None:
    with pytest.raises(UsageError):
        parse_moment(text)


def test_anchors_are_resolved_in_the_log() -> None:
    since, until = parse_moment("end-1h"), parse_moment("start+10m")
    assert since.resolve(0, 7200 * NS) == Moment("absolute", 3600 * NS, "end-1h")
    assert until.resolve(5, 9).ns == 5 + 600 * NS
    with pytest.raises(UsageError, match="has none"):
        since.resolve(None, None)


def test_a_repeated_hour_is_kept_whole() -> None:
    # 2024-10-27 03:00 CEST became 02:00 CET: 02:30 was at 00:30 UTC and at 01:30 UTC
    assert ns("2024-10-27 02:30", BERLIN) == seconds(2024, 10, 27, 0, 30)
    assert ns("2024-10-27 02:30", BERLIN, latest=True) == seconds(2024, 10, 27, 1, 30)


@pytest.mark.parametrize("latest", [False, True])
def test_a_skipped_hour_is_as_if_the_clock_had_not_changed(latest: bool) -> None:
    # 2024-03-31 02:00 CET became 03:00 CEST: there was no 02:30
    assert ns("2024-03-31 02:30", BERLIN, latest) == seconds(2024, 3, 31, 1, 30)


def test_days_follow_the_zone() -> None:
    assert ns("today", ZoneInfo("Pacific/Auckland")) == seconds(2024, 1, 17, 11)
    assert ns("yesterday", BERLIN) == seconds(2024, 1, 15, 23)


@given(st.datetimes(datetime(1700, 1, 1), datetime(2250, 1, 1)), st.integers(-14 * 60, 14 * 60))
def test_rfc3339_round_trip(local: datetime, minutes: int) -> None:
    sign, rest = "-" if minutes < 0 else "+", abs(minutes)
    text = f"{local.isoformat()}{sign}{rest // 60:02d}:{rest % 60:02d}"
    passed = local - timedelta(minutes=minutes) - datetime(1970, 1, 1)
    assert parse_moment(text).ns == (passed.days * 86400 + passed.seconds) * NS + passed.microseconds * 1000


@given(
    st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1)),
    st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kolkata"]),
)
def test_the_two_meanings_of_a_local_time_are_in_order(local: datetime, zone: str) -> None:
    text = local.strftime("%Y-%m-%d %H:%M:%S")
    first, second = (parse_moment(text, ZoneInfo(zone), latest=latest).ns for latest in (False, True))
    assert first <= second <= first + 2 * 3600 * NS


@given(st.text())
def test_any_text_is_a_moment_or_a_usage_error(text: str) -> None:
    with suppress(UsageError):
        assert -(2**63) < parse_moment(text).ns < 2**63


def test_spans() -> None:
    assert span_ns("1.5h") == 5400 * NS
    assert span_ns("2 weeks 1 day") == 15 * 86400 * NS
    assert span_ns("") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("warn", Levels(13)),
        ("WARNING", Levels(13)),
        (">=error", Levels(17)),
        ("=warn", Levels(13, 16)),
        ("=critical", Levels(18, 18)),
        ("notice", Levels(10)),
        ("info3", Levels(11)),
        ("17", Levels(17)),
    ],
)
def test_levels(text: str, expected: Levels) -> None:
    assert parse_levels(text) == expected


@pytest.mark.parametrize("text", ["", "loud", "0", "25", "=", "==warn"])
def test_no_levels(text: str) -> None:
    with pytest.raises(UsageError):
        parse_levels(text)


def test_a_mistyped_level_gets_a_hint() -> None:
    with pytest.raises(UsageError) as caught:
        parse_levels("eror")
    assert caught.value.hint == "did you mean `error`?"


def test_a_bad_pattern_says_why() -> None:
    with pytest.raises(UsageError, match="is not a regular expression") as caught:
        check_pattern("[a")
    assert "missing ]" in caught.value.why


def records() -> pa.RecordBatch:
    """Four records at seconds 0, 10, none, 30; DEBUG, WARN, ERROR and no level."""
    times = pa.array([0, 10 * NS, None, 30 * NS], schema.RECORD.field("time_unix_nano").type)
    numbers = pa.array([5, 13, 17, 0], pa.uint8())
    bodies = pa.array(["start", "slow disk", "disk failed", "stop"])
    return pa.RecordBatch.from_arrays([times, numbers, bodies], ["time_unix_nano", "severity_number", "body"])


def kept(wanted: Filter) -> list[int]:
    batch = records().select(wanted.columns()) if wanted.columns() else records()
    return [row for row, keep in enumerate(wanted.mask(batch).to_pylist()) if keep]


def absolute(second: int) -> Moment:
    return Moment("absolute", second * NS, str(second))


@pytest.mark.parametrize(
    ("wanted", "rows"),
    [
        (Filter(), [0, 1, 2, 3]),
        (Filter(level=Levels(13)), [1, 2]),
        (Filter(level=Levels(13, 16)), [1]),
        (Filter(since=absolute(10)), [1, 3]),
        (Filter(since=absolute(5), until=absolute(10)), [1]),
        (Filter(grep=("disk",)), [1, 2]),
        (Filter(grep=("disk", "^slow")), [1]),
        (Filter(exclude=("st.*", "fail")), [1]),
        (Filter(level=Levels(5), grep=("disk",), until=absolute(30)), [1]),
    ],
)
def test_mask(wanted: Filter, rows: list[int]) -> None:
    assert kept(wanted) == rows


def test_records_without_a_time_are_counted() -> None:
    assert Filter(since=absolute(0)).without_time(records()) == 1
    assert Filter(level=Levels(1)).without_time(records()) == 0


def test_an_empty_batch_gives_an_empty_mask() -> None:
    wanted = Filter(level=Levels(1), since=absolute(0), grep=("x",))
    assert len(wanted.mask(records().slice(0, 0))) == 0


def test_times_that_exclude_each_other_are_an_error() -> None:
    with pytest.raises(UsageError, match="is after"):
        Filter(since=absolute(2), until=absolute(1)).resolve(None, None)


def test_needs_span() -> None:
    assert Filter(since=parse_moment("end-1h")).needs_span
    assert not Filter(since=parse_moment("1h")).needs_span


@given(
    st.lists(st.tuples(st.one_of(st.none(), st.integers(-(2**62), 2**62)), st.integers(0, 24))),
    st.integers(1, 24),
    st.integers(-(2**62), 2**62),
)
def test_mask_is_the_plain_condition(rows: list[tuple[int | None, int]], level: int, since: int) -> None:
    batch = pa.RecordBatch.from_arrays(
        [
            pa.array([time for time, _ in rows], schema.RECORD.field("time_unix_nano").type),
            pa.array([number for _, number in rows], pa.uint8()),
        ],
        ["time_unix_nano", "severity_number"],
    )
    wanted = Filter(level=Levels(level), since=Moment("absolute", since, ""))
    expected = [time is not None and time >= since and number >= level for time, number in rows]
    assert wanted.mask(batch).to_pylist() == expected
