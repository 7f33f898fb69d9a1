"""What can be read from start to end: a file, a pipe, stdin; told apart, checked, perhaps read twice."""

from __future__ import annotations

import errno
import io
import os
import stat
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, Self

from logcli.errors import LogcliError
from logcli.reader import Reader

_SAMPLE = 4096  # bytes at either end that tell a file that was rewritten from one that grew


class Fingerprint(NamedTuple):
    """What a file looked like; `head` and `tail` are samples of the bytes up to its first known size."""

    device: int
    inode: int
    size: int
    mtime_ns: int
    head: bytes
    tail: bytes

    def difference(self, now: Fingerprint) -> str:
        """What happened since, as words after the file's name; empty if nothing that matters.

        A file that only grew is as good as unchanged: readers stop at the size it had.
        """
        if (now.device, now.inode) != (self.device, self.inode):
            return "was replaced by another file"
        if now.size < self.size:
            return f"shrank from {self.size:,} to {now.size:,} bytes"
        if (now.head, now.tail) != (self.head, self.tail):
            return "was rewritten"
        if now.size == self.size and now.mtime_ns != self.mtime_ns:
            return "was written to"
        return ""


class Stream:
    """Something to read.

    name : as shown to the user, valid as UTF-8
    path : of a file; None for what has no place in a file system
    size : bytes on disk; None when nobody knows
    mtime : last change, in seconds since 1970; None when nobody knows
    rereadable : whether it can be opened more than once
    """

    def __init__(
        self,
        name: str,
        opener: Callable[[], Any],
        info: os.stat_result | None = None,
        path: str | None = None,
        verbatim: bool = False,
    ) -> None:
        self.name = os.fsencode(name).decode("utf-8", "backslashreplace")
        self.path = path
        regular = info is not None and stat.S_ISREG(info.st_mode)
        self.rereadable = regular
        self.size = info.st_size if info and regular else None
        self.mtime = info.st_mtime if info and regular else None
        self._opener = opener
        self._verbatim = verbatim
        self._first: Fingerprint | None = None
        self._opened = False

    @classmethod
    def of_file(cls, path: str) -> Self:
        """The stream over a file, FIFO or character device; raises OSError if it cannot be read."""
        info = Path(path).stat()
        if stat.S_ISREG(info.st_mode):
            open_file(path).close()
        elif not os.access(path, os.R_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        elif not (stat.S_ISFIFO(info.st_mode) or stat.S_ISCHR(info.st_mode)):
            raise OSError(errno.EINVAL, "neither a file nor a pipe")
        return cls(path, partial(open_file, path), info, path)

    def open(self, *, patience: float | None = None, growing: bool = False, start: int = 0) -> Reader:
        """Begin a pass.

        patience : seconds after which looking ahead makes do with what has come so far; None waits
        growing : read what is added later, too; otherwise a pass ends at the size first seen
        start : byte on disk to begin at

        Raises LogcliError if it cannot be opened, or is a pipe and was opened before.
        """
        if self._opened and not self.rereadable:
            raise LogcliError(f"`{self.name}` can be read only once", hint="save it to a file first")
        self._opened = True
        try:
            file = self._opener()
            if self._first is None and self.rereadable:
                self._first = self._look(file)
            if start:
                file.seek(start, os.SEEK_CUR)
        except OSError as error:
            raise LogcliError(f"cannot read `{self.name}`", why=error.strerror or str(error)) from error
        # Files of /proc have size 0 and yet a content.
        limit = max(0, self.size - file.tell()) if self.size and not growing else None
        return Reader(self.name, file, limit, patience, self._verbatim)

    def fingerprint(self) -> Fingerprint | None:
        """What the file looks like now; None for what is not a file. Raises OSError if it is gone."""
        if not self.rereadable:
            return None
        with self._opener() as file:
            return self._look(file)

    def changed(self) -> str:
        """What happened to the file since it was first opened, as words after its name; empty if nothing.

        Appending is nothing: every pass ends at the size first seen.
        """
        if self._first is None:
            return ""
        try:
            now = self.fingerprint()
        except OSError as error:
            return f"is gone ({error.strerror or error})"
        return self._first.difference(now) if now else ""

    def _look(self, file: Any) -> Fingerprint:
        info = os.fstat(file.fileno())
        start = file.tell()
        size = self.size or 0
        head = file.read(min(size, _SAMPLE))
        file.seek(max(0, size - _SAMPLE))
        tail = file.read(min(size, _SAMPLE))
        file.seek(start)
        return Fingerprint(info.st_dev, info.st_ino, info.st_size, info.st_mtime_ns, head, tail)


def open_file(path: str) -> io.FileIO:
    """Open for reading without a buffer of its own."""
    return open(path, "rb", buffering=0)


class Shared(io.RawIOBase):
    """Reads an open descriptor from `start`, at a place of its own; closing leaves the descriptor open."""

    def __init__(self, descriptor: int, start: int = 0) -> None:
        self._descriptor = descriptor
        self._place = start

    def fileno(self) -> int:
        return self._descriptor

    def readable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        self._place = offset + (self._place if whence == os.SEEK_CUR else 0)
        return self._place

    def readinto(self, buffer: Any) -> int:
        if hasattr(os, "preadv"):
            size = os.preadv(self._descriptor, [buffer], self._place)
        else:  # pragma: no cover: Windows
            os.lseek(self._descriptor, self._place, os.SEEK_SET)
            data = os.read(self._descriptor, len(buffer))
            size = len(data)
            buffer[:size] = data
        self._place += size
        return size
