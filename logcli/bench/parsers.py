"""Parsers as the benchmark is given them: by name, as a file of one's own, with parameters."""

from __future__ import annotations

import hashlib
import importlib.util
import inspect
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
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
    def folder(self) -> str:
        """The label as the name of a folder."""
        return re.sub(r"[^\w.,=+-]", "_", self.label.replace(":", "+"))


def check(entry: Entry) -> None:
    """Raises UsageError or LogcliError if the parser cannot be made."""
    if not entry.external:
        create(entry.parser, entry.parameters)
    elif "{input}" not in entry.external or "{output}" not in entry.external:
        raise UsageError(
            "an external command names its files",
            where=f"--external '{entry.external}'",
            hint="write `--external 'name=command {input} {output}'`",
        )


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
        return digest.hexdigest()[:16]
    for path in sorted(_sources(type(create(entry.parser, entry.parameters)))):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _sources(cls: type[Parser]) -> set[Path]:
    """The files that a parser is made of: its own, those of its bases and what it takes from beside it.

    What learns from shapes depends on how lines are cut into them, too: on all of the core.
    """
    names = {kind.__module__ for kind in cls.__mro__[:-1]}
    beside = f"{cls.__module__.rpartition('.')[0]}._"
    names |= {
        module
        for thing in vars(sys.modules[cls.__module__]).values()
        if (module := getattr(thing, "__module__", None) or "").startswith(beside)
    }
    files = {Path(file) for name in names if (file := getattr(sys.modules[name], "__file__", None))}
    if cls.grain == "shape":
        package = Path(__file__).parent.parent
        files |= {*package.glob("*.py"), *(package / "kernels").glob("*.py")}
    return files


def _is_file(name: str) -> bool:
    return name.endswith(".py")


def _from_file(path: Path) -> type[Parser]:
    """The one parser that a file defines."""
    spec = importlib.util.spec_from_file_location(f"logcli_parser_{path.stem}", path)
    if not path.is_file() or spec is None or spec.loader is None:
        raise LogcliError(f"no such file `{path}`")
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
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
