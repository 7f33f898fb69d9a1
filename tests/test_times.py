"""Times: forms against strptime, hostile text, and what a clock fills in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from logcli.base import HAS_DATE, HAS_YEAR, HAS_ZONE, NO_TIME
from logcli.errors import UsageError
from logcli.layout import lines_of
from logcli.times import FORMS, Clock, FormError, guess_form, parse, parse_any

FULL = HAS_YEAR | HAS_DATE | HAS_ZONE
LOCAL = HAS_YEAR | HAS_DATE
NANO = 1_000_000_000


def read(text: str, form: str) -> tuple[int, int]:
    """Time and kind of one text."""
    lines = lines_of([text.encode()])
    time, kind = parse(lines.text, lines.start, lines.end, form)
    return int(time[0]), int(kind[0])


def utc(text: str) -> int:
    """Nanoseconds of an ISO time in UTC."""
    moment = datetime.fromisoformat(text).replace(tzinfo=UTC)
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1) * 1000


# Forms that strptime knows too.
COMMON = (
    "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S.%f", "%y/%m/%d %H:%M:%S", "%y%m%d %H%M%S", "%Y%m%d-%H:%M:%S",
    "%d/%b/%Y:%H:%M:%S", "%a %b %d %H:%M:%S %Y", "%A, %d. %B %Y %H:%M:%S", "%d-%b-%y %I:%M:%S %p",
    "%Y-%j %H%M", "%m/%d/%Y %I.%M %p", "%Y%m%d%H%M%S%f", "%Y-%m-%d", "100%% %H.%M.%S %d.%m.%Y",
)  # fmt: skip
moments = st.datetimes(datetime(1970, 1, 2), datetime(2068, 12, 31))


@settings(deadline=None)
@given(moments, st.sampled_from(COMMON))
def test_forms_agree_with_strptime(moment: datetime, form: str) -> None:
    text = moment.strftime(form)
    assert read(text, form) == (utc(datetime.strptime(text, form).isoformat()), LOCAL)


@settings(deadline=None)
@given(
    # Years that 64 bits hold, and no 60th or 61st second: there strptime and a clock differ.
    st.tuples(st.integers(1678, 2261), *[st.integers(0, limit) for limit in (13, 32, 25, 62, 59)]),
    st.booleans(),
)
def test_the_same_texts_are_no_times(parts: tuple[int, ...], padded: bool) -> None:
    text = ("%04d-%02d-%02dT%02d:%02d:%02d" if padded else "%04d-%d-%dT%d:%d:%d") % parts
    try:
        expected = utc(datetime.strptime(text, "%Y-%m-%dT%H:%M:%S").isoformat())
    except ValueError:
        expected = NO_TIME
    assert read(text, "%Y-%m-%dT%H:%M:%S")[0] == expected


@settings(deadline=None)
@given(moments, st.integers(-23 * 60 - 59, 23 * 60 + 59), st.sampled_from([":", ""]))
def test_zones_are_applied(moment: datetime, minutes: int, colon: str) -> None:
    zone = timezone(timedelta(minutes=minutes))
    sign, (hours, rest) = "-" if minutes < 0 else "+", divmod(abs(minutes), 60)
    text = moment.strftime("%Y-%m-%dT%H:%M:%S.%f") + f"{sign}{hours:02}{colon}{rest:02}"
    expected = utc(moment.replace(tzinfo=zone).astimezone(UTC).replace(tzinfo=None).isoformat())
    assert read(text, "%Y-%m-%dT%H:%M:%S.%f%z") == (expected, FULL)


@settings(deadline=None)
@given(st.integers(100_000_000, 9_000_000_000_000_000_000))
def test_epoch_numbers_by_their_size(number: int) -> None:
    size = len(str(number))
    unit = NANO if size <= 11 else 10**6 if size <= 14 else 1000 if size <= 17 else 1
    assume(number * unit < 2**63 - NANO)
    assert read(str(number), "%Q") == (number * unit, FULL)


@pytest.mark.parametrize(
    ("text", "form", "time"),
    [
        ("1425101077.8934", "%s", 1425101077_893400000),
        ("1425101077", "%s", 1425101077 * NANO),
        ("1425101077893.25", "%Q", 1425101077893_250000),
        ("12345", "%s", NO_TIME),
        ("12345678901234567890", "%Q", NO_TIME),
        ("9999999999999999999", "%Q", NO_TIME),
        ("99999999999", "%s", NO_TIME),
        ("2024-02-29", "%Y-%m-%d", utc("2024-02-29")),
        ("2023-02-29", "%Y-%m-%d", NO_TIME),
        ("1900-02-29", "%Y-%m-%d", NO_TIME),
        ("2016-366", "%Y-%j", utc("2016-12-31")),
        ("2015-366", "%Y-%j", NO_TIME),
        ("23:59:60", "%H:%M:%S", 86_399 * NANO + 999_999_999),
        ("24:00:00", "%H:%M:%S", NO_TIME),
        ("12:00 am", "%I:%M %p", 0),
        ("12:00 PM", "%I:%M %p", 43_200 * NANO),
        ("13:00 PM", "%I:%M %p", NO_TIME),
        ("1:2:3", "%H:%M:%S", 3723 * NANO),
        ("69", "%y", utc("1969-01-01")),
        ("68", "%y", utc("2068-01-01")),
        ("JAN 01 2020", "%b %d %Y", utc("2020-01-01")),
        ("Januar 01 2020", "%B %d %Y", NO_TIME),
        ("Foo 01 2020", "%b %d %Y", NO_TIME),
        ("Oct  1 2020", "%b %e %Y", utc("2020-10-01")),
        ("Oct 11 2020", "%b %e %Y", utc("2020-10-11")),
        ("2020-01-01 \t 00:00", "%Y-%m-%d  %H:%M", utc("2020-01-01")),
        ("2020-01-01  00:00", "%Y-%m-%d %H:%M", NO_TIME),
        ("2020-01-01\t00:00", "%Y-%m-%d %H:%M", utc("2020-01-01")),
        ("2020-01-01T00:00:00Z", "%Y-%m-%dT%H:%M:%S.%f%z", utc("2020-01-01")),
        ("2020-01-01T00:00:00.5Z", "%Y-%m-%dT%H:%M:%S.%f%z", utc("2020-01-01") + NANO // 2),
        ("2020-01-01T00:00:00.1234567899Z", "%Y-%m-%dT%H:%M:%S.%f%z", utc("2020-01-01") + 123_456_789),
        ("2020-01-01T00:00:00.Z", "%Y-%m-%dT%H:%M:%S.%f%z", NO_TIME),
        ("2020-01-01T00:00+25", "%Y-%m-%dT%H:%M%z", NO_TIME),
        ("2020-01-01T00:00+02:", "%Y-%m-%dT%H:%M%z", NO_TIME),
        ("2020-01-01T00:00+02", "%Y-%m-%dT%H:%M%z", utc("2019-12-31T22:00")),
        ("2020 GMT", "%Y %Z", utc("2020-01-01")),
        ("2020 PDT", "%Y %Z", utc("2020-01-01")),
        ("2020 12", "%Y %Z", NO_TIME),
        ("1066", "%Y", NO_TIME),
        ("2020|01", r"%Y\|%m", utc("2020-01-01")),
        ("garbage", "%Y|%s", NO_TIME),
        ("", "%Y", NO_TIME),
    ],
)  # fmt: skip
def test_single_times(text: str, form: str, time: int) -> None:
    assert read(text, form)[0] == time


@pytest.mark.parametrize(
    ("text", "form", "kind"),
    [
        ("12:00", "%H:%M", 0),
        ("12:00Z", "%H:%M%z", HAS_ZONE),
        ("Jan 1", "%b %e", HAS_DATE),
        ("2020", "%Y", LOCAL),
        ("2020 UTC", "%Y %Z", FULL),
        ("2020 CET", "%Y %Z", LOCAL),
        ("1425101077", "%s", FULL),
    ],
)
def test_kinds(text: str, form: str, kind: int) -> None:
    assert read(text, form)[1] == kind


def test_alternatives_leave_nothing_behind() -> None:
    """A fraction, a zone and an hour that a failed alternative read do not count."""
    form = "%H:%M:%S.%f%zX|%H:%M|%H:%M:%S|%H:%M:%S.%f"
    assert read("01:02:03.5", form) == (3723 * NANO + NANO // 2, 0)
    assert read("01:02:03", form) == (3723 * NANO, 0)


@pytest.mark.parametrize(("form", "position"), [("%Y-%K", 3), ("%", 0), ("abc", 0), ("%Y|", 0)])
def test_bad_forms(form: str, position: int) -> None:
    with pytest.raises(FormError) as caught:
        read("2020", form)
    assert caught.value.position == position


@settings(deadline=None)
@given(
    st.lists(st.text(alphabet="0123456789-:./, TZ+JanFebMonPM\t", max_size=40), max_size=8),
    st.binary(max_size=16),
)
def test_what_surrounds_a_text_is_no_matter(texts: list[str], noise: bytes) -> None:
    """Also a test that nothing is read past the end."""
    alone = lines_of([text.encode() for text in texts])
    noisy = lines_of([text.encode() for text in texts])
    noisy.text = np.frombuffer(bytearray(noisy.text.tobytes().rstrip(b"\n") + noise + b"7"), np.uint8)
    expected = parse_any(alone.text, alone.start, alone.end)
    found = parse_any(noisy.text, noisy.start, noisy.end)
    assert [part.tolist() for part in found] == [part.tolist() for part in expected]


def test_absent_values_have_no_time() -> None:
    lines = lines_of([b"2020-01-01"])
    lines.start[0] = -1
    time, kind = parse_any(lines.text, lines.start, lines.end)
    assert (int(time[0]), int(kind[0])) == (NO_TIME, 0)


@pytest.mark.parametrize(
    ("text", "time", "kind"),
    [
        ("2024-03-30T08:31:20.545192187Z", utc("2024-03-30T08:31:20") + 545192187, FULL),
        ("2024-03-30 08:31:20,545", utc("2024-03-30T08:31:20.545"), LOCAL),
        ("2024-03-30T08:31:20.5+0200", utc("2024-03-30T06:31:20.5"), FULL),
        ("2024-03-30 08:31:20 UTC", utc("2024-03-30T08:31:20"), FULL),
        ("2024-03-30 08:31:20.1 +0100 CET", utc("2024-03-30T07:31:20.1"), FULL),
        (" 1700000000 ", 1_700_000_000 * NANO, FULL),
        ("1700000000123", 1_700_000_000_123 * 10**6, FULL),
        ("1700000000.25", 1_700_000_000_250 * 10**6, FULL),
        ("10/Oct/2000:13:55:36 -0700", utc("2000-10-10T20:55:36"), FULL),
        ("Tue Apr 04 06:18:29.712806 2017", utc("2017-04-04T06:18:29.712806"), LOCAL),
        ("Thu Mar  4 05:06:07 2021", utc("2021-03-04T05:06:07"), LOCAL),
        ("Thu, 04 Mar 2021 05:06:07 GMT", utc("2021-03-04T05:06:07"), FULL),
        ("Mar  4 05:06:07", utc("2000-03-04T05:06:07"), HAS_DATE),
        ("05:06:07.25", (5 * 3600 + 6 * 60 + 7) * NANO + NANO // 4, 0),
        ("no time at all", NO_TIME, 0),
        ("12", NO_TIME, 0),
    ],
)
def test_values_of_unknown_form(text: str, time: int, kind: int) -> None:
    lines = lines_of([text.encode()])
    times, kinds = parse_any(lines.text, lines.start, lines.end)
    assert (int(times[0]), int(kinds[0])) == (time, kind)


def test_each_known_form_is_guessed_or_an_earlier_one_fits() -> None:
    moment = datetime(2021, 3, 14, 15, 16, 17, 250_000, UTC)
    for form in FORMS:
        if "%Q" in form:
            continue
        text = moment.strftime(form)
        found = guess_form([text])
        assert found is not None
        assert FORMS.index(found) <= FORMS.index(form)
        assert read(text, found) == read(text, form)


def test_no_form_for_what_is_no_time() -> None:
    assert guess_form(["2020-01-01", "hello"]) is None
    assert guess_form([]) is None


# --- the clock -----------------------------------------------------------------------------------

REFERENCE = utc("2024-05-10T12:00") / NANO


def whole(texts: list[str], **parameters: object) -> list[str]:
    """Seconds since 1970 as ISO text."""
    lines = lines_of([text.encode() for text in texts])
    found = Clock(**parameters).resolve(*parse_any(lines.text, lines.start, lines.end))  # type: ignore[arg-type]
    return [str(moment)[:19] for moment in found.astype("datetime64[ns]")]


def test_the_latest_year_that_is_not_in_the_future() -> None:
    """One day is forgiven."""
    assert whole(["May 10 11:00:00"], reference_time=REFERENCE) == ["2024-05-10T11:00:00"]
    assert whole(["May 11 11:00:00"], reference_time=REFERENCE) == ["2024-05-11T11:00:00"]
    assert whole(["May 12 11:00:00"], reference_time=REFERENCE) == ["2023-05-12T11:00:00"]


def test_a_new_year_and_disorder_around_it() -> None:
    texts = ["Dec 31 23:59:59", "Jan  1 00:00:01", "Dec 31 23:59:58", "Jan  1 00:00:02", "Feb  3 00:00:00"]
    years = [found[:4] for found in whole(texts, reference_time=REFERENCE)]
    assert years == ["2023", "2024", "2023", "2024", "2024"]


def test_small_steps_back_change_nothing() -> None:
    texts = ["Mar  5 10:00:00", "Mar  4 10:00:00", "Mar  5 10:00:01"]
    assert {found[:4] for found in whole(texts, reference_time=REFERENCE)} == {"2024"}


def test_a_machine_that_starts_with_a_wrong_clock() -> None:
    texts = ["Mar  5 10:00:00", "Jan  1 00:00:01", "Mar  5 10:00:30"]
    assert whole(texts, year=2005) == ["2005-03-05T10:00:00", "2006-01-01T00:00:01", "2005-03-05T10:00:30"]
    # No year in the future is made of it when the file's date is known.
    assert {found[:4] for found in whole(texts, reference_time=REFERENCE)} == {"2024"}


def test_the_tail_tells_that_a_year_ends_within_the_log() -> None:
    texts = ["Dec  1 00:00:00", "Jun  1 00:00:00"]
    found = whole(texts, reference_time=REFERENCE, tail_time=utc("2000-06-01"))
    assert found == ["2022-12-01T00:00:00", "2023-06-01T00:00:00"]


def test_february_29_is_in_a_leap_year() -> None:
    assert whole(["Feb 29 01:00:00"], reference_time=REFERENCE - 3e7) == ["2020-02-29T01:00:00"]
    assert whole(["Feb 29 01:00:00"], year=2023) == ["2023-03-01T01:00:00"]
    assert whole(["Mar  1 01:00:00"], year=2023) == ["2023-03-01T01:00:00"]
    assert whole(["Dec 31 01:00:00"], year=2023) == ["2023-12-31T01:00:00"]


def test_the_date_of_times_of_day() -> None:
    texts = ["22:00:00.0", "23:59:59.0", "00:00:01.0", "23:59:58.0", "00:00:03.0"]
    days = [found[8:10] for found in whole(texts, reference_time=REFERENCE)]
    assert days == ["10", "10", "11", "10", "11"]
    days = [found[8:10] for found in whole(texts, reference_time=REFERENCE, tail_time=3 * NANO)]
    assert days == ["09", "09", "10", "09", "10"]


def test_zones() -> None:
    assert whole(["2024-01-01 00:00:00"], tz="+02:00") == ["2023-12-31T22:00:00"]
    assert whole(["2024-01-01 00:00:00Z"], tz="+02:00") == ["2024-01-01T00:00:00"]
    assert whole(["2024-07-01 00:00:00"], tz="Europe/Berlin") == ["2024-06-30T22:00:00"]
    assert whole(["2024-10-27 02:30:00"], tz="Europe/Berlin") == ["2024-10-27T00:30:00"]  # twice: the first
    assert whole(["2024-03-31 02:30:00"], tz="Europe/Berlin") == ["2024-03-31T01:00:00"]  # after the gap


def test_a_year_begins_in_the_local_zone() -> None:
    reference = utc("2023-12-30T22:30") / NANO
    assert whole(["Jan  1 00:10:00"], tz="+02:00", reference_time=reference)[0] == "2023-12-31T22:10:00"


@pytest.mark.parametrize("name", ["Europe/Berlim", "berlin", "nowhere", "+25:00", "../etc/passwd", ""])
def test_unknown_zones(name: str) -> None:
    with pytest.raises(UsageError) as caught:
        Clock(tz=name)
    assert caught.value.hint
    if "erli" in name:
        assert "Europe/Berlin" in caught.value.hint


def test_a_year_out_of_range() -> None:
    with pytest.raises(UsageError):
        Clock(year=12)


def test_assumptions_in_plain_words() -> None:
    clock = Clock(reference_time=REFERENCE)
    lines = lines_of([b"May  1 00:00:00", b"2020-01-01T00:00:00Z", b"nothing", b"01:02:03.5"])
    clock.resolve(*parse_any(lines.text, lines.start, lines.end))
    assert clock.assumptions() == [
        "no zone in 2 times: taken as UTC (--tz)",
        "no year in 1 times: 2024 assumed from the file's date (--year)",
        "no date in 1 times: taken from the file's date",
    ]
    assert clock.fresh().assumptions() == []


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 366 * 86400 - 1), st.sampled_from([0, 2, 4, 6, 7])), max_size=30),
    st.lists(st.integers(0, 30), max_size=3),
    st.sampled_from(["UTC", "-03:30", "America/New_York"]),
)
def test_blocks_of_any_size_give_the_same(rows: list[tuple[int, int]], cuts: list[int], tz: str) -> None:
    base = {0: 0, 4: 0, 2: utc("2000-01-01"), 6: utc("2000-01-01"), 7: utc("2020-01-01")}
    time = np.array([base[kind] + (s % 86400 if kind in (0, 4) else s) * NANO for s, kind in rows], np.int64)
    kind = np.array([kind for _, kind in rows], np.uint8)
    at_once = Clock(tz=tz, reference_time=REFERENCE).resolve(time, kind)
    clock = Clock(tz=tz, reference_time=REFERENCE)
    points = [0, *sorted(min(c, len(rows)) for c in cuts), len(rows)]
    parts = [clock.resolve(time[a:b], kind[a:b]) for a, b in pairwise(points)]
    assert np.concatenate(parts).tolist() == at_once.tolist()
    assert clock.fresh().resolve(time, kind).tolist() == at_once.tolist()
