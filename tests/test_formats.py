"""Every format against its own samples, and the samples against detection."""

from __future__ import annotations

import numpy as np
import pytest

from logcli import detection, layout_check, records, registry
from logcli.base import HAS_DATE, HAS_ZONE, HEADER, NO_MATCH, RECORD_START, Block, Lines

NAMES = registry.names("formats")
FROM_FILES = [name for name in NAMES if registry.path_of("formats", name).suffix == ".yaml"]

# Loghub's names. Those with the header of a general format are small files of their own, so that
# `-f linux` works; detection may give the general one instead.
LOGHUB = (
    "hdfs", "hadoop", "spark", "zookeeper", "openstack", "bgl", "hpc", "thunderbird", "windows", "linux",
    "mac", "android", "healthapp", "apache", "openssh", "proxifier",
)  # fmt: skip

# Formats with lines that another one fits just as well.
EQUAL = {
    "combined": {"common"},
    "linux": {"syslog_rfc3164"},
    "mac": {"syslog_rfc3164"},
    "uvicorn": {"level_word"},
    "github_actions": {"generic"},
    "go_log": {"generic"},
    "json_lines": {"zap"},
}


def lines_of(*texts: str) -> Lines:
    data = "".join(f"{text}\n" for text in texts).encode()
    return records.split(Block(np.frombuffer(bytearray(data), np.uint8), "test", 0))


def column(cut: object, name: str, row: int) -> str:
    start, end = cut.columns[name]  # type: ignore[attr-defined]
    return bytes(cut.text[start[row] : end[row]]).decode()  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", FROM_FILES)
def test_samples_come_out_as_the_file_says(name: str) -> None:
    assert layout_check.check(name) == []


@pytest.mark.parametrize("name", FROM_FILES)
def test_samples_are_recognised(name: str) -> None:
    leaf = registry.create("formats", name)
    accepted = {name} | EQUAL.get(name, set())
    for sample in leaf.samples:
        ranked = detection.rank(lines_of(*sample["line"].split("\n")))
        found, _ = detection.choose(ranked)
        assert found in accepted, f"{sample['line']}: {[(c.name, c.score) for c in ranked[:3]]}"


@pytest.mark.parametrize("name", NAMES)
def test_any_bytes_are_survived(name: str) -> None:
    leaf = registry.create("formats", name)
    noise = np.random.default_rng(7).integers(0, 256, 4000, dtype=np.uint8)
    for data in (np.zeros(0, np.uint8), noise, np.full(300, 0x5B, np.uint8)):
        found = records.split(Block(data, "noise", 0))
        cut = leaf.cut(found)
        assert len(cut.time) == (len(found) if cut.row is None else len(cut.row))


@pytest.mark.parametrize("name", LOGHUB)
def test_every_loghub_system_has_a_format(name: str) -> None:
    assert name in NAMES


def test_field_lines_name_the_columns() -> None:
    cut = registry.create("formats", "w3c").cut(
        lines_of(
            "#Version: 1.0",
            "#Fields: date time c-ip cs-method cs-uri-stem sc-status",
            "2021-03-04 05:06:07 192.0.2.1 GET /a 200",
            "#Fields: date time sc-status",
            '"2021-03-04" "05:06:08" "404"',
            "no row",
        )
    )
    assert cut.status.tolist() == [HEADER, HEADER, RECORD_START, HEADER, RECORD_START, NO_MATCH]
    assert column(cut, "body", 2) == "GET /a"
    assert column(cut, "http.response.status_code", 4) == "404"
    assert cut.time[4] - cut.time[2] == 1_000_000_000
    assert cut.time_kind[2] & HAS_ZONE


def test_a_date_line_dates_times_of_day() -> None:
    cut = registry.create("formats", "w3c").cut(
        lines_of("#Date: 2021-03-04 00:00:00", "#Fields: time sc-status", "05:06:07 200")
    )
    assert cut.time_kind[2] & HAS_DATE
    assert cut.time[2] == np.datetime64("2021-03-04T05:06:07", "ns").astype(np.int64)


def test_field_lines_reach_into_the_next_block() -> None:
    leaf = registry.create("formats", "zeek")
    first = Block(np.frombuffer(bytearray(b"#fields\tts\tid.orig_h\n1.5\t192.0.2.1\n"), np.uint8), "z", 0)
    second = Block(np.frombuffer(bytearray(b"1614834367.5\t192.0.2.2\n"), np.uint8), "z", 38)
    state = leaf.begin(leaf.begin(None, first), second)
    found = records.split(second)
    found.state = state
    cut = leaf.cut(found)
    assert cut.status.tolist() == [RECORD_START]
    assert column(cut, "source.address", 0) == "192.0.2.2"
