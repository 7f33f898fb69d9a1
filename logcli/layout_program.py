"""Layouts → the program that the kernel runs, with a plain word for what each operation expects."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from logcli.kernels import layout as k
from logcli.kernels import search
from logcli.kernels.search import BLANKS, ONE_BLANK
from logcli.layout_language import (
    Bound,
    Clock,
    Field,
    Group,
    LayoutError,
    Literal,
    Part,
    members,
    parse,
)
from logcli.timeforms import FormError, compile_forms

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    import numpy.typing as npt

    from logcli.base import Bytes, Flags, Longs

TIME_TEXT, SEVERITY_TEXT, BODY = "time_text", "severity_text", "body"
_NAMED = {"level": k.LEVEL, "pri": k.PRIORITY, "pm": k.RANK, "q": k.QUOTED}
_WORDS = {
    "d": "digits", "x": "hex digits", "w": "letters or digits", "s": "a word", "q": "a quoted string",
    "level": "a severity word", "pri": "a syslog priority", "pm": "a level number",
}  # fmt: skip


@dataclass(slots=True)
class Program:
    """What `kernels.layout.cut` needs for one format.

    fields : names in the order of the kernel's rows; the first are the time and the body
    expected : per operation, what it looks for, in plain words
    """

    code: Longs
    entries: Longs
    classes: Bytes
    pool: Bytes
    words: npt.NDArray[np.uint64]
    ranks: Flags
    fields: list[str]
    expected: dict[int, str]


@dataclass(slots=True)
class _Builder:
    """Operations under construction; `classes` and `literals` are shared by all patterns."""

    code: list[int] = field(default_factory=list)
    entries: list[int] = field(default_factory=list)
    classes: dict[frozenset[int], int] = field(default_factory=dict)
    literals: dict[bytes, int] = field(default_factory=dict)
    pool: bytearray = field(default_factory=bytearray)
    fields: list[str] = field(default_factory=lambda: [TIME_TEXT, BODY])
    clocks: dict[str, list[int]] = field(default_factory=dict)
    expected: dict[int, str] = field(default_factory=dict)
    repeated: int = 0

    def add(self, op: int, name: str = "-", *operands: int, expect: str = "", extend: bool = False) -> int:
        """Append an operation; its place."""
        at = len(self.code)
        row = [op, self.number(name), *operands]
        row += [0] * (k.WIDTH - len(row))
        row[6] = int(extend or self.repeated > 0)
        self.code += row
        if expect:
            self.expected[at] = expect
        return at

    def number(self, name: str) -> int:
        """Row of a field; -1 for one that is not kept."""
        if name == "-":
            return -1
        if name not in self.fields:
            self.fields.append(name)
        return self.fields.index(name)

    def literal(self, data: bytes) -> int:
        """Place of a literal in the pool."""
        if data not in self.literals:
            self.literals[data] = len(self.pool)
            self.pool += data
        return self.literals[data]

    def set(self, bytes_: frozenset[int]) -> int:
        """Number of a class of bytes."""
        return self.classes.setdefault(bytes_, len(self.classes))


def compile_layouts(layouts: Sequence[str], levels: Mapping[str, int]) -> Program:
    """The program of a format's layouts.

    layouts : tried in this order
    levels : upper-case words of severity, with their numbers

    Raises LayoutError; its `layout` is the number of the layout that is wrong.

    >>> compile_layouts(["{severity_text:level}: {body}"], {"INFO": 9}).fields
    ['time_text', 'body', 'severity_text']
    """
    builder = _Builder()
    builder.set(members("w") | frozenset(byte for word in levels for byte in word.encode()))
    for number, layout in enumerate(layouts):
        builder.entries.append(len(builder.code))
        try:
            _parts(parse(layout), b"", True, builder)
        except LayoutError as error:
            error.layout = number
            raise
        builder.add(k.END, expect="the end of the line")
    return _finish(builder, levels)


def _parts(parts: list[Part], follow: bytes, last: bool, builder: _Builder) -> None:
    """Compile parts; `follow` is the literal behind them, `last` says that nothing else is."""
    i = 0
    while i < len(parts):
        part = parts[i]
        literal, direct = _next_literal(parts, i + 1, follow)
        at_end = last and i + 1 == len(parts)
        eaten = False
        if isinstance(part, Field):
            eaten = _field(part, literal, direct, at_end, builder)
        elif isinstance(part, Literal):
            _literal(part.data, builder)
        elif isinstance(part, Clock):
            _clock(part, builder)
        elif isinstance(part, Bound):
            name = part.name
            builder.add(k.OPEN if part.opens else k.CLOSE, name, extend=not part.opens)
        else:
            _group(part, literal, at_end, builder)
        i += 2 if eaten else 1


def _next_literal(parts: list[Part], i: int, follow: bytes) -> tuple[bytes, bool]:
    """The literal that follows, and whether it is the very next part."""
    direct = True
    while i < len(parts) and isinstance(parts[i], Bound):
        i += 1
        direct = False
    if i == len(parts):
        return follow, False
    part = parts[i]
    return (part.data, direct) if isinstance(part, Literal) else (b"", False)


def _literal(data: bytes, builder: _Builder) -> None:
    expect = f"`{show(data)}`"
    if len(data) == 1 and data[0] not in (ONE_BLANK, BLANKS):
        builder.add(k.BYTE, "-", data[0], expect=expect)
    else:
        builder.add(k.LITERAL, "-", builder.literal(data), len(data), expect=expect)


def _field(part: Field, literal: bytes, direct: bool, at_end: bool, builder: _Builder) -> bool:
    """Compile a field; whether the literal behind it is eaten too."""
    if part.kind in _NAMED:
        builder.add(_NAMED[part.kind], part.name, expect=_WORDS[part.kind])
        return False
    eaten = False
    if part.kind and not _ambiguous(part, literal):
        least = 0 if part.may_be_empty else 1
        expect = _WORDS.get(part.kind, f"bytes of `{part.text}`")
        quick = {"s": k.UNBROKEN, "d": k.DIGITS}.get(part.kind, 0)
        builder.add(k.RUN, part.name, builder.set(part.members), least, quick, expect=expect)
    elif literal:
        _until(part, literal, direct, builder)
        eaten = direct
    elif at_end:
        builder.add(k.REST, part.name, int(part.name == BODY))
    else:
        raise LayoutError(
            f"`{part.text}` has no end",
            part.at,
            "put literal text behind the field, or give it a class such as `{name:w}`",
        )
    if part.name == SEVERITY_TEXT:
        builder.add(k.WORD)
    return eaten


def _ambiguous(part: Field, literal: bytes) -> bool:
    """Whether the literal behind a classed field could be taken for a part of it."""
    if not literal:
        return False
    first = b" \t" if literal[0] in (ONE_BLANK, BLANKS) else literal[:1]
    return any(byte in part.members for byte in first)


def _until(part: Field, literal: bytes, direct: bool, builder: _Builder) -> None:
    plain = all(byte in (ONE_BLANK, BLANKS) for byte in literal)
    flags = (k.EMPTY if part.may_be_empty else 0) | (k.EAT if direct else 0) | (0 if plain else k.RETRY)
    members_ = builder.set(part.members) if part.kind else -1
    builder.add(
        k.UNTIL, part.name, builder.literal(literal), len(literal), members_, flags,
        expect=f"`{show(literal)}` after `{part.text}`",
    )  # fmt: skip


def _clock(part: Clock, builder: _Builder) -> None:
    """The forms' program is put behind all patterns; remember who wants its place."""
    try:
        compile_forms(part.forms)
    except FormError as error:
        raise LayoutError(error.what, part.at + len("{time:") + error.position, error.hint) from None
    first = part.forms.split("|")[0]
    at = builder.add(k.CLOCK, TIME_TEXT, expect=f"a time like `{first}`")
    builder.clocks.setdefault(part.forms, []).append(at)


