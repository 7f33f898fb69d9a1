"""The speed suite: expanded inputs are valid and repeatable, every adapter can be run, tables come out."""

from __future__ import annotations

import gzip
import importlib.util
import json
import os
import re
import sys
from datetime import datetime
from ipaddress import ip_address
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import drain, expand, inputs, redraw, report, rival, speed, targets  # noqa: E402
from benchmarks.cases import CASES, Case  # noqa: E402

DATA = os.environ.get("LOGCLI_TEST_DATA", "")
SAMPLE = [
    b"081109 203518 143 INFO dfs.DataNode$DataXceiver: Receiving block blk_-1608999687919862906"
    b" src: /10.250.19.102:54106 dest: /10.250.19.102:50010",
    b"081109 203519 35 WARN dfs.FSNamesystem: ipv4 host eth1 at 12:59:07 of 2008-11-09, mask 0x0f90fffe",
    b"no header at all",
]


def _expanded(tmp_path: Path, case: Case, sample: list[bytes], **options: int) -> list[str]:
    out = tmp_path / "out.log"
    made = expand.expand(case, sample, out, **{"size": 60_000, "seed": 3, **options})
    text = out.read_text(encoding="utf-8")
    assert made == {"lines": text.count("\n"), "bytes": len(text.encode())}
    assert text.endswith("\n")
    return text.splitlines()


def test_expansion_is_repeatable_and_depends_on_the_seed(tmp_path: Path) -> None:
    first = _expanded(tmp_path, CASES["hdfs"], SAMPLE)
    assert first == _expanded(tmp_path, CASES["hdfs"], SAMPLE)
    assert first != _expanded(tmp_path, CASES["hdfs"], SAMPLE, seed=4)


def test_a_longer_expansion_begins_like_the_shorter(tmp_path: Path) -> None:
    short = _expanded(tmp_path, CASES["hdfs"], SAMPLE)
    assert _expanded(tmp_path, CASES["hdfs"], SAMPLE, size=4_000_000)[: len(short)] == short


def test_expanded_headers_stay_valid_and_time_advances(tmp_path: Path) -> None:
    lines = _expanded(tmp_path, CASES["hdfs"], SAMPLE, size=3_000_000)
    matches = [re.match(CASES["hdfs"].header, line) for line in lines]
    times = [datetime.strptime(match["time"], "%y%m%d %H%M%S") for match in matches if match]
    assert len(times) == len(lines)
    assert times == sorted(times) and times[-1] > times[0]
    assert {line.split()[2] for line in lines} == {"143", "35"}


def test_expanded_values_are_drawn_and_stay_valid(tmp_path: Path) -> None:
    lines = _expanded(tmp_path, CASES["hdfs"], SAMPLE)
    text = "\n".join(lines)
    addresses = re.findall(r"/([\d.]+):(\d+)", text)
    assert len(set(addresses)) > 50
    assert all(ip_address(host) and int(port) < 65_536 for host, port in addresses)
    assert all(
        datetime.strptime(found, "%H:%M:%S of %Y-%m-%d") for found in re.findall(r"at (.+), mask", text)
    )
    assert len(set(re.findall(r"0x[0-9a-f]{8}", text))) > 50
    assert all("ipv4 host eth1" in line for line in lines if "mask" in line)


def test_redrawing_keeps_lengths() -> None:
    body = b"took 007 of 12345 ms, 15ms 64KB x86_64 v2 10.0.255.1:80 DEADBEEF00 00:11:43:e3:ba:c3 9.5"
    drawn = redraw.ranges(body)
    assert len(drawn) == len(body)
    kept = bytes(low if not span else 35 for low, span in drawn)
    assert kept == b"took ### of ##### ms, ##ms ##KB x86_64 v2 ##.#.2##.#:## ########## ##:##:##:##:##:## #.#"


def test_a_tail_adds_fresh_words(tmp_path: Path) -> None:
    plain = {re.sub(r"\d+", "0", line) for line in _expanded(tmp_path, CASES["hdfs"], SAMPLE[:1])}
    tailed = {re.sub(r"\d+", "0", line) for line in _expanded(tmp_path, CASES["hdfs_tail"], SAMPLE[:1])}
    assert len(plain) == 1
    assert len(tailed) > 3


def test_every_line_of_the_million_has_its_own_words(tmp_path: Path) -> None:
    sample = expand.invent(1, 50)
    lines = _expanded(tmp_path, CASES["million"], sample, size=10**7, most=20_000)
    shapes = {re.sub(r"\d+", "0", line.split(": ", 1)[1]) for line in lines}
    assert len(lines) == len(shapes) == 20_000


def test_a_sample_of_other_lines_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no line of the sample"):
        expand.expand(CASES["bgl"], SAMPLE, tmp_path / "x", size=1000, seed=1)


