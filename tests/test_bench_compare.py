"""`logcli bench compare`: what became worse, by how much, and what is tolerated."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.benched import TRUTH, bench, parser, put, table, tiny_log

# With these 6 of 25 lines are wrong.
TAKEN = [text.removesuffix("ms") for text in TRUTH]
LUMPED = ["<*> is up" if text.endswith(" is up") else text for text in TRUTH]


@pytest.fixture(scope="module", autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with tiny_log(tmp_path_factory.mktemp("compare")) as folder:
        yield folder


def pair(tmp_path: Path, base: dict[str, Any], head: dict[str, Any]) -> tuple[Path, Path]:
    """Two results folders with a run each."""
    return put(tmp_path / "base", "it", **base), put(tmp_path / "head", "it", **head)


def test_nothing_changed(tmp_path: Path) -> None:
    base, head = pair(tmp_path, {"texts": TAKEN}, {"texts": TAKEN, "parse_seconds": 99.0})
    done = bench("compare", base, head)
    assert (done.code, done.err) == (0, "changes 0; worse 0\n")


def test_what_became_worse_is_named(tmp_path: Path) -> None:
    base, head = pair(tmp_path, {"texts": TAKEN}, {"texts": LUMPED})
    assert bench("compare", base, head).code == 3
    rows = table("compare", base, head)
    assert [(row["metric"], row["base"], row["head"], row["worse"]) for row in rows] == [
        ("fga", 1.0, 8 / 15, True),
        ("fta", 9 / 10, 8 / 15, True),
        ("ga", 1.0, 19 / 25, True),
    ]
    for row in rows:
        assert (row["dataset"], row["parser"], row["settings"], row["lines"]) == ("tiny", "it", "default", 25)
        assert (row["truth"], row["text"], row["part"]) == ("mine", "own", "all")


def test_what_became_better_is_told_and_fine(tmp_path: Path) -> None:
    base, head = pair(tmp_path, {"texts": LUMPED}, {"texts": TAKEN})
    done = bench("compare", base, head)
    assert (done.code, done.err) == (0, "changes 3; worse 0\n")
    assert {row["worse"] for row in table("compare", base, head)} == {False}


@pytest.mark.parametrize(("tolerances", "code"), [
    (("pa=0.24",), 3), (("pa=0.24", "fta=0.1"), 0), (("pa=0.2399", "fta=0.1"), 3), (("pa=1", "fta=inf"), 0),
])  # fmt: skip
def test_tolerance_of_shares(tolerances: tuple[str, ...], code: int, tmp_path: Path) -> None:
    options = [word for one in tolerances for word in ("--tolerance", one)]
    done = bench("compare", *pair(tmp_path, {"texts": TRUTH}, {"texts": TAKEN}), *options)
    assert done.code == code and done.err.startswith("changes 2; worse")


@pytest.mark.parametrize("metric", ["parse_seconds", "seconds", "cpu_seconds", "peak_bytes"])
def test_tolerance_of_times_is_a_factor(metric: str, tmp_path: Path) -> None:
    for number, (before, after, factor, code) in enumerate(
        [(100, 140, 1.5, 0), (100, 150, 1.5, 0), (100, 151, 1.5, 3), (100, 1, 1.5, 0), (100, 101, 1, 3)]
    ):
        folders = pair(tmp_path / str(number), {metric: before}, {metric: after})
        assert bench("compare", *folders, "--tolerance", f"{metric}={factor}").code == code
        assert bench("compare", *folders).code == 0, "only what is asked for"


def test_of_edit_distances_more_is_worse(tmp_path: Path) -> None:
    base, head = pair(tmp_path, {"texts": TRUTH}, {"texts": TAKEN})  # 12 characters of 25 lines
    others = ("--tolerance", "pa=1", "--tolerance", "fta=1", "--tolerance")
    assert bench("compare", base, head, *others, "ed=0.48").code == 0
    assert bench("compare", base, head, *others, "ed=0.47").code == 3
    assert bench("compare", head, base, *others, "ed=0").code == 0


def test_a_run_that_is_missing_or_fails_is_worse(tmp_path: Path) -> None:
    base = put(put(put(tmp_path / "base", "a"), "b"), "c", asked_lines=25, settings="default@25")
    head = put(put(tmp_path / "head", "a", status="time-out"), "new", LUMPED)
    rows = table("compare", base, head)
    assert [(row["parser"], row["metric"], row["base"], row["worse"]) for row in rows] == [
        ("a", "status", None, True), ("b", "status", None, True), ("c", "status", None, True),
    ]  # fmt: skip
    assert bench("compare", base, head).code == 3
    assert bench("compare", base, head, "--tolerance", "ga=1").code == 3


def test_a_run_that_finishes_now_is_not_worse(tmp_path: Path) -> None:
    base, head = pair(tmp_path, {"status": "failed"}, {"texts": LUMPED})
    assert bench("compare", base, head).code == 0


def test_the_worst_comes_first(tmp_path: Path) -> None:
    base = put(put(put(tmp_path / "base", "a", TAKEN), "b", TRUTH), "c", TRUTH)
    head = put(put(tmp_path / "head", "a", TRUTH), "b", ["x"] * 25)
    rows = [(row["parser"], row["metric"]) for row in table("compare", base, head)]
    assert rows[0] == ("c", "status") and {name for name, _ in rows[1:5]} == {"b"}
    assert rows[5:] == [("a", "fta"), ("a", "pa")], "what became better, least first"


def test_a_parser_that_was_made_worse(tmp_path: Path) -> None:
    mine = parser(tmp_path / "mine.py")
    asked = ("run", "-p", mine, "-d", "tiny", "-o", tmp_path / "results")
    assert bench(*asked).code == 0
    shutil.copytree(tmp_path / "results", tmp_path / "before")
    parser(mine, "return Grouped([0] * len(bodies), ['<*>'])")
    assert bench(*asked).code == 0
    done = bench("compare", tmp_path / "before", tmp_path / "results")
    assert done.code == 3
    lines = done.out.decode().splitlines()
    assert lines[0].split()[-4:] == ["metric", "base", "head", "worse"]
    assert any(line.split()[1] == "mine" and line.split()[-4] == "ga" for line in lines[1:])
