"""JSON, logfmt and OTLP logs of real programs"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from logcli import detection, registry, structured
from logcli.base import RECORD_START
from logcli.layout import lines_of
from tests.cuts import JSON_FORMATS, rows, same

DATA = os.environ.get("LOGCLI_TEST_DATA")
needs_data = pytest.mark.skipif(not DATA, reason="LOGCLI_TEST_DATA does not name the folder of real logs")


def real(name: str) -> list[bytes]:
    assert DATA
    return (Path(DATA) / "formats" / name).read_bytes().splitlines()


@needs_data
@pytest.mark.parametrize(
    "name",
    [
        "hl/sample/cafe.log",
        "hl/sample/kitchen-sink.log",
        "hl/sample/prometheus.log",
        "lnav/test/logfile_bunyan.0",
        "lnav/test/logfile_caddy_log.1",
        "lnav/test/logfile_cloudflare.1",
        "lnav/test/logfile_journald.json",
        "lnav/test/logfile_mongodb.0",
        "lnav/test/logfile_rust_tracing.0",
        "misc/fluent_bit/tail/log/multiline_001.log",
    ],
)
def test_real_json_is_read_whole(name: str) -> None:
    lines = [line for line in real(name) if line.strip()]
    leaf = structured.json_format_class("bare", {"json": {}})()
    for (_, pairs), line in zip(rows(leaf.cut(lines_of(lines))), lines, strict=True):
        wanted = json.loads(line)
        assert len(pairs) == len(wanted)
        assert all(same(wanted[key], value) for key, value in pairs)


@needs_data
@pytest.mark.parametrize(
    "name, wanted",
    [
        ("hl/sample/prometheus.log", "json_lines"),
        ("lnav/test/logfile_bunyan.0", "bunyan"),
        ("lnav/test/logfile_pino.0", "pino"),
        ("lnav/test/logfile_ecs_log.json", "ecs"),
        ("lnav/test/logfile_journald.json", "journald_json"),
        ("lnav/test/logfile_mongodb.0", "mongodb_json"),
        ("lnav/test/logfile_rust_tracing.0", "tracing_json"),
        ("lnav/test/logfile_caddy_log.1", "zap"),
        ("lnav/test/logfile_otel_collector.jsonl", "otlp_json"),
        ("misc/klp/grafana.logfmt", "logfmt"),
        ("misc/fluent_bit/tail/log/dockermode.log", "docker_json"),
        ("lnav/test/logfile_cloudflare.1", "json_lines"),
    ],
)
def test_real_formats_are_recognised(name: str, wanted: str) -> None:
    names = [*JSON_FORMATS, "otlp_json", "logfmt", "plain"]
    assert detection.rank(lines_of(real(name)[:250]), names)[0].name == wanted


@needs_data
def test_real_logfmt_has_time_level_and_message() -> None:
    lines = real("misc/klp/grafana.logfmt")
    cut = registry.create("formats", "logfmt").cut(lines_of(lines))
    assert (cut.status == RECORD_START).all()
    assert (cut.severity > 0).all() and (cut.time > 0).all()
