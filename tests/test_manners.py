"""What commands say about their work: progress, conditions, chosen columns, fields."""

from __future__ import annotations

import io

import pyarrow as pa
import pytest

from logcli import progress, schema
from logcli.accounting import Account
from logcli.errors import UsageError
from logcli.gates import Gate, parse_gate
from logcli.profile import Profile
from logcli.selection import Selection


class Clock:
    """A clock that is set by hand."""

    now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(progress, "time", made)
    return made


def test_progress_waits_a_second_and_is_taken_away(clock: Clock) -> None:
    screen = io.StringIO()
    shown = progress.Progress(screen, True)
    clock.now += 0.5
    shown(1_000_000, 10_000_000, "reading")
    assert screen.getvalue() == ""
    clock.now += 1
    shown(5_000_000, 10_000_000, "reading")
    assert screen.getvalue() == "\r\x1b[Kreading   50 %  5.0 of 10 MB  4.0 MB/s  1 s left"
    shown.stop()
    assert screen.getvalue().endswith("\r\x1b[K")
    clock.now += 5
    shown(6_000_000, 10_000_000, "reading")
    assert screen.getvalue().endswith("\r\x1b[K")


def test_progress_may_be_off(clock: Clock) -> None:
    screen = io.StringIO()
    shown = progress.Progress(screen, False)
    clock.now += 5
    shown(1, 2, "reading")
    shown.stop()
    assert screen.getvalue() == ""


def test_long_waits_are_told_in_minutes() -> None:
    assert progress.describe(1_000_000, 1_000_000_000, 1e6, "x").endswith("16:39 min left")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("unmatched", Gate("unmatched")),
        ("unmatched > 20", Gate("unmatched", 20)),
        ("unreadable>0.5%", Gate("unreadable", 0.5, True)),
    ],
)
def test_conditions(text: str, expected: Gate) -> None:
    assert parse_gate(text) == expected


@pytest.mark.parametrize("text", ["", "unmatched<5", "unmatchd", "damaged>5%", "unmatched>x"])
def test_no_conditions(text: str) -> None:
    with pytest.raises(UsageError):
        parse_gate(text)


def test_conditions_fire_above_their_limit() -> None:
    account = Account(lines=200, records=100, unmatched=5, unreadable=1, damaged=["`a.gz` is cut off"])
    assert parse_gate("unmatched>5%").fires(account) == ""
    assert parse_gate("unmatched>4.9%").fires(account) == "unmatched 5% is more than 4.9%"
    assert parse_gate("unreadable>0.4%").fires(account) == "unreadable 0.5% is more than 0.4%"
    assert parse_gate("damaged").fires(account) == "damaged 1 is more than 0"
    assert parse_gate("unmatched").fires(Account()) == ""


def batch() -> pa.RecordBatch:
    """Three records with attributes and a resource."""
    columns = {
        "time_unix_nano": [None, 5, 3],
        "severity_number": [9, 9, 17],
        "body": ["a", "b", "a"],
        "attributes": [[("code", "200")], [], [("code", "500"), ("size", "7")]],
        "resource": [[("host.name", "h1")], None, []],
        "event_name": [None, None, None],
        "trace_id": [None, "t", None],
        "span_id": [None, None, None],
        "scope": ["s", "s", None],
    }
    kinds = [schema.RECORD.field(name) for name in columns]
    arrays = [pa.array(values, kind.type) for values, kind in zip(columns.values(), kinds, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=pa.schema(kinds))


def test_columns_are_chosen_by_name_alias_or_key() -> None:
    chosen = Selection(["message", "code", "host.name", "none"], schema.RECORD)
    assert set(chosen.needs) == {"body", "attributes", "resource"}
    (found,) = chosen(iter([batch()]))
    assert found.to_pydict() == {
        "body": ["a", "b", "a"],
        "code": ["200", None, "500"],
        "host.name": ["h1", None, None],
        "none": [None, None, None],
    }
    assert chosen.missing() == ["no record has `none`"]


def test_a_slice_of_records_is_no_trouble() -> None:
    (found,) = Selection(["code"], schema.RECORD)(iter([batch().slice(2)]))
    assert found.to_pydict() == {"code": ["500"]}
    profile = Profile()
    profile.update(batch().slice(2))
    assert {name: field.filled for name, field in profile.fields.items()} == {"code": 1, "size": 1, "body": 1}


@pytest.mark.parametrize(
    ("names", "table"), [(["body", "message"], schema.RECORD), (["cout"], schema.TEMPLATE)]
)
def test_wrong_columns(names: list[str], table: pa.Schema) -> None:
    with pytest.raises(UsageError):
        Selection(names, table)


def test_profile() -> None:
    profile = Profile()
    profile.update(batch())
    profile.update(batch())
    assert (profile.records, profile.start_ns, profile.end_ns) == (6, 3, 5)
    assert profile.levels == {"INFO": 4, "ERROR": 2}
    code = profile.fields["code"]
    assert (code.filled, code.examples) == (4, ["200", "500"])
    assert profile.fields["resource.host.name"].filled == 2
    assert "event_name" not in profile.fields
