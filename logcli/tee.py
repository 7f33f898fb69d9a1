"""A compressed temporary copy of what a pipe gives, for a second pass."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Self

from logcli.errors import LogcliError
from logcli.streams import Shared, Stream

if TYPE_CHECKING:
    from logcli.reader import Reader

_LARGE = 64 << 20  # bytes on disk from which on the user should know
_HINT = "set `TMPDIR` to a folder with more room, or save the input to a file and read that"


class Tee:
    """Passes on what a reader gives, and keeps it for `stream`. A context manager.

    reader : its bytes are read through this, from where it stands
    announce : is told once, when the copy has become large

    The file has no name where the system allows that, and is removed on closing elsewhere: nothing
    stays behind, however the process ends. Raises LogcliError when there is no room for it.
    """

    def __init__(self, reader: Reader, announce: Callable[[str], None] = lambda note: None) -> None:
        import lz4.frame

        self.name = reader.name
        self._reader = reader
        self._announce = announce
        self._folder = ""
        self._size = 0
        # Of the codecs at hand the one that costs least time; zstd would take half the space.
        self._packer: Any = lz4.frame.LZ4FrameCompressor(block_size=lz4.frame.BLOCKSIZE_MAX1MB)
        try:
            self._folder = tempfile.gettempdir()
            self._file: Any = tempfile.TemporaryFile(prefix="logcli-", buffering=0)  # noqa: SIM115
        except OSError as error:
            raise self._failure(error) from error
        self._write(self._packer.begin())

    def readinto(self, view: memoryview) -> int:
        """Read on, as `Reader.readinto`, and keep what was read."""
        size = self._reader.readinto(view)
        if size:
            self._write(self._packer.compress(view[:size]))
        return size

    def stream(self) -> Stream:
        """What was read so far, as a stream for as long as this is open; ends the first pass."""
        if self._packer:
            self._write(self._packer.flush())
            self._packer = None
        descriptor = self._file.fileno()
        return Stream(self.name, lambda: Shared(descriptor), os.fstat(descriptor), verbatim=True)

    def close(self) -> None:
        """Remove the copy."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *reason: object) -> None:
        self.close()

    def _write(self, data: bytes) -> None:
        view = memoryview(data)
        try:
            while view:
                view = view[self._file.write(view) :]
        except OSError as error:
            raise self._failure(error) from error
        before, self._size = self._size, self._size + len(data)
        if before <= _LARGE < self._size:
            self._announce(
                f"`{self.name}` can be read only once: keeping a compressed copy in `{self._folder}`"
                f" for the second pass, {self._size >> 20} MiB so far"
            )

    def _failure(self, error: OSError) -> LogcliError:
        what = f"cannot keep a temporary copy of `{self.name}`"
        return LogcliError(what, why=error.strerror or str(error), where=self._folder, hint=_HINT)
