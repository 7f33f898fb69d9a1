"""Reads dataset cards: YAML, checked key by key; a mistake is reported with file and line.

A card may be `like` others: it takes from them what a family of datasets shares, unless it says
something else. Cards whose names begin with `_` are only there to be taken from.
"""

from __future__ import annotations

import dataclasses
import difflib
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar

from logcli.card import Archive, Card, File, Labels, Licence, Truth, secure
from logcli.corrections import RULES
from logcli.definitions import Definition, load
from logcli.templates import STYLES

# Forms of labels, and what each needs to be told.
_LABELS_NEED: dict[str, tuple[str, ...]] = {
    "csv": ("key", "label"),
    "first_word": (),
    "list": ("pattern",),
    "sections": ("pattern",),
}
LABEL_FORMS = tuple(_LABELS_NEED)
_PACKAGE = Path(__file__).parent / "datasets"
_SHARED = ("home", "licence", "cite", "system", "format", "masks")
_PER_PARSER = ("masks_of", "tuned")
_TEXT, _TEXTS, _MAPPING = "a text", "a list of texts", "a mapping"
_WORDS: dict[type[Any], str] = {str: _TEXT, int: "a whole number", bool: "true or false"}
_DIGESTS = {"sha256": 64, "md5": 32}

_Part = TypeVar("_Part")


def read(path: Path) -> Card:
    """The card in a file, with what it takes from others.

    Raises DefinitionError.
    """
    return _read(path, ())


@cache
def _read(path: Path, above: tuple[Path, ...]) -> Card:
    definition = load(path)
    card = _card(definition)
    if not path.stem.startswith("_"):
        _check_whole(definition, card)
    for number, name in enumerate(card.like):
        found = next((p for p in _places(path, name) if p.is_file()), None)
        if found is None or found in (path, *above):
            what = "is like itself" if found else f"is like `{name}`, which is not there"
            raise definition.error(f"the card {what}", "like", number)
        card = _taken(card, definition.data, _read(found, (path, *above)))
    return card


def _places(path: Path, name: str) -> list[Path]:
    return [folder / f"{name}.yaml" for folder in (path.parent, _PACKAGE)]


def _taken(card: Card, given: Iterable[str], other: Card) -> Card:
    """The card with what it does not say itself from another one; settings parser by parser."""
    added: dict[str, Any] = {
        key: getattr(other, key) for key in _SHARED if key not in given and not _has(card, key)
    }
    added |= {key: {**getattr(other, key), **getattr(card, key)} for key in _PER_PARSER}
    return dataclasses.replace(card, **added)


def _has(card: Card, key: str) -> bool:
    return bool(getattr(card, key) != getattr(Card(), key))


def _card(definition: Definition) -> Card:
    data = definition.data
    _known(definition, data, [part.name for part in dataclasses.fields(Card)])
    parts: dict[str, Any] = {
        key: _typed(definition, kind, key) for key, kind in _PLAIN.items() if key in data
    }
    parts |= {key: _texts(definition, key) for key in _LISTS if key in data}
    parts |= {key: _part(definition, kind, key) for key, kind in _SINGLE.items() if key in data}
    parts |= {key: _table(definition, kind, key) for key, kind in _TABLES.items()}
    for name in _mapping(definition, "masks_of"):
        parts.setdefault("masks_of", {})[name] = _texts(definition, "masks_of", name)
    for name in _mapping(definition, "tuned"):
        parts.setdefault("tuned", {})[name] = dict(_mapping(definition, "tuned", name))
    card = Card(**parts)
    _check_regexes(definition, card)
    _check_addresses(definition)
    return card


_LISTS = ("like", "cite", "logs", "masks")
_SINGLE: dict[str, type[Any]] = {"licence": Licence, "labels": Labels}
_TABLES: dict[str, type[Any]] = {"archives": Archive, "files": File, "truths": Truth}
_PLAIN = {part.name: type(part.default) for part in dataclasses.fields(Card) if type(part.default) in _WORDS}
_OWN_KEY = {"archives": "name", "files": "path"}


def _table(definition: Definition, kind: type[_Part], key: str) -> dict[str, _Part]:
    """Parts by their names; a part may know its own name."""
    own = _OWN_KEY.get(key)
    return {
        name: _part(definition, kind, key, name, **({own: name} if own else {}))
        for name in _mapping(definition, key)
    }


def _part(definition: Definition, kind: type[_Part], *path: str, **known: str) -> _Part:
    """A part of the card from a mapping; the types of its keys are those of their defaults."""
    types = {part.name: type(part.default) for part in dataclasses.fields(kind)}  # type: ignore[arg-type]
    given = _mapping(definition, *path)
    _known(definition, given, [key for key in types if key not in known], *path)
    return kind(**known, **{key: _typed(definition, types[key], *path, key) for key in given})


# --- single values ------------------------------------------------------------------------------


def _at(definition: Definition, *path: str) -> Any:
    value: Any = definition.data
    for key in path:
        value = value[key]
    return value


