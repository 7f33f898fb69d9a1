"""Logs with more shapes than anybody can look at: bounded, counted, and the same for any block size."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from logcli import scanning, shapes
from logcli.accounting import Account
from logcli.pipeline import Request, Run
from tests.running import LOGCLI

LETTERS = "abcdefghijklmnopqrstuvwxyz"


def word(number: int, size: int = 4) -> str:
    """A word of letters only, another one for each number."""
    return "".join(LETTERS[number // 26**k % 26] for k in range(size))


def lines(shapes_wanted: int, size: int = 4) -> list[str]:
    """A shape per line, long ones in between, and now and then one that was there before."""
    made = []
    for k in range(shapes_wanted):
        made.append(f"{word(k)} {word(7 * k)}x did {word(k, 2)} {'at ' * (k % 9)}{word(k, size)}")
        if k % 10 == 9:
            made += [made[-5], "", "always the same 17"]
    return made


def read(path: Path, jobs: int = 1) -> tuple[pa.Table, pa.Table, Account]:
    """Templates and records of a log, and their account."""
    request = Request(targets=(str(path),), format="plain", jobs=jobs)
    with Run(request) as run:
        table = run.templates()
    with Run(request) as run:
        return table, pa.Table.from_batches(list(run.parsed())), run.account


@pytest.fixture
def small_caps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Room for a few shapes only, at each level."""
    monkeypatch.setattr(shapes.ShapeTable.__init__, "__defaults__", _with(cap=50, cap_bytes=1500))
    monkeypatch.setattr(shapes, "COARSE_CAP", 40)
    monkeypatch.setattr(shapes, "COARSE_BYTES", 1200)


def _with(**values: Any) -> tuple[Any, ...]:
    """The defaults of the table's constructor, some of them changed."""
    from inspect import signature

    return tuple(
        values.get(name, parameter.default)
        for name, parameter in signature(shapes.ShapeTable.__init__).parameters.items()
        if parameter.default is not parameter.empty
    )


@pytest.mark.usefixtures("small_caps")
@pytest.mark.parametrize("size", [4, 30, 400])
def test_beyond_the_cap_counts_add_up(size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.log"
    path.write_text("\n".join(lines(300, size)) + "\n")
    table, records, account = read(path)
    assert sum(table["count"].to_pylist()) == records.num_rows == account.records == 300 + 60
    assert 1 < table.num_rows < 100
    assert 200 < account.overflow <= 360
    assert account.misfits == 0
    found = records["template_id"].to_pylist()
    assert {name: found.count(name) for name in found} == dict(
        zip(table["template_id"].to_pylist(), table["count"].to_pylist(), strict=True)
    )
    for body, template, values in zip(
        *(records[name].to_pylist() for name in ("body", "template", "parameters")), strict=True
    ):
        assert "".join(a + b for a, b in zip(template.split("<*>"), [*values, ""], strict=True)) == body
    for block in (200, 700, 5000):
        for name in ("BLOCK_BYTES", "WIDE_BLOCK_BYTES"):
            monkeypatch.setattr(scanning, name, block)
        again, cut, recount = read(path, jobs=2)
        assert again.to_pylist() == table.to_pylist()
        assert cut.to_pylist() == records.to_pylist()
        assert (recount.overflow, recount.line()) == (account.overflow, account.line())


@pytest.mark.slow
def test_a_million_shapes_in_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "x.log"
    path.write_text("\n".join(lines(10)))
    read(path)  # compiles, which takes memory of its own
    with path.open("w") as file:
        for k in range(1_000_000):
            file.write(f"2024-01-01 12:00:00 INFO {word(k, 6)} {word(k * 31, 6)}x did {word(k, 3)}q\n")
    code = (
        "import re, sys; from logcli import __main__ as program; code = program.run(sys.argv[1:])\n"
        # not getrusage: its peak counts the process that this one was forked from
        "peak = re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())\n"
        "print(code, int(peak[1]) >> 10, file=sys.stderr)"
    )
    done = subprocess.run(
        [LOGCLI[0], "-c", code, "templates", "-t", "jsonl", str(path)],
        capture_output=True,
        check=True,
        text=True,
    )
    counts = [json.loads(line)["count"] for line in done.stdout.splitlines()]
    assert sum(counts) == 1_000_000
    assert len(counts) <= shapes.CAP + shapes.COARSE_CAP + 1
    *said, last = done.stderr.splitlines()
    assert "warning: 800,000 records have a coarse template: too many distinct shapes" in said
    status, peak = last.split()
    assert (status, int(peak) < 700) == ("0", True)
