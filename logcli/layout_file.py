"""Format files, checked key by key; a mistake is reported with file and line."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from logcli.definitions import Definition, load

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
        raise definition.error("`time` is for `regex` formats", "time", hint="a layout has `{time:FORM}`")


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
        raise definition.error("a format needs samples", "samples", hint="add `samples:` and a `- line: ...`")
    for number, sample in enumerate(samples):
        if not isinstance(sample, dict) or not isinstance(sample.get("line"), str):
            raise definition.error("a sample needs a `line`, as text", "samples", number)
        _known(definition, sample, SAMPLE_KEYS, "key of a sample", "samples", number)
        if not isinstance(sample.get("attributes", {}), dict):
            raise definition.error("`attributes` must be a mapping", "samples", number, "attributes")