@pytest.mark.skipif(not DATA, reason="LOGCLI_TEST_DATA names no folder of real logs")
@pytest.mark.parametrize("name", ["hdfs", "thunderbird", "bgl", "spark"])
def test_real_logs_expand_validly(tmp_path: Path, name: str) -> None:
    case = CASES[name]
    lines = _expanded(tmp_path, case, expand.read_sample(Path(DATA) / case.sample), size=2_000_000)
    matches = [re.match(case.header, line) for line in lines]
    form = case.times["time"]
    year = ("2025 ", "%Y ") if "%y" not in form.lower() else ("", "")
    times = [datetime.strptime(year[0] + match["time"], year[1] + form) for match in matches if match]
    assert len(times) == len(lines)
    assert times == sorted(times)
    stamps = [match[1] for match in matches if match and "EPOCH" in case.times.values()]
    assert stamps == sorted(stamps)


def test_inputs_are_made_once_and_made_anew_for_other_parameters(tmp_path: Path) -> None:
    options = {"size": 30_000, "seed": 1, "samples": None}
    made = inputs.ensure(CASES["million"], tmp_path, gzipped=False, **options)
    data = tmp_path / made["file"]
    stamp = data.stat().st_mtime_ns
    again = inputs.ensure(CASES["million"], tmp_path, gzipped=True, **options)
    assert data.stat().st_mtime_ns == stamp
    assert gzip.decompress((tmp_path / again["file"]).read_bytes()) == data.read_bytes()
    other = inputs.ensure(CASES["million"], tmp_path, gzipped=False, **{**options, "size": 20_000})
    assert other["bytes"] == data.stat().st_size < made["bytes"]


def test_every_adapter_says_how_it_is_run_and_is_unfair(tmp_path: Path) -> None:
    job = rival.Job(tmp_path / "x.log", CASES["hdfs"], 1, 100, tmp_path)
    assert {"wc", "bytescan", "logfold", "drain3_masks"} <= set(rival.names())
    for name in rival.names():
        adapter = rival.adapter(name)
        doc = sys.modules[type(adapter).__module__].__doc__ or ""
        assert len(doc.splitlines()) > 2, name
        assert str(job.path) in adapter.command(job), name


def test_drain3_mines_the_bodies_with_the_masks_of_its_package() -> None:
    assert [name for _, name in drain.example_masks()] == ["ID", "IP", "SEQ", "SEQ", "HEX", "NUM", "CMD"]
    lines = [f"081109 203518 {pid} INFO dfs.X: took {pid} ms\n" for pid in (1, 22, 333)]
    assert drain.mine(lines, CASES["hdfs"], masks=True) == {"lines": 3, "templates": 1}


@pytest.mark.skipif(importlib.util.find_spec("logfold") is None, reason="logfold is not installed")
def test_logfold_is_marked_when_it_mines_other_bodies(tmp_path: Path) -> None:
    from benchmarks.rivals import logfold

    log = tmp_path / "x.log"
    log.write_text("".join(f"081109 203518 7 INFO dfs.X: took {n} ms\n" for n in range(50)), encoding="utf-8")
    assert logfold._check(log, CASES["hdfs"]) == ""
    searched = Case("x", "x", r"(?P<time>\d{6} \d{6}) (?P<body>\d+.*)$", {"time": "%y%m%d %H%M%S"})
    log.write_text("".join(f"a 081109 203518 {n} words\n" for n in range(50)), encoding="utf-8")
    assert "other bodies" in logfold._check(log, searched)


def test_the_floor_gives_a_table_and_results(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--inputs", "million", "--subjects", "wc,bytescan", "--size", "1e6", "--repeats", "2"]
    out = tmp_path / "results"
    assert speed.main([*options, "--data", str(tmp_path / "data"), "--out", str(out)]) == 0
    text = capsys.readouterr().out
    assert "all saw the same lines" in text
    assert all(len(line) <= 100 for line in text.splitlines())
    runs = [json.loads(line) for line in (out / "raw.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [run["subject"] for run in runs] == ["wc", "bytescan"] * 2
    assert all(run["seen"] == run["lines"] > 5_000 and run["peak_bytes"] > 10**6 for run in runs)
    assert str(tmp_path) not in (out / "README.md").read_text(encoding="utf-8")


def _run(subject: str, **values: object) -> report.Run:
    return report.Run(**{"input": "hdfs", "subject": subject, "repeat": 1, "command": "", **values})  # type: ignore[arg-type]


def test_rows_have_ratios_and_failures_have_reasons() -> None:
    measured = {"bytes": 10**9, "lines": 10, "seen": 10, "peak_bytes": 10**8}
    runs = [
        _run("logcli_templates", wall_seconds=2.0, **measured),
        _run("logfold", wall_seconds=8.0, **measured),
        _run("drain3_masks", reason="stopped after 1 s"),
    ]
    ours, fold, failed = report.rows(runs)
    assert (ours.mb_per_second, ours.x_logfold, ours.x_drain3_masks) == (500.0, 4.0, None)
    assert (failed.mb_per_second, failed.note) == (None, "stopped after 1 s")
    assert "[1] stopped after 1 s" in report.table([ours, fold, failed])
    verdicts = targets.verdicts([ours, fold, failed], one_core=False, gzipped=False)
    assert any(line.startswith("reached  templates at 3 times logfold: 4.0") for line in verdicts)


def test_different_line_counts_are_marked() -> None:
    runs = [_run("a", wall_seconds=1.0, bytes=1, lines=10, seen=9)]
    assert "DISAGREEING ON LINES: a" in report.heading(runs)
