"""Arrow streams of records as input, damaged ones too, and files that are no logs."""

from __future__ import annotations

import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from logcli import arrow_input, schema
from logcli.errors import LogcliError
from logcli.filters import Filter, parse_levels
from tests.conftest import SHOP
from tests.running import logcli
from tests.runs import counted, parsed, rows, running

LOG = SHOP / "orders.log"
EMPTY_BATCH = pa.RecordBatch.from_pylist([], schema.PARSED)


def table(*targets: Path) -> pa.Table:
    with running(*targets) as run:
        return pa.Table.from_batches(list(run.parsed()), schema.PARSED)


def written(
    path: Path, batches: Iterable[pa.RecordBatch], kind: Any = pa.ipc.new_stream, **more: Any
) -> Path:
    batches = list(batches)
    with kind(str(path), batches[0].schema, **more) as out:
        for batch in batches:
            out.write_batch(batch)
    return path


def bare(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Without what was learnt."""
    return [{name: row[name] for name in schema.RECORD.names} for row in found]


@pytest.mark.parametrize("kind", [pa.ipc.new_stream, pa.ipc.new_file])
@pytest.mark.parametrize("compression", [None, "lz4"])
def test_what_was_written_is_read(tmp_path: Path, kind: Any, compression: str | None) -> None:
    options = pa.ipc.IpcWriteOptions(compression=compression)
    path = written(tmp_path / "x.arrow", table(LOG).to_batches(), kind, options=options)
    assert parsed(path) == parsed(LOG)
    assert counted(path) == counted(LOG)


def test_through_a_pipe_of_commands(tmp_path: Path) -> None:
    assert logcli("parse", LOG, "-o", tmp_path / "x.arrow", "-q").code == 0
    assert logcli("templates", tmp_path / "x.arrow", "-q").out == logcli("templates", LOG, "-q").out


def test_slices_and_empty_batches(tmp_path: Path) -> None:
    part = table(LOG).slice(5, 100)
    batches = [EMPTY_BATCH, *(batch.slice(1) for batch in part.to_batches(max_chunksize=7)), EMPTY_BATCH]
    path = written(tmp_path / "x.arrow", batches)
    assert bare(parsed(path)) == [row for k, row in enumerate(bare(part.to_pylist())) if k % 7]


def test_sliced_arrays_that_share_buffers() -> None:
    batch = table(LOG).combine_chunks().to_batches()[0].slice(7, 20)
    from logcli.columns import to_arrow

    (piece,) = arrow_input._pieces(arrow_input._typed(batch))
    found = pa.table(to_arrow(piece)).to_pylist()
    assert found == bare(batch.to_pylist())


def test_large_batches_come_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path / "x.arrow", table(LOG).combine_chunks().to_batches())
    wanted = parsed(path)
    monkeypatch.setattr(arrow_input, "_ROWS", 10)
    assert parsed(path) == wanted


def test_several_sources_in_one_stream(tmp_path: Path) -> None:
    both = (SHOP / "orders.log", SHOP / "web.log")
    path = written(tmp_path / "x.arrow", table(*both).to_batches())
    assert [row["source"] for row in parsed(path)] == [row["source"] for row in parsed(*both)]


def test_filters_and_the_first_records(tmp_path: Path) -> None:
    path = written(tmp_path / "x.arrow", table(LOG).to_batches())
    for asked in ({"filter": Filter(level=parse_levels("error"))}, {"head": 17}, {"head": 0}):
        assert parsed(path, **asked) == parsed(LOG, **asked)  # type: ignore[arg-type]
    with running(path, head=17) as run:
        rows(run.records())
        assert (run.account.records, run.account.lines) == (17, 17)


def test_other_columns_are_no_obstacle(tmp_path: Path) -> None:
    few = pa.table({"body": ["took 1 ms", None], "line": pa.array([1, 2], pa.int32()), "other": [1.5, 2]})
    (first, second) = parsed(written(tmp_path / "x.arrow", few.to_batches()))
    assert (first["body"], first["source"], first["template"]) == ("took 1 ms", "-", "took <*> ms")
    assert second["body"] == ""


@pytest.mark.parametrize(
    "columns",
    [
        {"a": [1]},
        {"body": ["x"]},
        {"body": [1.5], "line": ["x"]},
        {"body": ["x"], "line": [1], "attributes": [1]},
        {"body": ["x"], "line": [1], "source": [1]},
        {"body": ["x"], "line": [1], "severity_number": [300]},
        {"body": [b"\xff"], "line": [1]},
    ],
)
def test_an_arrow_stream_of_something_else(tmp_path: Path, columns: dict[str, Any]) -> None:
    path = written(tmp_path / "x.arrow", pa.table(columns).to_batches())
    with pytest.raises(LogcliError, match=r"no column|no Arrow stream of records"):
        parsed(path)


def test_a_severity_that_is_none(tmp_path: Path) -> None:
    odd = pa.table({"body": ["x"], "line": [1], "severity_number": pa.array([255], pa.uint8())})
    assert parsed(written(tmp_path / "x.arrow", odd.to_batches()))[0]["severity_number"] == 0


@pytest.mark.parametrize("share", [0.01, 0.1, 0.5, 0.99])
def test_a_cut_stream(tmp_path: Path, share: float) -> None:
    path = written(tmp_path / "x.arrow", table(LOG).to_batches())
    data = path.read_bytes()
    path.write_bytes(data[: int(share * len(data))])
    with pytest.raises(LogcliError, match="damaged"):
        parsed(path)


@pytest.mark.parametrize("seed", range(20))
def test_damaged_streams_end_in_records_or_an_error(tmp_path: Path, seed: int) -> None:
    path = written(tmp_path / "x.arrow", table(LOG).to_batches())
    data, draw = bytearray(path.read_bytes()), random.Random(seed)
    for _ in range(1 + seed):
        data[draw.randrange(8, len(data))] = draw.randrange(256)
    path.write_bytes(data)
    try:
        found = parsed(path)
    except LogcliError as error:
        assert "x.arrow" in error.what
    else:
        assert len(found) == table(LOG).num_rows


def test_an_arrow_stream_has_no_lines_to_show_or_follow(tmp_path: Path) -> None:
    path = written(tmp_path / "x.arrow", table(LOG).to_batches())
    with pytest.raises(LogcliError, match="no raw lines"), running(path) as run:
        list(run.excerpts(run.templates(again=True)["template_id"][0].as_py()))
    with pytest.raises(LogcliError, match="not a log that grows"), running(path, follow=True) as run:
        next(run.records())


def test_files_that_are_no_logs(tmp_path: Path) -> None:
    pq.write_table(table(LOG), tmp_path / "x.parquet")
    done = logcli("templates", tmp_path / "x.parquet")
    assert done.code == 1
    assert "is a Parquet file, not a log" in done.err
    assert "hint: " in done.err


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"SQLite format 3\0", "SQLite"),
        (b"PK\3\4" + bytes(30), "zip"),
        (b"\x89PNG\r\n\x1a\n\0\0", "PNG"),
        (b"\x7fELF\2\1\1", "program"),
        (b"x" * 257 + b"ustar\0", "tar"),
        (b"LPKSHHRH" + bytes(8), "journal"),
    ],
)
def test_magic_words(tmp_path: Path, head: bytes, name: str) -> None:
    path = tmp_path / "x"
    path.write_bytes(head + bytes(range(256)) * 4)
    with pytest.raises(LogcliError, match=name):
        counted(path)


def test_a_folder_with_other_files(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    (tmp_path / "b.log").write_bytes(LOG.read_bytes())
    with running(tmp_path) as run:
        found = rows(run.parsed())
        assert run.account.notes[0] == f"left out `{tmp_path}/a.png`: a PNG image, not a log"
    assert len(found) == table(LOG).num_rows


def test_something_binary_is_said_to_be(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(random.Random(1).randbytes(500) + b"\n\0\1\0\2\0\3" * 300)
    with running(path) as run:
        rows(run.parsed())
        assert f"`{path}` does not look like text" in run.account.notes