def _group(part: Group, literal: bytes, at_end: bool, builder: _Builder) -> None:
    if not part.parts:
        raise LayoutError("an empty group", part.at)
    begin = builder.add(k.REPEAT if part.repeats else k.OPTION)
    builder.repeated += part.repeats
    _parts(part.parts, b"" if part.repeats else literal, at_end and not part.repeats, builder)
    builder.repeated -= part.repeats
    builder.add(k.REPEAT_END if part.repeats else k.OPTION_END, "-", begin)
    builder.code[begin + 2] = len(builder.code)


def show(literal: bytes) -> str:
    """A literal as the layout has it.

    >>> show(b"]\\xff-")
    ']  -'
    """
    return literal.replace(bytes([BLANKS]), b"  ").decode()


def _finish(builder: _Builder, levels: Mapping[str, int]) -> Program:
    import numpy as np

    for forms, places in builder.clocks.items():
        start = len(builder.code)
        builder.code += _moved(compile_forms(forms), start)
        for at in places:
            builder.code[at + 2] = start
    classes = np.zeros((len(builder.classes), 256), np.uint8)
    for bytes_, number in builder.classes.items():
        classes[number, list(bytes_)] = 1
    words, ranks = _severity_table(levels)
    return Program(
        code=np.array(builder.code, np.int64),
        entries=np.array(builder.entries, np.int64),
        classes=classes,
        pool=np.frombuffer(bytearray(builder.pool or b"\0"), np.uint8),
        words=words,
        ranks=ranks,
        fields=builder.fields,
        expected=builder.expected,
    )


def _moved(code: list[int], start: int) -> list[int]:
    """A time program whose jumps start at `start` instead of 0."""
    from logcli.kernels.times import ALTERNATIVE, WIDTH

    moved = list(code)
    for at in range(0, len(moved), WIDTH):
        if moved[at] == ALTERNATIVE and moved[at + 1] >= 0:
            moved[at + 1] += start
    return moved


def _severity_table(levels: Mapping[str, int]) -> tuple[npt.NDArray[np.uint64], Flags]:
    import numpy as np

    words = np.zeros(2 * search.SLOTS, np.uint64)
    ranks = np.zeros(search.SLOTS, np.uint8)
    for word, number in levels.items():
        text = np.frombuffer(bytearray(word.upper().encode()), np.uint8)
        search.enter_word(text, words, ranks, number)
    return words, ranks
