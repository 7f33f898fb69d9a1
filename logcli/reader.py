"""One pass over an input: its decompressed text as UTF-8, whatever the file holds.

What goes wrong while reading is told in notes, not raised: what could be read counts.
"""

from __future__ import annotations

import os
import select
from collections.abc import Callable, Iterator
from contextlib import suppress
from queue import Empty, Queue
from threading import Thread
from typing import Any, Self

from logcli import charsets, codecs

HEAD_BYTES = 1 << 16  # looked at to know what an input is
_MAGIC_BYTES = 10

Fill = Callable[[memoryview], int]  # how many bytes were written into the view; 0 at the end
Ready = Callable[[float], bool]  # whether `Fill` would not wait longer than so many seconds


class Reader:
    """One pass over a stream; made by `Stream.open`, to be closed (a context manager).

    name : of the stream
    notes : problems met so far, for the user
    damaged : whether any of them lost input
    """

    def __init__(
        self,
        name: str,
        file: Any,
        limit: int | None = None,
        patience: float | None = None,
        verbatim: bool = False,
    ) -> None:
        self.name = name
        self.notes: list[str] = []
        self.damaged = False
        self._file = file
        self._patience = patience
        self._raw = _Raw(file, limit, self._report)
        self._ahead: _Ahead | None = None
        self._head = _Head(self._raw.fill, self._raw.ready)
        try:
            self._decompress()
            if not verbatim:
                self._decode()
        except BaseException:
            self.close()
            raise

    @property
    def consumed(self) -> int:
        """Bytes read from the disk or pipe so far (compressed ones, where it is compressed)."""
        return self._raw.taken

    def peek(self, size: int) -> bytes:
        """The first `size` bytes that are not read yet, fewer only at the end; they stay unread."""
        return self._head.peek(size, self._patience)

    def readinto(self, view: memoryview) -> int:
        """Fill the beginning of the view; the number of bytes, 0 at the end of the input."""
        return self._head.fill(view)

    def waiting(self, seconds: float) -> bool:
        """Whether within so many seconds there is something to read, or the end."""
        return self._head.ready(seconds)

    def fileno(self) -> int:
        """Descriptor of the open file; raises OSError if it has none."""
        return int(self._file.fileno())

    def close(self) -> None:
        """Let go of the file; the rest of the input stays unread."""
        if self._ahead is None or self._ahead.close():
            self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *reason: object) -> None:
        self.close()

    def _report(self, note: str, lost: bool) -> None:
        self.notes.append(note)
        self.damaged = self.damaged or lost

    def _decompress(self) -> None:
        codec = codecs.detect(self.peek(_MAGIC_BYTES))
        if codec:
            self._ahead = _Ahead(codecs.decode(codec, self._head.read, self._report))
            self._head = _Head(_Pieces(self._ahead.next).fill, self._ahead.ready)

    def _decode(self) -> None:
        charset = charsets.detect(self.peek(HEAD_BYTES))
        self._head.read(charset.mark)
        if charset.encoding:
            transcoder = charsets.Transcoder(charset.encoding, self._head.read, self._report)
            self._head = _Head(_Pieces(transcoder.next).fill, self._head.ready)
        if charsets.has_mac_lines(self.peek(HEAD_BYTES)):
            self._head = _Head(charsets.with_newlines(self._head.fill), self._head.ready)


class _Raw:
    """A file's bytes, up to the size that it had when it was found."""

    def __init__(self, file: Any, limit: int | None, report: codecs.Report) -> None:
        self.taken = 0
        self._file = file
        self._limit = limit
        self._report = report

    def fill(self, view: memoryview) -> int:
        if self._limit is not None:
            view = view[: self._limit - self.taken]
        try:
            got = self._file.readinto(view) if len(view) else 0
        except OSError as error:
            return self._end(f"cannot be read beyond byte {self.taken:,} ({error.strerror or error})")
        if got is None:  # a pipe that somebody made non-blocking
            self.ready(1.0)
            return self.fill(view)
        if not got and len(view) and self._limit is not None:
            return self._end(f"shrank while it was read, to {self.taken:,} bytes")
        self.taken += got
        return int(got)

    def _end(self, note: str) -> int:
        self._limit = self.taken
        self._report(note, True)
        return 0

    def ready(self, seconds: float) -> bool:
        if os.name == "nt":  # pragma: no cover: `select` knows sockets only
            return True
        try:
            return bool(select.select([self._file], [], [], seconds)[0])
        except (OSError, ValueError):  # not a descriptor: a buffer in memory never waits
            return True


class _Head:
    """A reading function whose next bytes can be looked at before they are taken."""

    def __init__(self, fill: Fill, ready: Ready) -> None:
        self._fill = fill
        self._ready = ready
        self._kept = bytearray()

    def peek(self, size: int, patience: float | None) -> bytes:
        while len(self._kept) < size:
            if patience is not None and self._kept and not self._ready(patience):
                break
            more = self._take(size - len(self._kept))
            if not more:
                break
            self._kept += more
        return bytes(self._kept[:size])

    def fill(self, view: memoryview) -> int:
        if not self._kept:
            return self._fill(view)
        size = min(len(view), len(self._kept))
        view[:size] = self._kept[:size]
        del self._kept[:size]
        return size

    def read(self, size: int) -> bytes:
        if not self._kept:
            return self._take(size)
        taken = bytes(self._kept[:size])
        del self._kept[:size]
        return taken

    def ready(self, seconds: float) -> bool:
        return bool(self._kept) or self._ready(seconds)

    def _take(self, size: int) -> bytes:
        buffer = bytearray(size)
        return bytes(buffer[: self._fill(memoryview(buffer))])


class _Pieces:
    """A reading function over one that gives pieces of any size."""

    def __init__(self, following: Callable[[], bytes]) -> None:
        self._following = following
        self._piece = memoryview(b"")

    def fill(self, view: memoryview) -> int:
        if not self._piece:
            self._piece = memoryview(self._following())
        size = min(len(view), len(self._piece))
        view[:size] = self._piece[:size]
        self._piece = self._piece[size:]
        return size


class _Ahead:
    """Pieces made a little ahead of need in a thread of their own (decompressing lets go of the GIL)."""

    _DEPTH = 4

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._queue: Queue[bytes | BaseException] = Queue(self._DEPTH)
        self._first: bytes | BaseException | None = None
        self._stopped = False
        self._thread = Thread(target=self._run, name="decompress", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        end: bytes | BaseException = b""
        try:
            for piece in self._pieces:
                if self._stopped:
                    return
                if piece:
                    self._queue.put(piece)
        except BaseException as error:
            end = error
        self._queue.put(end)

    def next(self) -> bytes:
        piece = self._queue.get() if self._first is None else self._first
        self._first = None
        if isinstance(piece, BaseException):
            raise piece
        if not piece:
            self._first = piece  # the end stays the end
        return piece

    def ready(self, seconds: float) -> bool:
        if self._first is None:
            with suppress(Empty):
                self._first = self._queue.get(timeout=seconds)
        return self._first is not None

    def close(self) -> bool:
        """Stop; whether the thread has ended (not so while it waits for a silent pipe)."""
        self._stopped = True
        for _ in range(20):
            with suppress(Empty):
                while True:
                    self._queue.get_nowait()
            self._thread.join(0.01)
            if not self._thread.is_alive():
                return True
        return False
