"""Files, folders and glob patterns: plain, gzip, zstd, xz, bz2 or lz4."""

from __future__ import annotations

import difflib
import glob
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from logcli import rotation
from logcli.base import Source
from logcli.errors import LogcliError
from logcli.streams import Stream

_SOME = 3  # names given as a hint


class File(Source):
    """Reads what has a path; whether it is compressed is seen from its content.

    A folder stands for all files below it, in order of their names (rotated ones from the oldest
    on), without hidden ones and without second names of the same file. What cannot be read there
    is reported and left out.
    """

    def matches(self, target: str) -> bool:
        return target not in ("-", "/dev/stdin") and "://" not in target

    def expand(self, target: str, report: Callable[[str], None]) -> list[Stream]:
        if target and Path(target).is_dir():
            return _readable(target, _below(target), report)
        if glob.has_magic(target) and not Path(target).exists():
            matches = glob.glob(target, recursive=True)  # noqa: PTH207 - `Path.glob` takes no absolute pattern
            return _readable(target, _files(matches), report)
        return [_one(target)]


def _one(path: str) -> Stream:
    try:
        return Stream.of_file(path)
    except FileNotFoundError as error:
        raise LogcliError(f"no such file `{path}`", hint=_nearest(path)) from error
    except (OSError, ValueError) as error:
        raise LogcliError(f"cannot read `{path}`", why=_reason(error)) from error


def _readable(target: str, paths: Iterable[str], report: Callable[[str], None]) -> list[Stream]:
    streams: dict[tuple[int, int], Stream] = {}
    failures = []
    for path in sorted(set(paths), key=lambda path: (Path(path).is_symlink(), rotation.order(path))):
        try:
            info = Path(path).stat()
            streams.setdefault((info.st_dev, info.st_ino), Stream.of_file(path))
        except OSError as error:
            failures.append(f"left out `{path}`: {_reason(error)}")
    if not streams:
        why = failures[0] if failures else "it holds none" if Path(target).is_dir() else "nothing matches"
        raise LogcliError(f"no file to read in `{target}`", why=why)
    for failure in failures:
        report(failure)
    return sorted(streams.values(), key=lambda stream: rotation.order(stream.path or ""))


def _below(folder: str) -> Iterator[str]:
    """Files below a folder; hidden ones and what is no file are not meant."""
    for base, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            path = Path(base, name)
            if not name.startswith(".") and (path.is_file() or not path.exists()):
                yield str(path)


def _files(paths: Iterable[str]) -> Iterator[str]:
    for path in paths:
        if Path(path).is_dir():
            yield from _below(path)
        else:
            yield path


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)


def _nearest(path: str) -> str:
    """What the user may have meant: the nearest names in the same folder."""
    folder = Path(path).parent
    try:
        names = os.listdir(folder)
    except OSError:
        return f"there is no folder `{folder}`"
    close = difflib.get_close_matches(Path(path).name, names, n=_SOME, cutoff=0.6)
    return f"did you mean {' or '.join(f'`{folder / name}`' for name in close)}?" if close else ""