def _typed(definition: Definition, kind: type[Any], *path: str) -> Any:
    value = _at(definition, *path)
    if type(value) is not kind:
        raise definition.error(f"`{path[-1]}` must be {_WORDS[kind]}", *path)
    length = _DIGESTS.get(path[-1])
    if length and not re.fullmatch(f"[0-9a-f]{{{length}}}", value):
        raise definition.error(f"`{path[-1]}` must be {length} hexadecimal digits", *path)
    return value


def _mapping(definition: Definition, *path: str) -> dict[str, Any]:
    value = _at(definition, *path) if path[0] in definition.data else {}
    if not isinstance(value, dict):
        raise definition.error(f"`{path[-1]}` must be {_MAPPING}", *path)
    return value


def _texts(definition: Definition, *path: str) -> tuple[str, ...]:
    """A list of texts; a single one may stand alone."""
    value = _at(definition, *path)
    value = [value] if isinstance(value, str) else value
    if not isinstance(value, list):
        raise definition.error(f"`{path[-1]}` must be {_TEXTS}", *path)
    for number, item in enumerate(value):
        if not isinstance(item, str):
            raise definition.error(f"`{path[-1]}` must be {_TEXTS}", *path, number, hint="put it into quotes")
    return tuple(value)


def _known(definition: Definition, given: Iterable[str], known: list[str], *path: str) -> None:
    for key in given:
        if key not in known:
            close = difflib.get_close_matches(key, known, n=1)
            hint = f"did you mean `{close[0]}`?" if close else f"there are {', '.join(known)}"
            raise definition.error(f"unknown key `{key}`", *path, key, hint=hint)


# --- what must agree ----------------------------------------------------------------------------


def _check_regexes(definition: Definition, card: Card) -> None:
    found: list[tuple[tuple[str | int, ...], str]] = [(("labels", "pattern"), card.labels.pattern)]
    found += [(("masks", number), text) for number, text in enumerate(card.masks)]
    for name, masks in card.masks_of.items():
        found += [(("masks_of", name, number), text) for number, text in enumerate(masks)]
    for place, text in found:
        try:
            re.compile(text)
        except (re.error, OverflowError, RecursionError) as error:
            raise definition.error(f"not a regular expression: {error}", *place) from None


def _check_addresses(definition: Definition) -> None:
    for table in ("archives", "files"):
        for name, part in _mapping(definition, table).items():
            if part.get("url") and not secure(part["url"]):
                hint = "`https://...`, or `http://localhost...` for tests"
                raise definition.error(f"`{part['url']}` is no safe address", table, name, "url", hint=hint)


def _check_whole(definition: Definition, card: Card) -> None:
    if not card.about:
        raise definition.error("`about` must be a line of text", "about")
    if not card.files or not (card.truths or card.labels.file):
        raise definition.error("a card needs `files`, and `truths` or `labels`")
    for name in card.archives:
        _check_path(definition, "archives", name)
    for name, file in card.files.items():
        _check_path(definition, "files", name)
        _check_file(definition, card, name, file)
    for path, file_name in _references(card):
        if file_name not in card.files:
            hint = f"there are {', '.join(card.files)}"
            raise definition.error(f"`{file_name}` is none of the files", *path, hint=hint)
    for name, truth in card.truths.items():
        if truth.rules and truth.rules not in RULES:
            hint = f"there are {', '.join(RULES)}"
            raise definition.error(f"no rules called `{truth.rules}`", "truths", name, "rules", hint=hint)
        if truth.style not in STYLES:
            hint = f"there are {', '.join(STYLES)}"
            raise definition.error(f"no style `{truth.style}`", "truths", name, "style", hint=hint)
    if card.labels.form not in LABEL_FORMS:
        hint = f"there are {', '.join(LABEL_FORMS)}"
        raise definition.error(f"no form of labels `{card.labels.form}`", "labels", "form", hint=hint)
    if card.labels.file:
        _check_labels(definition, card.labels)


def _check_labels(definition: Definition, labels: Labels) -> None:
    for key in ("per", *_LABELS_NEED[labels.form]):
        if not getattr(labels, key):
            raise definition.error(f"labels of the form `{labels.form}` need `{key}`", "labels", key)


def _check_path(definition: Definition, table: str, name: str) -> None:
    parts = PurePosixPath(name).parts
    if not parts or name.startswith("/") or ".." in parts or re.search(r"[\\:\x00-\x1f]", name):
        raise definition.error(f"`{name}` is no path within the dataset's folder", table, name)


def _check_file(definition: Definition, card: Card, name: str, file: File) -> None:
    if file.archive and file.archive not in card.archives:
        raise definition.error(f"no archive `{file.archive}`", "files", name, "archive")
    if file.url and file.archive:
        raise definition.error("a file has an `url` or an `archive`", "files", name)
    if file.is_folder and not file.archive:
        raise definition.error("a folder needs an `archive`", "files", name)


def _references(card: Card) -> list[tuple[tuple[str | int, ...], str]]:
    """Every name of a file in the card, and where it stands."""
    found: list[tuple[tuple[str | int, ...], str]] = [(("logs", i), name) for i, name in enumerate(card.logs)]
    for name, truth in card.truths.items():
        found.append((("truths", name, "file"), truth.file))
        if truth.templates:
            found.append((("truths", name, "templates"), truth.templates))
    return [*found, (("labels", "file"), card.labels.file)] if card.labels.file else found
