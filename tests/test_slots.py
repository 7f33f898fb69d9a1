"""What stands in slots: exact up to a number of values, the same however the log is read."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from logcli import slots
from logcli.filters import Filter
from tests.running import logcli
from tests.runs import in_blocks_of, running


def written(path: Path, bodies: list[str]) -> Path:
    stamps = (f"2024-01-01 {k // 3600:02d}:{k // 60 % 60:02d}:{k % 60:02d}" for k in range(len(bodies)))
    path.write_text("".join(f"{stamp} INFO {body}\n" for stamp, body in zip(stamps, bodies, strict=True)))
    return path


def described(path: Path, **asked: Any) -> dict[str, list[dict[str, Any]]]:
    with running(path, **asked) as run:
        table = run.templates(values=True)
    return {row["template"]: json.loads(row["slots"]) for row in table.to_pylist()}


@pytest.fixture
def log(tmp_path: Path) -> Path:
    bodies = [f"took {k * k % 37} ms from 10.0.0.{k % 9}" for k in range(200)]
    bodies += [f"request {k}_xyz of /srv/{k % 3}/x" for k in range(100)]
    return written(tmp_path / "x.log", bodies)


def test_values_are_counted(log: Path) -> None:
    took, address = described(log)["took <*> ms from <*>"]
    counts = Counter(k * k % 37 for k in range(200))
    top = sorted(counts.items(), key=lambda item: (-item[1], str(item[0])))[:5]
    assert took == {
        "type": "number",
        "distinct": len(counts),
        "min": 0,
        "max": max(counts),
        "top": [[str(value), count] for value, count in top],
    }
    assert (address["type"], address["distinct"]) == ("ip", 9)
    assert [slot["type"] for slot in described(log)["request <*> of <*>"]] == ["identifier", "path"]


def test_beyond_the_most_values_only_those_known_are_counted(
    log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slots, "MOST", 10)
    took, address = described(log)["took <*> ms from <*>"]
    assert (took["distinct"], took["at_least"]) == (10, True)
    first = list(dict.fromkeys(k * k % 37 for k in range(200)))[:10]
    counts = Counter(k * k % 37 for k in range(200))
    top = sorted(((str(value), counts[value]) for value in first), key=lambda item: (-item[1], item[0]))
    assert took["top"] == [[value, count] for value, count in top[:5]]
    assert "at_least" not in address


@pytest.mark.parametrize("most", [3, 10, 1000])
@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("size", [100, 1000])
def test_neither_blocks_nor_threads_matter(
    log: Path, monkeypatch: pytest.MonkeyPatch, most: int, jobs: int, size: int
) -> None:
    monkeypatch.setattr(slots, "MOST", most)
    whole = described(log)
    in_blocks_of(size, monkeypatch)
    assert described(log, jobs=jobs, max_line=100) == whole


@pytest.mark.parametrize(
    ("values", "low", "high"),
    [
        (["7", "1,234", "-3"], -3, 1234),
        (["0.5", "2"], 0.5, 2),
        (["93%", "12.5 %"], 12.5, 93),
        (["-", "8", "9"], 8, 9),
        ([*map(str, range(10, 40)), "off"], 10, 39),
    ],
)
def test_ranges_of_numbers(tmp_path: Path, values: list[str], low: float, high: float) -> None:
    bodies = [f"[{value}] is used" for value in values]
    (slot,) = described(written(tmp_path / "x.log", bodies))["[<*>] is used"]
    assert (slot["min"], slot["max"]) == (low, high)


def test_numbers_too_large_to_tell(tmp_path: Path) -> None:
    bodies = [f"id {'9' * n} used" for n in (3, 30, 400)]
    (slot,) = described(written(tmp_path / "x.log", bodies))["id <*> used"]
    assert (slot["min"], slot["max"], slot["distinct"]) == (999, 1e30, 3)
    assert logcli("templates", tmp_path / "x.log", "--params", "-t", "json").code == 0


def test_only_what_is_kept_is_counted(log: Path) -> None:
    found = described(log, filter=Filter(grep=("took 0 ms",)))
    took, address = found["took <*> ms from <*>"]
    assert took == {"type": "number", "distinct": 1, "min": 0, "max": 0, "top": [["0", 6]]}
    assert sum(count for _, count in address["top"]) <= 6
