"""What an adapter says about its subject, and what the suite tells it."""

from __future__ import annotations

import importlib
import json
import re
import sys
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from benchmarks.cases import Case

_FOLDER = Path(__file__).parent / "rivals"
# From the floor up, so that a table reads as what each step costs; others follow.
_ORDER = ("wc", "bytescan", "logcli_templates", "logcli_parse_parquet", "logfold")


@dataclass(frozen=True)
class Job:
    """One input to be measured.

    path : the input, plain or gzipped (`.gz`)
    case : what it is
    jobs : how many threads or processes the subject may use
    prefix : lines that a subject with `prefix` reads
    scratch : folder for the subject's output, emptied before each run
    """

    path: Path
    case: Case
    jobs: int
    prefix: int
    scratch: Path

    @property
    def gzipped(self) -> bool:
        return self.path.suffix == ".gz"


@dataclass(frozen=True)
class Seen:
    """What a subject says it saw: lines of the input, templates found (None: it finds none)."""

    lines: int
    templates: int | None = None


class Rival(ABC):
    """A subject of the suite. The module's docstring says what runs and how it is unfair.

    prefix : whether it reads the first lines only, because all would take too long
    package : the distribution whose version is recorded; empty for tools of the system
    """

    prefix: ClassVar[bool] = False
    package: ClassVar[str] = ""

    def missing(self, job: Job) -> str:
        """Why it cannot run on this input; empty when it can."""
        return ""

    def prepare(self) -> list[str]:
        """A command to be run once before anything is measured; empty for none."""
        return []

    @abstractmethod
    def command(self, job: Job) -> list[str]:
        """The process to be measured."""

    @abstractmethod
    def seen(self, job: Job, stdout: str, stderr: str) -> Seen:
        """Read the subject's own account; raises ValueError or OSError when there is none."""

    def doubt(self, job: Job) -> list[str]:
        """An untimed check: a command that prints why the row compares unlike things, or nothing."""
        return []


def names() -> list[str]:
    """Names of all adapters: the files of `rivals`, the floor first."""
    found = [path.stem for path in _FOLDER.glob("[a-z]*.py")]
    return sorted(found, key=lambda name: (_ORDER.index(name) if name in _ORDER else len(_ORDER), name))


def adapter(name: str) -> Rival:
    """The adapter of that name."""
    module = importlib.import_module(f"benchmarks.rivals.{name}")
    own = (thing for thing in vars(module).values() if getattr(thing, "__module__", "") == module.__name__)
    [found] = [thing for thing in own if isinstance(thing, type) and issubclass(thing, Rival)]
    return found()


def python(*arguments: str) -> list[str]:
    """A command run by this interpreter."""
    return [sys.executable, *arguments]


def own_account(stdout: str) -> Seen:
    """`Seen` from the JSON object that our own programs print last."""
    lines = stdout.strip().splitlines()
    if not lines:
        raise ValueError("it printed none")
    account = json.loads(lines[-1])
    return Seen(account["lines"], account.get("templates"))


def logcli_lines(stderr: str) -> int:
    """Number of lines in logcli's accounting line.

    >>> logcli_lines("1,234 lines = 1,230 first + 4 blank")
    1234
    """
    match = re.search(r"([\d,]+) lines\b|\blines[ =:]+([\d,]+)", stderr)
    if match is None:
        raise ValueError("no accounting line on stderr")
    return int((match[1] or match[2]).replace(",", ""))
