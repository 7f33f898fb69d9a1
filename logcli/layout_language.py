r"""The layout language: text of a layout → its parts. `layout_program` turns these into operations.

`{name}` field up to the literal that follows, `{name:class}` field of certain bytes (`d x w s q level pri
pm [set]`), `{name?}` and `{name:class?}` may be empty, `{-}` not kept, `{time:FORM|FORM}`, `{? … ?}`
optional, `{* … *}` repeated, `{<name}` … `{name>}` a field that holds other fields. One blank is one
space or tab, two are one or more of them; `\` takes the next character as it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from logcli.errors import UsageError
from logcli.kernels.search import BLANKS, ONE_BLANK

CLASSES = ("d", "x", "w", "s", "q", "level", "pri", "pm")
_NAME = re.compile(r"[A-Za-z_@][\w.@-]*|-")
_BOUND = re.compile(r"<([A-Za-z_][\w.-]*)\}|([A-Za-z_][\w.-]*)>\}")
_SETS = {"d": "0-9", "w": "A-Za-z0-9_", "s": " \t", "x": "0-9A-Fa-f"}
_ESCAPES = {"t": "\t"}


class LayoutError(UsageError):
    """A layout that cannot be read; `position` counts characters from its start."""

    def __init__(self, what: str, position: int, hint: str = "") -> None:
        super().__init__(what, hint=hint)
        self.position = position
        self.layout = 0


@dataclass(slots=True)
class Literal:
    """Bytes that stand for themselves, ONE_BLANK and BLANKS excepted."""

    data: bytes
    at: int


@dataclass(slots=True)
class Field:
    """A field; `kind` is empty, a word of CLASSES, or `set` with its members in `members`."""

    name: str
    kind: str
    may_be_empty: bool
    at: int
    members: frozenset[int] = frozenset()
    text: str = ""


@dataclass(slots=True)
class Clock:
    """A time in one of the forms."""

    forms: str
    at: int


@dataclass(slots=True)
class Bound:
    """Begin or end of a field that holds others."""

    name: str
    opens: bool
    at: int


@dataclass(slots=True)
class Group:
    """An optional or repeated part."""

    repeats: bool
    at: int
    parts: list[Part] = field(default_factory=list)


Part = Literal | Field | Clock | Bound | Group


def parse(layout: str) -> list[Part]:
    """The parts of a layout.

    Raises LayoutError with the position of the mistake.

    >>> [type(part).__name__ for part in parse("{scope}: {body}")]
    ['Field', 'Literal', 'Field']
    """
    reader = _Reader(layout)
    parts = reader.parts("")
    if not parts:
        raise LayoutError("an empty layout", 0)
    return parts


class _Reader:
    """Recursive descent over one layout."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.i = 0

    def parts(self, closing: str) -> list[Part]:
        found: list[Part] = []
        opened = self.i
        while self.i < len(self.text):
            if closing and self.text.startswith(closing, self.i):
                self.i += len(closing)
                return found
            if self.text[self.i] == "{":
                found.append(self._braced())
            else:
                self._literal(found)
        if closing:
            raise LayoutError(f"`{{{closing[0]}` is not closed by `{closing}`", max(opened - 2, 0))
        return found

    def _literal(self, found: list[Part]) -> None:
        at = self.i
        data = self._blanks() if self.text[at] == " " else self._character()
        last = found[-1] if found else None
        if isinstance(last, Literal):
            last.data += data
        else:
            found.append(Literal(data, at))

    def _blanks(self) -> bytes:
        start = self.i
        while self.text.startswith(" ", self.i):
            self.i += 1
        return bytes([ONE_BLANK if self.i == start + 1 else BLANKS])

    def _character(self) -> bytes:
        if self.text[self.i] == "\\":
            self.i += 1
            if self.i == len(self.text):
                raise LayoutError("a backslash at the end", self.i - 1, "write `\\\\` for a backslash")
        self.i += 1
        return self.text[self.i - 1].encode()

    def _braced(self) -> Part:
        at = self.i
        bound = _BOUND.match(self.text, at + 1)
        if bound:
            self.i = bound.end()
            return Bound(bound[1] or bound[2], bool(bound[1]), at)
        mark = self.text[at + 1 : at + 2]
        if mark in ("?", "*"):
            self.i += 2
            return Group(mark == "*", at, self.parts(mark + "}"))
        return self._field()

    def _field(self) -> Part:
        at = self.i
        name = _NAME.match(self.text, at + 1)
        if not name:
            raise LayoutError("a field without a name", at, "write `\\{` for a brace")
        self.i = name.end()
        colon = self.text.startswith(":", self.i)
        self.i += colon
        if name[0] == "time":
            return Clock(self._forms(at, colon), at)
        found = self._class(name[0], at) if colon else Field(name[0], "", False, at)
        if self.text.startswith("?", self.i):
            found.may_be_empty = True
            self.i += 1
        if not self.text.startswith("}", self.i):
            raise LayoutError(f"field `{name[0]}` is not closed by `}}`", self.i)
        self.i += 1
        found.text = self.text[at : self.i]
        return found

    def _forms(self, at: int, colon: bool) -> str:
        end = self.text.find("}", self.i)
        if not colon or end <= self.i:
            raise LayoutError("`time` needs a form", at, "for example `{time:%Y-%m-%d %H:%M:%S}`")
        start, self.i = self.i, end + 1
        return self.text[start:end]

    def _class(self, name: str, at: int) -> Field:
        if self.text.startswith("[", self.i):
            return Field(name, "set", False, at, self._set())
        word = re.compile(r"[A-Za-z]*").match(self.text, self.i)
        kind = word[0] if word else ""
        if kind not in CLASSES:
            known = " ".join(CLASSES)
            raise LayoutError(f"unknown class `{kind}`", self.i, f"there are {known} and [sets]")
        self.i += len(kind)
        return Field(name, kind, False, at, members(kind))

    def _set(self) -> frozenset[int]:
        start = self.i
        self.i += 1
        negated = self.text.startswith("^", self.i)
        self.i += negated
        found: set[int] = set()
        while not self.text.startswith("]", self.i):
            if self.i >= len(self.text):
                raise LayoutError("a set is not closed by `]`", start)
            found |= self._member()
        self.i += 1
        if not found:
            raise LayoutError("an empty set", start, "write `\\]` for a bracket in a set")
        return frozenset(range(256)) - found if negated else frozenset(found)

    def _member(self) -> set[int]:
        """A character, a range `a-z` or an escape `\\w` of a set."""
        at = self.i
        first = self._set_character()
        if isinstance(first, frozenset):
            return set(first)
        if self.text.startswith("-", self.i) and not self.text.startswith("-]", self.i):
            self.i += 1
            last = self._set_character()
            if isinstance(last, frozenset) or last < first:
                raise LayoutError("a range of a set runs backwards", at)
            return set(range(first, last + 1))
        return {first}

    def _set_character(self) -> int | frozenset[int]:
        char = self.text[self.i : self.i + 1]
        self.i += 1
        if char == "\\":
            char = self.text[self.i : self.i + 1]
            self.i += 1
            if char in _SETS:
                return members(char) if char != "s" else frozenset(b" \t")
            char = _ESCAPES.get(char, char)
        if not char or ord(char) > 127:
            raise LayoutError("only ASCII characters fit into a set", self.i - 1)
        return ord(char)


def members(kind: str) -> frozenset[int]:
    """The bytes of a named class; empty for those that are no plain classes."""
    if kind == "s":
        return frozenset(range(256)) - frozenset(b" \t")
    if kind not in _SETS:
        return frozenset()
    ranges = re.findall(r"(.)-(.)|(.)", _SETS[kind])
    return frozenset(
        byte for low, high, one in ranges for byte in range(ord(low or one), ord(high or one) + 1)
    )
