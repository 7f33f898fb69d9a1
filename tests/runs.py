"""Runs of the pipeline over text, for tests."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from logcli import scanning
from logcli.pipeline import Request, Run


@contextmanager
def running(*targets: Path | str, **asked: Any) -> Iterator[Run]:
    """A run over these targets."""
    with Run(Request(targets=tuple(map(str, targets)), **asked)) as run:
        yield run


def rows(batches: Iterator[pa.RecordBatch]) -> list[dict[str, Any]]:
    """All records as dictionaries."""
    return [row for batch in batches for row in batch.to_pylist()]


def parsed(*targets: Path | str, **asked: Any) -> list[dict[str, Any]]:
    """The parsed records of these targets."""
    with running(*targets, **asked) as run:
        return rows(run.parsed())


def counted(*targets: Path | str, **asked: Any) -> dict[str, int]:
    """How often each template occurs."""
    with running(*targets, **asked) as run:
        table = run.templates()
    return dict(zip(table["template"].to_pylist(), table["count"].to_pylist(), strict=True))


@contextmanager
def piped(folder: Path, data: bytes) -> Iterator[Path]:
    """A named pipe that gives the data once."""
    path = folder / "pipe"
    os.mkfifo(path)

    def feed() -> None:
        with suppress(BrokenPipeError):  # whoever read it had enough
            path.write_bytes(data)

    thread = threading.Thread(target=feed, daemon=True)
    thread.start()
    yield path
    thread.join(10)


def in_blocks_of(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make blocks so small that a test's log is several of them."""
    for name in ("BLOCK_BYTES", "WIDE_BLOCK_BYTES"):
        monkeypatch.setattr(scanning, name, size)
