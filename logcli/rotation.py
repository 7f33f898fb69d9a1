"""The order in which log files were written, by their names."""

from __future__ import annotations

import re
from pathlib import PurePath

_PACKED = re.compile(r"\.(gz|zst|xz|bz2|lz4|z)$", re.IGNORECASE)
_NUMBERED = re.compile(r"^(.+)\.([0-9]{1,3})$")
_DATED = re.compile(r"^(.+?)[-._]([0-9]{4}-?[0-9]{2}-?[0-9]{2}[-_.T0-9]*)$")
_DIGITS = re.compile(r"([0-9]+)")


def order(path: str) -> tuple[object, ...]:
    """Sort key of a path: folders by name, numbers by value, rotated files from the oldest on.

    >>> sorted(["a.log", "a.log.10", "a.log.2.gz", "a.log-20240101"], key=order)
    ['a.log-20240101', 'a.log.10', 'a.log.2.gz', 'a.log']
    >>> sorted(["app-10.log", "app-9.log"], key=order)
    ['app-9.log', 'app-10.log']
    """
    *folders, name = PurePath(path).parts or ("",)
    base, age = _rotated(name)
    return (*((_natural(folder), 0) for folder in folders), (_natural(base), 1, age), path)


def log_of(path: str) -> tuple[str, str]:
    """Folder and name of the log that a path is the current or a rotated file of.

    >>> log_of("logs/app.log.3.gz") == log_of("logs/app.log-20240101") == ("logs", "app.log")
    True
    """
    whole = PurePath(path)
    return str(whole.parent), _rotated(whole.name)[0]


def _rotated(name: str) -> tuple[str, tuple[object, ...]]:
    """The name of the log, and how old this file of it is: dated ones, numbered ones, the current one."""
    name = _PACKED.sub("", name)
    if found := _NUMBERED.match(name):
        return found[1], (1, -int(found[2]))
    if found := _DATED.match(name):
        return found[1], (0, _natural(found[2]))
    return name, (2,)


def _natural(text: str) -> tuple[object, ...]:
    return tuple(int(part) if index % 2 else part for index, part in enumerate(_DIGITS.split(text)))
