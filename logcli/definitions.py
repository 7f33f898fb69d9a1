"""Definition files in strict YAML, which knows the line of every key, so that mistakes can be shown."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from logcli.errors import UsageError, visible

if TYPE_CHECKING:
    from pathlib import Path

# YAML 1.2's core schema without its octal and hexadecimal numbers: `no`, `12:30` and dates are text.
_NULL = re.compile(r"(null|Null|NULL|~|)\Z")
_TRUE = re.compile(r"(true|True|TRUE)\Z")
_FALSE = re.compile(r"(false|False|FALSE)\Z")
_INT = re.compile(r"[-+]?[0-9]+\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+\.[0-9]*)([eE][-+]?[0-9]+)?\Z")


class DefinitionError(UsageError):
    """A mistake in a definition file, shown with the text it is in and a caret under it."""

    def __init__(self, what: str, where: str, hint: str = "", excerpt: str = "", position: int = 0) -> None:
        super().__init__(what, where=where, hint=hint)
        self.excerpt = excerpt
        self.position = position

    def report(self) -> str:
        """The message, the wrong text and a caret."""
        text = super().report()
        if not self.excerpt:
            return text
        place = f"    --> {visible(self.where)}"
        shown = visible(self.excerpt[: self.position])
        caret = f"        {shown}{visible(self.excerpt[self.position :])}\n        {' ' * len(shown)}^"
        return text.replace(place, f"{place}\n{caret}", 1)


@dataclass(slots=True)
class Definition:
    """A definition file as read: its data, and the line of each key and item by its path.

    items : what a file holds that is a list
    """

    path: Path
    data: dict[str, Any] = field(default_factory=dict)
    lines: dict[tuple[str | int, ...], int] = field(default_factory=dict)
    items: list[Any] = field(default_factory=list)

    def error(self, what: str, *path: str | int, hint: str = "", **caret: Any) -> DefinitionError:
        """A mistake at a key or item."""
        line = self.lines.get(path) or self.lines.get(path[:-1]) or 1
        return DefinitionError(what, f"{self.path}:{line}", hint, **caret)


def load(path: Path) -> Definition:
    """Read a YAML file whose top is a mapping: text, numbers, true, false and null as in YAML 1.2.

    Raises DefinitionError for what is not YAML or not a mapping, for a key that stands twice, for aliases.
    """
    import yaml

    definition, node = Definition(path), _compose(path)
    if not isinstance(node, yaml.MappingNode):
        raise DefinitionError("the file is no mapping of keys", f"{path}:1", "write `key: value`")
    definition.data = _build(definition, node)
    return definition


def load_list(path: Path) -> Definition:
    """Read a YAML file whose top is a list, as `load` reads a mapping; an empty file is an empty list."""
    import yaml

    definition, node = Definition(path), _compose(path)
    if node is not None and not isinstance(node, yaml.SequenceNode):
        raise DefinitionError("the file is no list", f"{path}:1", "begin each item with `- `")
    definition.items = _build(definition, node) if node else []
    return definition


def _compose(path: Path) -> Any:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        text = path.read_text(encoding="utf-8")
        return yaml.compose(text, Loader=loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line, column = (mark.line, mark.column) if mark else (0, 0)
        excerpt = [*text.splitlines()[line : line + 1], ""][0]
        what = f"not YAML: {error.problem}"
        raise DefinitionError(what, f"{path}:{line + 1}", excerpt=excerpt, position=column) from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
        raise DefinitionError(f"cannot read the file: {error}", str(path)) from None


def _build(definition: Definition, node: Any) -> Any:
    try:
        return _Builder(definition).value(node, ())
    except RecursionError:
        raise DefinitionError("nested too deeply", str(definition.path)) from None


class _Builder:
    """YAML nodes → plain values."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.seen: set[int] = set()

    def value(self, node: Any, path: tuple[str | int, ...]) -> Any:
        self.definition.lines.setdefault(path, node.start_mark.line + 1)
        if node.id == "scalar":
            return _scalar(node)
        if id(node) in self.seen:  # also keeps a file from growing without end
            raise self.definition.error("aliases are not allowed", *path)
        self.seen.add(id(node))
        if node.id == "sequence":
            return [self.value(item, (*path, number)) for number, item in enumerate(node.value)]
        return self._mapping(node, path)

    def _mapping(self, node: Any, path: tuple[str | int, ...]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in node.value:
            inner = (*path, key.value if key.id == "scalar" else "?")
            self.definition.lines[inner] = key.start_mark.line + 1
            if key.id != "scalar":
                raise self.definition.error("a key is a plain word", *inner)
            if key.value in found:
                raise self.definition.error(f"key `{key.value}` stands here twice", *inner)
            found[key.value] = self.value(value, inner)
        return found


def _scalar(node: Any) -> Any:
    text: str = node.value
    if node.style:
        return text
    if _NULL.match(text):
        return None
    if _TRUE.match(text) or _FALSE.match(text):
        return bool(_TRUE.match(text))
    if _INT.match(text):
        return int(text)
    return float(text) if _FLOAT.match(text) else text
