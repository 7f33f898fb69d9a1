"""The folder that holds datasets, a folder each; and what is in it.

A file may also lie there packed with gzip: `x.log.gz` stands for `x.log`, and digests, sizes and lines
are those of its content.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from logcli.card import Archive, File
from logcli.errors import LogcliError

_CHUNK = 1 << 20
OK, UNCHECKED, MISSING, WRONG = "ok", "unchecked", "missing", "wrong"


@dataclass(frozen=True, slots=True)
class State:
    """How a file of a dataset is: `ok`, `unchecked` (the card knows nothing to check), `missing`, `wrong`."""

    path: str
    state: str
    why: str = ""


def default() -> Path:
    """The user's folder for datasets: `$LOGCLI_DATA`, else where the platform keeps a program's data.

    `$XDG_DATA_HOME/logcli/datasets` (`~/.local/share/...`), `~/Library/Application Support/...` on
    macOS, `%LOCALAPPDATA%\\logcli\\datasets` on Windows.
    """
    if os.environ.get("LOGCLI_DATA"):
        return Path(os.environ["LOGCLI_DATA"])
    home = Path(os.path.expanduser("~"))
    if os.name == "nt":  # pragma: no cover
        return Path(os.environ.get("LOCALAPPDATA", home)) / "logcli" / "datasets"
    base = os.environ.get("XDG_DATA_HOME")
    usual = home / ("Library/Application Support" if sys.platform == "darwin" else ".local/share")
    return (Path(base) if base else usual) / "logcli" / "datasets"


def folder(given: str | None) -> Path:
    """The folder for datasets that an option names, or the user's."""
    return Path(given) if given else default()


def find(folder: Path, path: str) -> Path | None:
    """The file of that name in the folder, packed or not; the folder if the path ends with `/`."""
    place = folder / path
    if path.endswith("/"):
        return place if place.is_dir() else None
    packed = place.with_name(f"{place.name}.gz")
    return place if place.is_file() else packed if packed.is_file() else None


def is_packed(found: Path, path: str) -> bool:
    """Whether a found file is the gzip of the file that was asked for."""
    return found.name == f"{Path(path).name}.gz"


@contextmanager
def content(found: Path, path: str) -> Iterator[BinaryIO]:
    """The bytes of a file, unpacked if it lies there packed.

    Raises LogcliError when the packed file is damaged or the file cannot be read.
    """
    try:
        with gzip.open(found) if is_packed(found, path) else found.open("rb") as data:
            yield cast("BinaryIO", data)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise LogcliError("the packed file is damaged", why=str(error), where=str(found)) from error
    except OSError as error:
        raise LogcliError(
            "cannot read the file", why=error.strerror or str(error), where=str(found)
        ) from error


def difference(found: Path, wanted: File | Archive) -> str:
    """How a file differs from what the card says of it, empty if it does not: size, then digests.

    Reads the whole file, unless the size tells already.
    """
    path = wanted.path if isinstance(wanted, File) else wanted.name
    if wanted.bytes and not is_packed(found, path) and found.stat().st_size != wanted.bytes:
        return f"has {found.stat().st_size:,} bytes, should have {wanted.bytes:,}"
    digests = {name: value for name in ("sha256", "md5") if (value := getattr(wanted, name))}
    for name, value in _digests(found, path, list(digests)).items():
        if value != digests[name]:
            return f"has the {name} {value}, should have {digests[name]}"
    return ""


def check(folder: Path, file: File) -> State:
    """Whether a file is there and as the card says: its digests if they are known, else its lines."""
    found = find(folder, file.path)
    if found is None:
        return State(file.path, MISSING)
    if file.is_folder:
        return _check_folder(found, file)
    checked = file.sha256 or file.md5
    try:
        wrong = difference(found, file)
        if not wrong and file.lines and not checked:
            lines = _lines(found, file.path)
            wrong = "" if lines == file.lines else f"has {lines:,} lines, should have {file.lines:,}"
    except LogcliError as error:
        wrong = f"{error.what}: {error.why}"
    if wrong:
        return State(file.path, WRONG, wrong)
    why = "" if checked else f"{file.lines:,} lines, digest not known" if file.lines else "digest not known"
    return State(file.path, OK if checked or file.lines else UNCHECKED, why)


def _check_folder(found: Path, file: File) -> State:
    count = sum(path.is_file() for path in found.rglob("*"))
    if file.count and count != file.count:
        return State(file.path, WRONG, f"has {count:,} files, should have {file.count:,}")
    return State(file.path, OK if file.count else UNCHECKED, f"{count:,} files")


def _digests(found: Path, path: str, names: list[str]) -> dict[str, str]:
    if not names:
        return {}
    made = {name: hashlib.new(name, usedforsecurity=False) for name in names}
    with content(found, path) as data:
        while chunk := data.read(_CHUNK):
            for digest in made.values():
                digest.update(chunk)
    return {name: digest.hexdigest() for name, digest in made.items()}


def _lines(found: Path, path: str) -> int:
    """Lines of a file; the last one need not end with a newline."""
    count, last = 0, b"\n"
    with content(found, path) as data:
        while chunk := data.read(_CHUNK):
            count += chunk.count(b"\n")
            last = chunk[-1:]
    return count + (last != b"\n")
