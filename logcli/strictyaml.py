"""YAML read strictly: no key twice, no `no` for false, no dates, and the line of every key."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from logcli.errors import UsageError


class Mapping(dict[str, Any]):
    """A mapping that knows the line of each of its keys (from 1) and the file it stands in."""

    file: str = ""

    def __init__(self) -> None:
        super().__init__()
        self.lines: dict[str, int] = {}

    def where(self, key: str) -> str:
        """`file:line` of a key."""
        return f"{self.file}:{self.lines[key]}" if key in self.lines else self.file


class _Loader(yaml.SafeLoader):  # type: ignore[misc]
    """Safe, with the scalars of YAML 1.2: other words are text."""

    yaml_implicit_resolvers: dict[str, Any] = {}


for _tag, _pattern, _first in (
    ("bool", r"true|false", "tf"),
    ("null", r"null|~|", ["n", "~", ""]),
    ("int", r"[-+]?[0-9]+|0x[0-9a-fA-F]+", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+\.[0-9]*)([eE][-+]?[0-9]+)?", "-+.0123456789"),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"), list(_first))


def _mapping(loader: _Loader, node: yaml.MappingNode) -> Mapping:
    found = Mapping()
    found.file = loader.name
    for key_node, value_node in node.value:
        key, line = key_node.value, key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            raise UsageError("a key must be a word", where=f"{loader.name}:{line}")
        if key in found:
            raise UsageError(f"`{key}` stands twice", where=f"{loader.name}:{line}")
        found[key] = loader.construct_object(value_node, deep=True)
        found.lines[key] = line
    return found


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)


def read(path: Path) -> Mapping:
    """The mapping in a file; an empty file is an empty one.

    Raises UsageError, with the line, for what is not YAML, not a mapping, or has a key twice.
    """
    try:
        return parse(path.read_text(encoding="utf-8"), str(path))
    except OSError as error:
        raise UsageError(f"cannot read `{path}`", why=(error.strerror or str(error)).lower()) from error
    except UnicodeDecodeError as error:
        raise UsageError("not UTF-8 text", where=str(path)) from error


def parse(text: str, file: str) -> Mapping:
    """The mapping in a text; `file` is what errors call it.

    >>> parse("on: no\\ntime: 12:30", "f.yaml")
    {'on': 'no', 'time': '12:30'}
    """
    loader = _Loader(text)
    loader.name = file
    try:
        value = loader.get_single_data()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise UsageError("not valid YAML", why=error.problem or "", where=f"{file}:{line}") from error
    except yaml.YAMLError as error:
        raise UsageError("not valid YAML", why=str(error).split("\n")[0], where=file) from error
    if value is None:
        value = Mapping()
        value.file = file
    if not isinstance(value, Mapping):
        raise UsageError("not a mapping of keys to values", where=file)
    return value
