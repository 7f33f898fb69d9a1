"""Batches put aside in a temporary file, for outputs that must have seen everything first."""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING, Self

import pyarrow as pa

from logcli.errors import LogcliError

if TYPE_CHECKING:
    from collections.abc import Iterator


class Spool:
    """Write batches with `add`, then read them back once, in order.

    The file has no name (or loses it when closed), so nothing is left behind.
    """

    def __init__(self, schema: pa.Schema) -> None:
        self._file = tempfile.TemporaryFile(prefix="logcli-")  # noqa: SIM115
        options = pa.ipc.IpcWriteOptions(compression="lz4")
        self._writer = pa.ipc.new_stream(self._file, schema, options=options)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()

    def add(self, batch: pa.RecordBatch) -> None:
        """Put a batch aside; raises LogcliError when the disk is full."""
        try:
            self._writer.write_batch(batch)
        except OSError as error:
            raise LogcliError(
                "cannot write a temporary file",
                why=(error.strerror or str(error)).lower(),
                where=tempfile.gettempdir(),
                hint="point `TMPDIR` to a disk with more room",
            ) from error

    def batches(self) -> Iterator[pa.RecordBatch]:
        """All batches, once."""
        self._writer.close()
        self._file.seek(0)
        yield from pa.ipc.open_stream(self._file)
