"""Which format a log is in: invented logs, and (with LOGCLI_TEST_DATA) real ones."""

from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np
import pytest

from logcli import detection, records
from logcli.base import Block

DATA = Path(os.environ.get("LOGCLI_TEST_DATA") or "/nonexistent")
LOGHUB = DATA / "loghub_2k"
LNAV = DATA / "formats" / "lnav" / "test"

ACCESS = '192.0.2.{} - - [04/Mar/2021:05:06:07 +0000] "GET /{} HTTP/1.1" 200 7 "-" "curl/7.1"'
JAVA = "2021-03-04 05:06:{:02},001 [main] INFO  org.example.Main - request {}"
SYSLOG = "Mar  4 05:06:{:02} web1 app[7]: job {} done"


def rank(*lines: str) -> list[detection.Candidate]:
    data = "".join(f"{line}\n" for line in lines).encode()
    return detection.rank(records.split(Block(np.frombuffer(bytearray(data), np.uint8), "test", 0)))


def many(pattern: str, count: int) -> list[str]:
    return [pattern.format(i % 60, i) for i in range(count)]


def test_an_empty_log_is_plain() -> None:
    assert detection.choose(rank()) == ("plain", False)
    assert detection.choose(rank("", "  ")) == ("plain", False)


def test_prose_is_plain() -> None:
    assert detection.choose(rank("Dear all,", "the meeting is moved.", "Yours")) == ("plain", False)


def test_a_stack_trace_does_not_count_against_its_format() -> None:
    trace = ["java.lang.IllegalStateException: no", "\tat org.example.Main.run(Main.java:7)", "Caused by: x"]
    lines = [line for record in many(JAVA, 5) for line in (record, *trace)]
    best = rank(*lines)[0]
    assert (best.name, best.matched, best.total) == ("log4j", 5, 5)


def test_free_text_behind_a_record_hardly_counts() -> None:
    lines = [line for record in many(JAVA, 10) for line in (record, "a second line of text", "and a third")]
    best = rank(*lines)[0]
    assert best.name == "log4j"
    assert best.score > 0.65


def test_a_second_format_makes_a_log_mixed() -> None:
    lines = many(SYSLOG, 40) + many(ACCESS, 15)
    assert detection.choose(rank(*lines)) == ("syslog_rfc3164", True)


def test_a_few_strange_lines_do_not_make_a_log_mixed() -> None:
    lines = many(SYSLOG, 60) + many(ACCESS, 2)
    assert detection.choose(rank(*lines)) == ("syslog_rfc3164", False)


def test_free_text_does_not_make_a_log_mixed() -> None:
    lines = many(JAVA, 20) + ["some text"] * 10
    assert detection.choose(rank(*lines)) == ("log4j", False)


def test_the_first_line_that_does_not_fit_is_explained() -> None:
    best = rank(*many(SYSLOG, 5), "not a record", *many(SYSLOG, 3))[0]
    assert (best.line, best.text, best.position) == (6, "not a record", 0)
    assert best.expected


def test_the_special_format_wins_over_the_general_one() -> None:
    assert rank(*many(ACCESS, 3))[0].name == "combined"
    names = [candidate.name for candidate in rank("2021-03-04 05:06:07,654 - app.db - ERROR - boom")]
    assert names[0] == "python_logging"
    assert names.index("generic") > 0


def test_only_the_head_is_looked_at() -> None:
    lines = many(SYSLOG, detection.HEAD_LINES) + many(ACCESS, 500)
    assert detection.choose(rank(*lines)) == ("syslog_rfc3164", False)


def test_one_very_long_line_is_enough() -> None:
    assert (
        rank("Mar  4 05:06:07 web1 app[7]: " + "x" * (2 * detection.HEAD_BYTES))[0].name == "syslog_rfc3164"
    )


def test_detection_is_quick() -> None:
    lines = many(JAVA, 250)
    rank(*lines)
    start = time.process_time()
    rank(*lines)
    assert time.process_time() - start < 0.5


# --- real logs --------------------------------------------------------------------------------------

SYSTEMS = {
    "Apache": "apache", "BGL": "bgl", "HDFS": "hdfs", "Hadoop": "hadoop", "HealthApp": "healthapp",
    "Linux": "syslog_rfc3164", "OpenStack": "openstack", "Proxifier": "proxifier", "Spark": "spark",
    "Thunderbird": "thunderbird", "Windows": "windows", "Zookeeper": "zookeeper",
}  # fmt: skip
# By the name of the file; those without a format of their own are read by a generic one.
FILES = {
    "access_log": "combined", "bad_access_log": "combined", "shop_access_log": "combined",
    "regexp_access_log": "combined_vhost", "blued": "syslog_rfc3164", "syslog": "syslog_rfc3164",
    "bad_syslog": "syslog_rfc3164", "dst": "syslog_rfc3164", "pretty": "syslog_rfc3164",
    "partitions": "syslog_rfc3164", "filter": "syslog_rfc3164", "rollover.1": "syslog_rfc3164",
    "syslog_with_header": "syslog_rfc3164", "syslog_with_mixed_times": "syslog_rfc3164",
    "haproxy": "haproxy", "glog": "glog", "java": "log4j", "laravel": "laravel", "spark": "spark",
    "mysql_error": "mysql_error", "mysql_gen": "mysql_general", "mysql_slow": "mysql_slow",
    "postgres": "postgresql", "strace_log": "strace", "uwsgi": "uwsgi", "vdsm": "vdsm", "vpxd": "vmware",
    "vmw_log": "vmware", "w3c": "w3c", "w3c_big": "w3c", "bro_conn": "zeek", "bro_http": "zeek",
    "zap_console": "zap_console", "tai64n": "tai64n", "docker_compose": "docker_compose",
    "docker_compose_with_ts": "docker_compose", "docker_compose_with_noise": "docker_compose",
    "logfmt": "logfmt", "grafana": "logfmt", "generic": "generic", "epoch": "generic",
    "leveltest": "generic", "plain": "plain", "empty": "plain", "with_zones": "syslog_rfc5424",
}  # fmt: skip


def head(path: Path) -> list[detection.Candidate]:
    data = path.read_bytes()[: 1 << 17]
    return detection.rank(records.split(Block(np.frombuffer(bytearray(data), np.uint8), path.name, 0)))


@pytest.mark.skipif(not LOGHUB.is_dir(), reason="LOGCLI_TEST_DATA has no loghub_2k")
@pytest.mark.parametrize("system", SYSTEMS)
def test_loghub_systems_are_recognised(system: str) -> None:
    ranked = head(LOGHUB / system / f"{system}_2k.log")
    assert detection.choose(ranked) == (SYSTEMS[system], False)
    assert ranked[0].matched == ranked[0].total


@pytest.mark.skipif(not LNAV.is_dir(), reason="LOGCLI_TEST_DATA has no formats/lnav")
@pytest.mark.parametrize("kind", FILES)
def test_lnav_files_are_recognised(kind: str) -> None:
    stem = f"logfile_{kind}"
    paths = [p for p in LNAV.iterdir() if p.name == stem or p.name.startswith(f"{stem}.")]
    assert paths
    for path in paths:
        if path.suffix not in (".json", ".jsonl"):
            assert detection.choose(head(path))[0] in FILES[kind].split(), path.name
