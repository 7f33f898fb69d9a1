"""Format files: strict YAML, checked key by key; a mistake is reported with file and line."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from logcli.errors import UsageError, visible

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

KINDS = ("layout", "regex", "json", "logfmt")
KEYS = (
    "about", *KINDS, "levels", "time", "continuation", "wraps", "priority", "samples",
)  # fmt: skip
SAMPLE_KEYS = (
    "line", "time", "severity_number", "severity_text", "body", "attributes", "scope", "trace_id", "span_id",
    "event_name", "flags", "resource",
)  # fmt: skip
CONTINUATIONS = ("any", "indented", "never")

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
    """A definition file as read: its data, and the line of each key and item by its path."""

    path: Path
    data: dict[str, Any] = field(default_factory=dict)
    lines: dict[tuple[str | int, ...], int] = field(default_factory=dict)

    def error(self, what: str, *path: str | int, hint: str = "", **caret: Any) -> DefinitionError:
        """A mistake at a key or item."""
        line = self.lines.get(path) or self.lines.get(path[:-1]) or 1
        return DefinitionError(what, f"{self.path}:{line}", hint, **caret)


def read(path: Path) -> Definition:
    """Read a format file and check its keys and their types.

    Raises DefinitionError.
    """
    definition = load(path)
    data = definition.data
    _known(definition, data, KEYS, "key")
    _text(definition, "about")
    _check_kind(definition)
    _one_of(definition, "continuation", CONTINUATIONS)
    _typed(definition, "wraps", bool, "true or false")
    _typed(definition, "priority", int, "a whole number")
    _typed(definition, "levels", dict, "a mapping of words to severities")
    _check_samples(definition)
    return definition


def load(path: Path) -> Definition:
    """Read a YAML file whose top is a mapping: text, numbers, true, false and null as in YAML 1.2."""
    import yaml

    definition = Definition(path)
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise DefinitionError(f"not YAML: {error.problem}", f"{path}:{line}") from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise DefinitionError(f"cannot read the file: {error}", str(path)) from None
    if not isinstance(node, yaml.MappingNode):
        raise DefinitionError("a format file is a mapping of keys", f"{path}:1", "begin with `about: ...`")
    definition.data = _Builder(definition).value(node, ())
    return definition


class _Builder:
    """YAML nodes → plain values."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.seen: set[int] = set()

    def value(self, node: Any, path: tuple[str | int, ...]) -> Any:
        self.definition.lines[path] = node.start_mark.line + 1
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


def _known(
    definition: Definition, data: Iterable[str], known: Iterable[str], what: str, *path: str | int
) -> None:
    for key in data:
        if key not in known:
            close = difflib.get_close_matches(key, list(known), n=1)
            hint = f"did you mean `{close[0]}`?" if close else f"there are {', '.join(known)}"
            raise definition.error(f"unknown {what} `{key}`", *path, key, hint=hint)


def _text(definition: Definition, key: str) -> None:
    if not isinstance(definition.data.get(key), str):
        raise definition.error(f"`{key}` must be a line of text", key)


def _typed(definition: Definition, key: str, kind: type, words: str) -> None:
    value = definition.data.get(key)
    if key in definition.data and (not isinstance(value, kind) or (kind is int and value is True)):
        raise definition.error(f"`{key}` must be {words}", key)


def _one_of(definition: Definition, key: str, words: tuple[str, ...]) -> None:
    value = definition.data.get(key)
    if value is not None and value not in words:
        raise definition.error(f"unknown {key} `{value}`", key, hint=f"there are {', '.join(words)}")


def _check_kind(definition: Definition) -> None:
    kinds = [kind for kind in KINDS if kind in definition.data]
    if len(kinds) != 1:
        found = " and ".join(f"`{kind}`" for kind in kinds) or "none"
        raise definition.error(f"a format has one of {', '.join(KINDS)}, found {found}", *kinds[1:2])
    if kinds[0] in ("layout", "regex"):
        _texts(definition, kinds[0])
        if "time" in definition.data:
            _texts(definition, "time")
    else:
        _typed(definition, kinds[0], dict, "a mapping")
    if "time" in definition.data and kinds[0] != "regex":
        raise definition.error("`time` is for `regex` formats", "time", hint="write `{time:FORM}` in the layout")


def _texts(definition: Definition, key: str) -> None:
    value = definition.data[key]
    if not isinstance(value, list) or not value:
        raise definition.error(f"`{key}` must be a list of texts", key)
    for number, item in enumerate(value):
        if not isinstance(item, str) or not item:
            raise definition.error(f"`{key}` must be a list of texts", key, number, hint="put it into quotes")


def _check_samples(definition: Definition) -> None:
    samples = definition.data.get("samples")
    if not isinstance(samples, list) or not samples:
        raise definition.error("a format needs samples", "samples", hint="add `samples:` with a `- line: ...`")
    for number, sample in enumerate(samples):
        if not isinstance(sample, dict) or not isinstance(sample.get("line"), str):
            raise definition.error("a sample needs a `line`, as text", "samples", number)
        _known(definition, sample, SAMPLE_KEYS, "key of a sample", "samples", number)
        if not isinstance(sample.get("attributes", {}), dict):
            raise definition.error("`attributes` must be a mapping", "samples", number, "attributes")
