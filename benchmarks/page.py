"""A page of log lines as byte arrays: everything that changes from copy to copy keeps its place.

Copies of the page differ only in bytes that are drawn (`low + random * span / 256`), in the time
fields and in the unique words, so a copy costs a few passes of numpy over the page.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.cases import Case
from benchmarks.redraw import Range, ranges

START = int(datetime(2025, 11, 10, tzinfo=UTC).timestamp())
# Words of the long tail: the short ones come again, the long ones do not, as in real logs.
_TAIL_LENGTHS = range(2, 10)
_UNIQUE_LETTERS = 6
_UNIQUE_WORDS = 26**_UNIQUE_LETTERS
# Prime and greater than 26, so that its multiples run through all words before one comes again.
_STRIDE = 179_424_673

Places = npt.NDArray[np.int64]


@dataclass
class Page:
    """Lines in bytes: `low` and `span` per byte, where each line's time fields stand, line ends."""

    low: npt.NDArray[np.uint8]
    span: npt.NDArray[np.uint16]
    times: dict[str, Places]
    words: Places
    ends: Places

    def copy(self, noise: npt.NDArray[np.uint8], first: int, rate: int) -> npt.NDArray[np.uint8]:
        """The page with its values drawn anew, its first line being line `first` of the log."""
        drawn = noise[: len(self.low)] * self.span
        drawn >>= 8
        page = drawn.astype(np.uint8)
        page += self.low
        for form, places in self.times.items():
            _stamp(page, places, form, first, rate)
        if len(self.words):
            _name(page, self.words, first)
        return page


@dataclass
class _Draft:
    """A page while its lines are added."""

    case: Case
    drawn: list[Range] = field(default_factory=list)
    times: dict[str, list[int]] = field(default_factory=dict)
    words: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)

    def add(self, line: bytes, fresh: Range | None, random: Random) -> None:
        """Add a line; `fresh` is the length of a new word and whether it must be unique."""
        match = re.match(self.case.header.encode(), line)
        if match is None:
            return
        self._add_header(line, match)
        body = line[match.start("body") :]
        drawn = [*ranges(body)]
        if fresh is not None:
            at = random.choice([place for place, byte in enumerate(body) if byte == 32] or [0])
            self._add_word(drawn, at, *fresh)
        self.drawn += [*drawn, (10, 0)]
        self.ends.append(len(self.drawn))

    def _add_header(self, line: bytes, match: re.Match[bytes]) -> None:
        at = 0
        for group, form in self.case.times.items():
            self.drawn += [(byte, 0) for byte in line[at : match.start(group)]]
            self.times.setdefault(form, []).append(len(self.drawn))
            self.drawn += [(48, 0)] * len(_text(form, START))
            at = match.end(group)
        self.drawn += [(byte, 0) for byte in line[at : match.start("body")]]

    def _add_word(self, drawn: list[Range], at: int, letters: int, unique: int) -> None:
        drawn[at:at] = [(32, 0), *[(97, 26)] * letters]
        if unique:
            self.words.append(len(self.drawn) + at + 1)

    def page(self) -> Page:
        table = np.array(self.drawn, np.uint16).reshape(-1, 2)
        times = {form: np.array(places, np.int64) for form, places in self.times.items()}
        low, span = table[:, 0].astype(np.uint8), np.ascontiguousarray(table[:, 1])
        return Page(low, span, times, np.array(self.words, np.int64), np.array(self.ends, np.int64))


def compile_page(case: Case, lines: Sequence[bytes], copies: int, random: Random) -> Page:
    """A page of `copies` times the sample; lines that do not fit the header are left out."""
    draft = _Draft(case)
    for _ in range(copies):
        for line in lines:
            draft.add(line, _fresh(case, random), random)
    return draft.page()


def _fresh(case: Case, random: Random) -> Range | None:
    if case.distinct:
        return _UNIQUE_LETTERS, 1
    return (random.choice(_TAIL_LENGTHS), 0) if random.random() < case.tail else None


def _text(form: str, second: int) -> str:
    if form == "EPOCH":
        return str(second)
    if form == "MICROSECOND":
        return f"{second:06d}"[-6:]
    return datetime.fromtimestamp(second, UTC).strftime(form)


def _stamp(page: npt.NDArray[np.uint8], places: Places, form: str, first: int, rate: int) -> None:
    """Write the time of every line, `rate` lines to the second."""
    lines = first + np.arange(len(places))
    if form == "MICROSECOND":
        rows, values = lines % rate, [i * 1_000_000 // rate for i in range(rate)]
    else:
        seconds = START + lines // rate
        rows, values = seconds - seconds[0], [*range(int(seconds[0]), int(seconds[-1]) + 1)]
    _write(page, places, _table([_text(form, value) for value in values])[rows])


def _table(texts: list[str]) -> npt.NDArray[np.uint8]:
    return np.frombuffer("".join(texts).encode(), np.uint8).reshape(len(texts), -1)


def _name(page: npt.NDArray[np.uint8], places: Places, first: int) -> None:
    """Write a word that no other line has: the line's number, scattered, in base 26."""
    number = (first + np.arange(len(places))) * _STRIDE % _UNIQUE_WORDS
    powers = 26 ** np.arange(_UNIQUE_LETTERS)
    _write(page, places, (97 + number[:, None] // powers % 26).astype(np.uint8))


def _write(page: npt.NDArray[np.uint8], places: Places, texts: npt.NDArray[Any]) -> None:
    page[places[:, None] + np.arange(texts.shape[1])] = texts
