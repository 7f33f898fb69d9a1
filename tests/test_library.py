"""The verbs as functions: tables and data frames, accounts, and nothing left open."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

import logcli
from logcli import schema
from logcli.errors import LogcliError, UsageError
from tests.conftest import SHOP
from tests.runs import in_blocks_of, piped

LOG = SHOP / "orders.log"


def test_data_frames() -> None:
    frame = logcli.parse(LOG).to_pandas()
    assert list(frame.columns) == schema.PARSED.names
    assert str(frame["time_unix_nano"].dtype) == "datetime64[ns, UTC]"
    assert len(frame) == logcli.read(LOG).to_arrow().num_rows > 200
    assert isinstance(frame["attributes"].dropna().iloc[0], dict)


def test_tables_have_the_schema_even_without_records(tmp_path: Path) -> None:
    path = tmp_path / "empty.log"
    path.write_text("")
    assert logcli.parse(path).to_arrow().schema == schema.PARSED
    assert logcli.read(path).to_arrow().schema == schema.RECORD
    assert logcli.parse(path).templates().schema == schema.TEMPLATE


def test_chosen_columns() -> None:
    assert logcli.parse(LOG, columns=("body", "template_id")).to_arrow().column_names == [
        "body",
        "template_id",
    ]


def test_templates_and_records_agree() -> None:
    log = logcli.parse(LOG)
    counts = log.to_arrow()["template_id"].combine_chunks().value_counts().to_pylist()
    table = log.templates()
    assert {row["values"]: row["counts"] for row in counts} == dict(
        zip(table["template_id"].to_pylist(), table["count"].to_pylist(), strict=True)
    )


def test_read_anew_each_time() -> None:
    log = logcli.parse(LOG)
    assert log.to_arrow() == log.to_arrow()


def test_the_account() -> None:
    log = logcli.read(str(LOG), os.fspath(SHOP / "web.log"))
    assert log.account is None
    table = log.to_arrow()
    assert log.account
    assert log.account.records == table.num_rows
    log.templates()
    assert log.account.templates > 1


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts open files in /proc")
def test_who_stops_early_leaves_nothing_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jobs: int
) -> None:
    in_blocks_of(1000, monkeypatch)
    before = len(os.listdir("/proc/self/fd"))
    text = LOG.read_bytes() * 5
    with piped(tmp_path, text) as pipe:
        for target in (LOG, pipe):
            for batch in logcli.parse(target, jobs=jobs, max_line=1000):
                assert batch.num_rows
                break
    assert len(os.listdir("/proc/self/fd")) == before
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("logcli")]


def test_errors_come_as_exceptions(tmp_path: Path) -> None:
    with pytest.raises(LogcliError, match="no such file"):
        logcli.parse(tmp_path / "missing.log").to_arrow()
    with pytest.raises(UsageError, match="no parser called"):
        logcli.parse(LOG, parser="drian").templates()
    with pytest.raises(TypeError):
        logcli.parse(LOG, nonsense=1)
