"""Parsers as the benchmark is given them: by name, as a file of one's own, with parameters."""

from __future__ import annotations

import hashlib
import inspect
import re
import shlex
import sys
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from logcli import registry
from logcli.base import Parser
from logcli.errors import LogcliError, UsageError


@dataclass(frozen=True)
class Entry:
    """A parser in the comparison.

    parser : name of a leaf, or path of a Python file with one parser
    parameters : what is not left at its default
    external : a command with `{input}` and `{output}` instead of a parser of ours
    """

    parser: str
    parameters: dict[str, Any] = field(default_factory=dict)
    external: str = ""

    @property
    def label(self) -> str:
        """What it is called in tables and folders."""
        name = Path(self.parser).stem if _is_file(self.parser) else self.parser
        given = ",".join(f"{key}={value}" for key, value in self.parameters.items())
        return f"{name}:{given}" if given else name

    @property
    def is_foreign(self) -> bool:
        """Whether it is none of our leaves but a file or a command."""
        return bool(self.external) or _is_file(self.parser)

    @property
    def folder(self) -> str:
        """The label as the name of a folder."""
        return re.sub(r"[^\w.,=+-]", "_", self.label.replace(":", "+"))


def check(entry: Entry) -> None:
    """Raises UsageError or LogcliError if the parser cannot be made."""
    if not entry.external:
        create(entry.parser, entry.parameters)
        return
    where, hint = f"--external '{entry.external}'", "write `--external 'name=command {input} {output}'`"
    try:
        shlex.split(entry.external)
    except ValueError as error:
        raise UsageError("an external command is no command", why=str(error), where=where) from error
    if "{input}" not in entry.external or "{output}" not in entry.external:
        raise UsageError("an external command names its files", where=where, hint=hint)


def create(name: str, parameters: dict[str, Any]) -> Parser:
    """A parser by name or path."""
    if not _is_file(name):
        made: Parser = registry.create("parsers", name, **parameters)
        return made
    cls = _from_file(Path(name))
    unknown = set(parameters) - set(inspect.signature(cls).parameters)
    if unknown:
        raise UsageError(f"the parser in `{name}` has no parameter `{min(unknown)}`")
    return cls(**parameters)


def code_of(entry: Entry) -> str:
    """A digest of what makes an answer: it is outdated when this is another one."""
    digest = hashlib.sha256(repr((entry.parser, entry.parameters, entry.external)).encode())
    if entry.external:
        files = {path for word in shlex.split(entry.external) if (path := Path(word)).is_file()}
    else:
        files = _sources(type(create(entry.parser, entry.parameters)))
    for path in sorted(files):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _sources(cls: type[Parser]) -> set[Path]:
    """The files that a parser is made of: its own, those of its bases and of ours what these take from.

    What learns from shapes depends on how lines are cut into them, too: on all of the core.
    """
    names: set[str] = set()
    todo = {kind.__module__ for kind in cls.__mro__[:-2]}  # without ABC and object
    while todo:
        names |= todo
        todo = {name for known in todo for name in _taken(sys.modules[known])} - names
    files = {Path(file) for name in names if (file := getattr(sys.modules[name], "__file__", None))}
    if cls.grain == "shape":
        package = Path(__file__).parent.parent
        files |= {*package.glob("*.py"), *(package / "kernels").glob("*.py")}
    return files


def _taken(module: ModuleType) -> set[str]:
    """Names of our modules that a module takes something from."""
    things = vars(module).values()
    names = {
        thing.__name__ if inspect.ismodule(thing) else str(getattr(thing, "__module__", ""))
        for thing in things
    }
    return {name for name in names if name.startswith("logcli.") and name in sys.modules}


def _is_file(name: str) -> bool:
    return name.endswith(".py")


def _from_file(path: Path) -> type[Parser]:
    """The one parser that a file defines."""
    if not path.is_file():
        raise LogcliError(f"no such file `{path}`")
    name = f"logcli_parser_{path.stem}"
    module = sys.modules[name] = ModuleType(name)
    module.__file__ = str(path)
    try:  # not through a loader: its cache takes a quick change of the file for none
        exec(compile(path.read_bytes(), path, "exec"), vars(module))
    except Exception as error:
        raise LogcliError(f"`{path}` cannot be imported", why=f"{type(error).__name__}: {error}") from error
    found = [thing for thing in vars(module).values() if _is_parser(thing, module.__name__)]
    if len(found) != 1:
        raise LogcliError(f"`{path}` must define exactly one Parser, found {len(found)}")
    cls: type[Parser] = found[0]
    cls.name = path.stem
    return cls


def _is_parser(thing: Any, module: str) -> bool:
    ours = inspect.isclass(thing) and issubclass(thing, Parser) and thing.__module__ == module
    return ours and not inspect.isabstract(thing)
