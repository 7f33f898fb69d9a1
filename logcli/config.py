"""Defaults of options: from files and the environment, and which of them had the last word.

Last wins: `/etc/logcli/config.yaml`, the user's `config.yaml`, the project's `.logcli.yaml` (the
nearest one in this folder or above), variables `LOGCLI_…`; an option on the command line beats all.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from logcli import registry
from logcli.errors import UsageError

PROJECT_FILE = ".logcli.yaml"
_SYSTEM_FILE = Path("/etc/logcli/config.yaml")

# What may be set, and what it means. Nothing here runs a program or names a file to write: a
# project's file comes with the project, from whoever made that.
KEYS = {
    "format": "format of the log",
    "tz": "zone of times without one",
    "year": "year of times without one",
    "max_line": "bytes of a line to keep",
    "jobs": "parallel jobs",
    "parser": "what finds templates",
    "grain": "what a parser learns from: body or shape",
    "corrections": "file in which you correct the parser",
    "template_style": "how templates are written: lossless or loghub",
    "color": "always, never or auto",
    "pager": "whether long output is paged on a terminal",
    "progress": "whether progress is shown",
    "quiet": "whether accounts and notes are left out",
}


@dataclass(frozen=True)
class Setting:
    """A value and where it was set: `file:line` or the name of a variable."""

    value: Any
    origin: str


def load(folder: Path | None = None) -> dict[str, Setting]:
    """Everything that is set, by key.

    folder : where the search for the project's file begins, the current folder by default

    Raises UsageError for an unknown key or a value that is a list or mapping.
    """
    settings: dict[str, Setting] = {}
    for path in files(folder):
        settings.update(_read(path))
    settings.update(_environment())
    return settings


def files(folder: Path | None = None) -> list[Path]:
    """The files that exist, the one with the last word last."""
    user = registry.config_folder() / "config.yaml"
    return [path for path in (_SYSTEM_FILE, user, *_project(folder or Path.cwd())) if path.is_file()]


def _project(folder: Path) -> Iterator[Path]:
    for parent in (folder, *folder.parents):
        path = parent / PROJECT_FILE
        if path.is_file():
            yield path
            return


def _read(path: Path) -> Iterator[tuple[str, Setting]]:
    from logcli import definitions

    if all(line.startswith(b"#") or not line.strip() for line in path.read_bytes().splitlines()):
        return
    definition = definitions.load(path)
    for key, value in definition.data.items():
        where = f"{path}:{definition.lines[(key,)]}"
        if key not in KEYS:
            hint = registry.nearest(key, list(KEYS)) or f"one of {', '.join(KEYS)}"
            raise UsageError(f"no setting called `{key}`", where=where, hint=hint)
        if not isinstance(value, str | int | float):
            raise UsageError(f"`{key}` must be one value", where=where)
        # A project's file means its own folder, wherever below it the command is run.
        yield key, Setting(str(path.parent / str(value)) if key == "corrections" else value, where)


def _environment() -> Iterator[tuple[str, Setting]]:
    for key in KEYS:
        name = f"LOGCLI_{key.upper()}"
        # LOGCLI_PAGER is the pager's command, as PAGER is, and so no switch.
        if os.environ.get(name) and key != "pager":
            yield key, Setting(os.environ[name], name)
