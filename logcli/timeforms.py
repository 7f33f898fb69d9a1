"""Forms of times, in the letters of strptime, compiled to programs for `kernels.times`.

`%Y %y %m %d %e %b %B %a %A %j %H %I %M %S %p %f %z %Z %%` as in strptime, `%s` seconds since 1970
with or without a fraction, `%Q` an epoch number whose unit follows from its size. One blank is one
blank, two are one or more; `|` parts alternatives, tried in order. Numbers of two digits may lack
the first unless they touch other digits. `.%f%z` also fits a time without fraction, because
RFC 3339 writers leave out zeros.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from logcli.errors import UsageError
from logcli.kernels import times as k

if TYPE_CHECKING:
    from logcli.base import Longs

# Letter → register, fewest and most digits.
_NUMBERS = {
    "Y": (k.YEAR, 4, 4),
    "y": (k.SHORT_YEAR, 2, 2),
    "m": (k.MONTH, 1, 2),
    "d": (k.DAY, 1, 2),
    "e": (k.DAY, 1, 2),
    "H": (k.HOUR, 1, 2),
    "I": (k.HOUR, 1, 2),
    "M": (k.MINUTE, 1, 2),
    "S": (k.SECOND, 1, 2),
    "j": (k.YEAR_DAY, 3, 3),
}
# Letter → operation and its operand.
_OTHERS = {
    "f": (k.FRACTION, 0),
    "b": (k.MONTH_NAME, 0),
    "B": (k.MONTH_NAME, 1),
    "a": (k.WEEKDAY, 0),
    "A": (k.WEEKDAY, 1),
    "p": (k.HALF, 0),
    "z": (k.ZONE, 0),
    "Z": (k.ZONE_NAME, 0),
    "s": (k.EPOCH_SECONDS, 0),
    "Q": (k.EPOCH_ANY, 0),
}


@dataclass(frozen=True, slots=True)
class _Piece:
    """A directive (`letter`) or a literal (`byte`, `letter` empty) of a form, and its position in it."""

    letter: str
    byte: int
    at: int


@dataclass(slots=True)
class _Code:
    """Operations under construction."""

    numbers: list[int] = field(default_factory=list)

    def add(self, op: int, *operands: int) -> None:
        row = [op, *operands]
        self.numbers += row + [0] * (k.WIDTH - len(row))


def compile_forms(forms: str) -> list[int]:
    """The program of a form with its alternatives.

    Raises UsageError for an unknown directive; its `position` is the offset in `forms`.

    >>> len(compile_forms("%Y|%s")) // 5
    6
    """
    code = _Code()
    alternatives = _alternatives(forms)
    for number, pieces in enumerate(alternatives):
        start = len(code.numbers)
        code.add(k.ALTERNATIVE, -1)
        _compile(pieces, code)
        code.add(k.ACCEPT)
        if number + 1 < len(alternatives):
            code.numbers[start + 1] = len(code.numbers)
    return code.numbers


@cache
def program(forms: str) -> Longs:
    """The program as the array that the kernel takes; made once per form."""
    import numpy as np

    return np.array(compile_forms(forms), np.int64)


class FormError(UsageError):
    """A form that cannot be compiled; `position` counts characters from its start."""

    def __init__(self, what: str, position: int, hint: str = "") -> None:
        super().__init__(what, hint=hint)
        self.position = position


def _alternatives(forms: str) -> list[list[_Piece]]:
    found: list[list[_Piece]] = [[]]
    i = 0
    while i < len(forms):
        char = forms[i]
        if char == "%":
            found[-1].append(_directive(forms, i))
            i += 2
        elif char == "|":
            found.append([])
            i += 1
        else:
            i += char == "\\"
            found[-1] += [_Piece("", byte, i) for byte in forms[i : i + 1].encode()]
            i += 1
    for pieces in found:
        if not any(piece.letter for piece in pieces):
            raise FormError("a form of a time has no directive", 0, hint="for example `%Y-%m-%d %H:%M:%S`")
    return found


def _directive(forms: str, i: int) -> _Piece:
    letter = forms[i + 1 : i + 2]
    if letter == "%":
        return _Piece("", ord("%"), i)
    if letter not in _NUMBERS and letter not in _OTHERS:
        known = " ".join(f"%{name}" for name in [*_NUMBERS, *_OTHERS])
        raise FormError(f"unknown directive `%{letter}`", i, hint=f"there are {known}")
    return _Piece(letter, 0, i)


def _compile(pieces: list[_Piece], code: _Code) -> None:
    i = 0
    while i < len(pieces):
        for rule in (_triple, _fraction_or_zone, _blank, _single):
            used = rule(pieces, i, code)
            if used:
                i += used
                break


def _letters(pieces: list[_Piece], i: int, count: int) -> str:
    """Letters of the pieces from `i`, `-` for a literal."""
    return "".join(piece.letter or "-" for piece in pieces[i : i + count])


def _triple(pieces: list[_Piece], i: int, code: _Code) -> int:
    """A quick way for three two-digit numbers, before the slow way that takes any number of digits."""
    apart = _letters(pieces, i, 5)
    if apart in ("Y-m-d", "H-M-S", "y-m-d", "m-d-y", "d-m-y"):
        count, separators = 5, pieces[i + 1].byte | pieces[i + 3].byte << 8
    elif apart[:3] in ("Ymd", "HMS", "ymd"):
        count, separators = 3, 0
    else:
        return 0
    if 32 in (separators & 0xFF, separators >> 8):
        return 0
    numbers = [piece for piece in pieces[i : i + count] if piece.letter]
    first, second, third = (_NUMBERS[piece.letter][0] for piece in numbers)
    century = int(numbers[0].letter == "Y")
    code.add(k.TRIPLE, first | second << 8 | third << 16, separators, century, count)
    for j in range(i, i + count):
        _single(pieces, j, code)
    return count


def _fraction_or_zone(pieces: list[_Piece], i: int, code: _Code) -> int:
    if _letters(pieces, i, 3) != "-fz" or pieces[i].byte not in b".,":
        return 0
    code.add(k.FRACTION_OR_ZONE, pieces[i].byte)
    return 2


def _blank(pieces: list[_Piece], i: int, code: _Code) -> int:
    count = 0
    while i + count < len(pieces) and pieces[i + count].letter == "" and pieces[i + count].byte == 32:
        count += 1
    if count:
        code.add(k.BLANKS if count > 1 else k.BLANK)
    return count


def _single(pieces: list[_Piece], i: int, code: _Code) -> int:
    letter = pieces[i].letter
    if not letter:
        code.add(k.BYTE, pieces[i].byte)
    elif letter in _OTHERS:
        code.add(*_OTHERS[letter])
    else:
        register, least, most = _NUMBERS[letter]
        touched = (i > 0 and pieces[i - 1].letter in _NUMBERS) or _letters(pieces, i + 1, 1) in _NUMBERS
        code.add(k.NUMBER, register, most if touched else least, most, int(letter == "e"))
    return 1
