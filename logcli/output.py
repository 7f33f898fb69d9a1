"""Where output goes: the sink, the destination, the name that a table states."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import re
import secrets
import shutil
import stat
import sys
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from logcli import errors
from logcli.errors import LogcliError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pyarrow as pa

STDOUT = "-"

# What could drive a terminal, as UTF-8: C0 controls but tab and newline, delete, C1 controls, and the
# marks that turn the direction of writing.
_CONTROL = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xaa-\xae]|\xe2\x81[\xa6-\xa9]")


# --- which sink ---------------------------------------------------------------------------------


def choose(to: str | None, output: str | None, tty: bool) -> tuple[str, str]:
    """Name of the sink and the destination, before anything is read.

    Parameters
    ----------
    to : what `-t/--to` says, a sink's name or one of its file endings without the dot
    output : what `-o` says; `-` or None is standard output
    tty : whether standard output is a terminal

    Raises UsageError for an unknown name or file ending, for a binary sink on a terminal and for a
    sink of several files on standard output.

    >>> choose(None, "out.csv.gz", tty=True)
    ('csv', 'out.csv.gz')
    """
    from logcli import registry

    target = output or STDOUT
    name = _named(to) if to else _by_suffix(target)
    sink = registry.leaf("sinks", name)
    if sink.files and target == STDOUT:
        hint = "name a folder or the beginning of a path: `-o PATH`"
        raise UsageError(f"`{name}` writes several files", hint=hint)
    if sink.binary and target == STDOUT and tty:
        raise UsageError(
            f"`{name}` is binary and standard output is a terminal",
            hint=f"write a file: `-o out{sink.suffixes[0]}`, or send it to a pipe",
        )
    return name, target


def _named(to: str) -> str:
    from logcli import registry

    if to not in registry.names("sinks"):
        to = _suffixes().get(f".{to}", to)
    return registry.leaf("sinks", to).name if to else to


def _by_suffix(target: str) -> str:
    if target == STDOUT or _special(Path(target)):
        return "table"
    name = Path(target).name.lower()
    for packing in _PACKINGS:
        name = name.removesuffix(packing)
    known = _suffixes()
    fitting = [suffix for suffix in known if name.endswith(suffix)]
    if fitting:
        return known[max(fitting, key=len)]
    raise UsageError(
        f"the ending of `{Path(target).name}` does not say what to write",
        where=f"-o {target}",
        hint=f"use one of {' '.join(sorted(known))} or name it with `-t`",
    )


def _suffixes() -> dict[str, str]:
    from logcli import registry

    sinks = [registry.leaf("sinks", name) for name in registry.names("sinks")]
    return {suffix: sink.name for sink in sinks for suffix in sink.suffixes}


# --- the destination ----------------------------------------------------------------------------


@contextmanager
def open_output(target: str | Path, *, dressed: bool = False) -> Iterator[BinaryIO]:
    """Open `-` (standard output) or a file for writing.

    A file is written under a temporary name in its folder and takes its own name only at success;
    devices and named pipes are written directly. An ending such as `.gz` or `.zst` compresses.
    On a terminal, control characters become visible unless the writer says it is `dressed`, that
    is, makes its own colours and lets no others through.

    Raises LogcliError when the file cannot be written; a broken pipe stays BrokenPipeError.
    """
    with ExitStack() as stack:
        path, regular = Path(target), str(target) != STDOUT and not _special(Path(target))
        if str(target) == STDOUT:
            file, shown = cast("BinaryIO", sys.stdout.buffer), "standard output"
        else:
            opened = _open_aside(path) if regular else _open_directly(path)
            file, shown = stack.enter_context(opened), str(path)
        out = _Destination(file, shown, guarded=not dressed and file.isatty(), regular=regular)
        packing = _PACKINGS.get(path.suffix.lower())
        if packing is None:
            yield cast("BinaryIO", out)
        else:
            with packing(out) as packed:
                yield packed
        out.flush()


@contextmanager
def _open_directly(path: Path) -> Iterator[BinaryIO]:
    try:
        file = path.open("wb")
    except OSError as error:
        raise _unwritable(str(path), error) from error
    try:
        yield file
    finally:
        _close(file)


@contextmanager
def _open_aside(path: Path) -> Iterator[BinaryIO]:
    """A temporary neighbour of the file, renamed at success and removed otherwise."""
    file, aside = _make_aside(path)
    try:
        yield file
        _put_in_place(file, aside, path)
    finally:
        _close(file)
        aside.unlink(missing_ok=True)


def _make_aside(path: Path) -> tuple[BinaryIO, Path]:
    """A new file in the folder of `path`, or of the file that it is a link to."""
    if path.is_dir():
        raise _unwritable(str(path), IsADirectoryError(21, "Is a directory"))
    aside = Path(os.path.realpath(path)).parent / f".logcli-{secrets.token_hex(6)}.part"
    try:
        return aside.open("xb"), aside
    except OSError as error:
        raise _unwritable(str(path), error) from error


def check(target: str | Path) -> None:
    """Raise LogcliError if no file can be made at the target; for an answer before the work, not after it."""
    if str(target) != STDOUT and not _special(Path(target)):
        file, aside = _make_aside(Path(target))
        file.close()
        aside.unlink()


def _put_in_place(file: BinaryIO, aside: Path, path: Path) -> None:
    try:
        file.close()
        if path.exists():
            shutil.copymode(path, aside)
        aside.replace(os.path.realpath(path))
    except OSError as error:
        raise _unwritable(str(path), error) from error


class _Destination(io.BufferedIOBase):
    """Turns a failed write into a message; `guarded`: makes control characters visible.

    pyarrow closes what it writes to; only the one who opened the file may, so `close` does nothing.
    """

    def __init__(self, file: BinaryIO, shown: str, *, guarded: bool, regular: bool) -> None:
        self._file = file
        self._shown = shown
        self._guarded = guarded
        self._regular = regular

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        """Whether it is a file of ours, which readers may open at any place."""
        return self._regular

    def write(self, data: Any) -> int:
        size = memoryview(data).nbytes
        if self._guarded:
            text = bytes(data).decode("utf-8", "backslashreplace")  # a lone byte may be a control, too
            data = _CONTROL.sub(_escape, text.encode())
        try:
            self._file.write(data)
        except OSError as error:
            raise self._failure(error) from error
        return size

    def flush(self) -> None:
        try:
            self._file.flush()
        except OSError as error:
            raise self._failure(error) from error

    def close(self) -> None:
        pass

    def _failure(self, error: OSError) -> Exception:
        return error if isinstance(error, BrokenPipeError) else _unwritable(self._shown, error)


def _special(path: Path) -> bool:
    """Whether the path is a device or a pipe, not a file that could be replaced."""
    if str(path).startswith(("/dev/std", "/dev/fd/", "/proc/")):  # whatever they stand for
        return True
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)


def _unwritable(shown: str, error: OSError) -> LogcliError:
    reason = (error.strerror or str(error)).lower()
    folder = Path(shown).parent
    hint = ""
    if isinstance(error, FileNotFoundError):
        hint = f"make the folder first: `mkdir -p {folder}`"
    elif isinstance(error, PermissionError):
        hint = "choose another place with `-o`"
    elif isinstance(error, IsADirectoryError):
        hint = "name a file in that folder"
    return LogcliError(f"cannot write `{shown}`", why=reason, where=shown, hint=hint)


def _close(file: BinaryIO) -> None:
    with suppress(OSError):  # what it could not write has been reported, or is being thrown away
        file.close()


def _escape(match: re.Match[bytes]) -> bytes:
    return errors.visible(match[0].decode()).encode()


def _gzip(out: Any) -> Any:
    # without name and time: the same records give the same bytes
    return gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=out, mtime=0)


def _zstd(out: Any) -> Any:
    import zstandard

    return zstandard.ZstdCompressor(level=3).stream_writer(out)


def _lz4(out: Any) -> Any:
    import lz4.frame

    return lz4.frame.LZ4FrameFile(out, mode="wb")


_PACKINGS: dict[str, Callable[[Any], Any]] = {
    ".gz": _gzip,
    ".zst": _zstd,
    ".lz4": _lz4,
    ".xz": partial(lzma.LZMAFile, mode="wb"),
    ".bz2": partial(bz2.BZ2File, mode="wb"),
}


# --- the name of a table ------------------------------------------------------------------------


def table_name(schema: pa.Schema) -> str:
    """Name and version of a schema, as outputs state it: `logcli.parsed/1`.

    The key `logcli.schema` of the schema's metadata says it; otherwise its columns do.
    """
    from logcli.schema import PARSED, RECORD, TEMPLATE, VERSION

    stated = (schema.metadata or {}).get(b"logcli.schema")
    if stated:
        return str(stated.decode())
    names, record, parsed = set(schema.names), set(RECORD.names), set(PARSED.names)
    if names <= parsed or names >= record:
        table = "parsed" if names & (parsed - record) else "records"
    else:
        table = "templates" if names <= set(TEMPLATE.names) else "table"
    return f"logcli.{table}/{VERSION}"


def stamped(schema: pa.Schema) -> pa.Schema:
    """The schema with its name and version in its metadata."""
    return schema.with_metadata({**(schema.metadata or {}), b"logcli.schema": table_name(schema).encode()})
