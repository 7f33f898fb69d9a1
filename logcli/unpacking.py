"""Takes files out of zip, tar and gz archives that may be damaged or hostile.

Nothing is written outside the folder, no link is followed or made, and what comes out is bounded by
the size of the archive: a file has its own name only when it is whole.
"""

from __future__ import annotations

import gzip
import lzma
import shutil
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, cast

from logcli.errors import LogcliError

if TYPE_CHECKING:
    from logcli.base import Progress

# Logs pack to a fiftieth at best; what grows far more is no log.
MOST_TIMES, MOST_ANYWAY = 250, 256 << 20
MOST_FILES = 200_000
_CHUNK = 1 << 20
_DAMAGE = (
    zipfile.BadZipFile, tarfile.TarError, gzip.BadGzipFile, lzma.LZMAError, zlib.error, EOFError,
    NotImplementedError, RuntimeError, ValueError, LookupError,
)  # fmt: skip


@dataclass(slots=True)
class _Member:
    """A file in an archive; `plain` unless it is a link, a device or the like."""

    name: str
    size: int
    plain: bool
    data: IO[bytes] | None


class _Account:
    """What came out of an archive so far, and how much may."""

    def __init__(self, archive: Path, progress: Progress | None) -> None:
        self._archive = archive
        self._progress = progress
        self._most = max(archive.stat().st_size * MOST_TIMES, MOST_ANYWAY)
        self._said = self._bytes = self._files = 0

    def meet(self, member: _Member) -> None:
        """A member is next, wanted or not: passing over it may take time, too."""
        self._files += 1
        self._said += member.size
        if self._files > MOST_FILES:
            raise LogcliError(f"the archive holds more than {MOST_FILES:,} files", where=str(self._archive))
        self._bound(self._said)

    def copy(self, data: IO[bytes], out: IO[bytes] | None) -> None:
        """Copy data, or only read it if it goes nowhere."""
        while chunk := data.read(_CHUNK):
            self._bytes += len(chunk)
            self._bound(self._bytes)
            if out:
                out.write(chunk)
            if self._progress:
                self._progress(self._bytes, None, f"unpacking {self._archive.name}")

    def _bound(self, count: int) -> None:
        if count > self._most:
            why = f"more than {self._most:,} bytes would come out of it"
            raise LogcliError("the archive grows too much", why=why, where=str(self._archive))


def unpack(archive: Path, wanted: Mapping[str, str], folder: Path, progress: Progress | None = None) -> None:
    """Take files out of an archive.

    Parameters
    ----------
    wanted : path below the folder → end of the member's path in the archive; a path that ends with `/`
        is a folder for all files with such an end
    folder : where they go

    All files appear, or none. Linear in the size of the archive, of which every kind is told by its
    content. Raises LogcliError when it is damaged, lacks a file, grows too much, or holds a link or a
    path that leads out of the folder.
    """
    account = _Account(archive, progress)
    with tempfile.TemporaryDirectory(prefix=".unpack-", dir=folder) as scratch:
        found = _take(archive, wanted, Path(scratch), account)
        for path, member in wanted.items():
            if path not in found:
                raise LogcliError(f"there is no `{member or path}` in the archive", where=str(archive))
        for path in wanted:
            _move(Path(scratch) / path, folder / path)


def _take(archive: Path, wanted: Mapping[str, str], scratch: Path, account: _Account) -> set[str]:
    found: set[str] = set()
    try:
        for member in _members(archive, account):
            account.meet(member)
            paths = _paths(member, wanted, archive)
            for path in paths:
                if path in found:
                    raise LogcliError(f"`{path}` is in the archive twice", where=str(archive))
                found.add(path)
            if paths:
                _write(member, [scratch / path for path in paths], archive, account)
    except _DAMAGE as error:
        why = str(error) or type(error).__name__
        raise LogcliError("the archive is damaged", why=why, where=str(archive)) from error
    except OSError as error:
        why = error.strerror or str(error)
        raise LogcliError("cannot unpack the archive", why=why, where=str(archive)) from error
    return found | {tree for tree in wanted if tree.endswith("/") and (scratch / tree).is_dir()}


def _paths(member: _Member, wanted: Mapping[str, str], archive: Path) -> list[str]:
    """Where a member goes."""
    name, found = member.name, []
    for path, end in wanted.items():
        if not path.endswith("/"):
            found += [path] if name == end or name.endswith(f"/{end}") else []
        elif name.endswith(end) and not name.startswith("__MACOSX/"):
            found.append(path + _inner(name, archive))
    return found


def _write(member: _Member, targets: Sequence[Path], archive: Path, account: _Account) -> None:
    if not member.plain or member.data is None:
        raise LogcliError(f"`{member.name}` in the archive is no plain file", where=str(archive))
    for target in targets:
        target.parent.mkdir(parents=True, exist_ok=True)
    with targets[0].open("xb") as out:
        account.copy(member.data, out)
    for target in targets[1:]:
        with targets[0].open("rb") as data, target.open("xb") as out:
            account.copy(data, out)


def _inner(name: str, archive: Path) -> str:
    """A member's path, if it stays within a folder."""
    parts = PurePosixPath(name).parts
    if not parts or name.startswith("/") or ".." in parts or "\\" in name or ":" in name or "\0" in name:
        raise LogcliError(f"`{name}` in the archive leads out of the folder", where=str(archive))
    return "/".join(parts)


def _move(made: Path, target: Path) -> None:
    if target.is_dir():
        shutil.rmtree(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    made.replace(target)


# --- kinds of archive ---------------------------------------------------------------------------


def _members(archive: Path, account: _Account) -> Iterator[_Member]:
    """The files of an archive in its order; the data of one is read before the next."""
    if not archive.stat().st_size:  # which gzip takes for the packed form of nothing
        raise EOFError("it is empty")
    if zipfile.is_zipfile(archive):
        yield from _zip(archive)
    elif tarfile.is_tarfile(archive):
        yield from _tar(archive, account)
    else:
        name = archive.name.removesuffix(".part").removesuffix(".gz")
        with gzip.open(archive) as data:
            yield _Member(name, 0, True, cast("IO[bytes]", data))


def _zip(archive: Path) -> Iterator[_Member]:
    with zipfile.ZipFile(archive) as opened:
        for info in opened.infolist():
            if info.is_dir():
                continue
            kind = info.external_attr >> 28  # of the file, as Unix has it; 0 where it was made elsewhere
            with opened.open(info) as data:
                yield _Member(info.filename, 0, kind in (0, 8), data)


class _Header(tarfile.TarInfo):
    """The header of a member; tarfile takes a damaged one for the end of the archive."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> _Header:
        try:
            return super().frombuf(buf, encoding, errors)
        except tarfile.HeaderError as error:
            if buf.strip(b"\0"):
                raise tarfile.ReadError(f"damaged header: {error}") from error
            raise


def _tar(archive: Path, account: _Account) -> Iterator[_Member]:
    with tarfile.open(archive, tarinfo=_Header) as opened:
        for info in opened:
            if not info.isdir():
                data = opened.extractfile(info) if info.isreg() else None
                yield _Member(info.name.removeprefix("./"), info.size, info.isreg(), data)
        account.copy(cast("IO[bytes]", opened.fileobj), None)  # the check sum of a packed one is at its end
