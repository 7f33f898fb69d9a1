"""Drafts of formats must fit the lines that they were made from."""

from __future__ import annotations

from pathlib import Path

import pytest

from logcli import layout_check, registry
from logcli.errors import LogcliError
from logcli.propose import propose

LOGS = {
    "a time and a level": [
        "2021-03-04 05:06:07,123 WARN [main] o.e.App: slow",
        "2021-03-04 05:06:09,001 INFO [db-1] o.e.Db: up",
    ],
    "a syslog header": ["Mar  4 05:06:07 web1 a[7]: up", "Mar 14 05:06:07 web1 b[8]: down"],
    "bars": ["20210304-5:6:7:891|Step|300|go on", "20210304-5:6:8:7|Stop|301|x = {1}"],
    "a level first": ["[INFO] one", "[WARN] two", "[INFO] three"],
    "braces and quotes": ["{7} it's 05:06:07.123 INFO: a", "{8} it's 05:06:08.123 INFO: b"],
    "continuation lines": [
        "2021/03/04 05:06:07 [error] 5#0: x",
        "    more",
        "2021/03/04 05:06:08 [crit] 5#0: y",
        "",
    ],
}


@pytest.mark.parametrize("kind", LOGS)
def test_a_draft_checks_out(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "draft.yaml"
    path.write_text(propose(LOGS[kind]) + "\n", encoding="utf-8")
    assert layout_check.check(str(path)) == []


def test_a_draft_finds_what_is_common() -> None:
    text = propose(LOGS["a time and a level"])
    assert "{time:%Y-%m-%d %H:%M:%S,%f} {severity_text:level} [{thread.name}] {scope:" in text


@pytest.mark.parametrize("lines", [[], ["no", "header at all"], ["", "   "]])
def test_lines_without_a_header_are_an_error(lines: list[str]) -> None:
    with pytest.raises(LogcliError, match="cannot propose a format"):
        propose(lines)


@pytest.mark.parametrize(
    "name", ["hadoop", "nginx_error", "spark", "healthapp", "proxifier", "kafka", "apache"]
)
def test_samples_of_known_formats_can_be_drafted(name: str) -> None:
    lines = [sample["line"] for sample in registry.create("formats", name).samples]
    assert "{time:" in propose(lines[:1])
