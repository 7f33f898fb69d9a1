"""What a user asks of a run."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from logcli.filters import Filter


@dataclass(frozen=True, kw_only=True)
class Request:
    """What to read and how.

    targets : files, folders, globs, `-`
    format : name of a format, `auto` to find out per file
    tz, year : what to assume where a time does not say its zone or year
    merge : sources together, in order of time
    shift : seconds to add to the times of a source, by name
    max_line : bytes of a line that are kept
    head : the log is its first so many records
    filter : which records to keep; templates are learnt from these
    parser, parameters : name and settings of the parser
    grain : `body` or `shape`, the parser's own by default
    corrections : a file in which the user corrects the parser
    model : a saved model to label with, in one pass
    jobs : threads; changes speed only
    strict : the first record that does not match is an error
    follow : go on with what is added later
    columns : columns that are wanted, all by default
    """

    targets: tuple[str, ...]
    format: str = "auto"
    tz: str = "UTC"
    year: int | None = None
    merge: bool = False
    shift: tuple[tuple[str, float], ...] = ()
    max_line: int = 1 << 20
    head: int | None = None
    filter: Filter | None = None
    parser: str = "shape"
    parameters: dict[str, Any] = field(default_factory=dict)
    grain: str | None = None
    corrections: Path | None = None
    model: Path | None = None
    jobs: int | None = None
    strict: bool = False
    template_style: str = "lossless"
    follow: bool = False
    columns: tuple[str, ...] | None = None
