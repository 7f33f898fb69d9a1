"""ULP: the same plain words are one event, what differs is a value (Sedki et al. 2022)"""

from __future__ import annotations

import re
import string
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from logcli.batch import BatchParser, Grouped
from logcli.between import Seats, spanning
from logcli.templates import SLOT

if TYPE_CHECKING:
    from logcli.base import Longs

# Values of a common form: addresses of hardware, dates, times, hexadecimal numbers, long rows of hexadecimal
# numbers with colons, and names of three parts or more with dots, like those of classes and hosts.
_VALUES = re.compile(
    re.escape(SLOT) + r"|\b(?:"
    r"(?:[\da-fA-F]{2}:){5}[\da-fA-F]{2}|"
    r"\d{4}-\d\d-\d\d|\d{4}/\d\d/\d\d|"
    r"\d\d:\d\d(?::\d\d(?:[.,]\d{3})?)?|"
    r"0[xX][\da-fA-F]+|"
    r"(?:[\da-fA-F]{0,16}:){8,99}|"
    r"/?(?:[a-zA-Z\d-]{1,99}\.){2,99}(?:[a-zA-Z\d-]{1,99})?(?::[a-zA-Z\d-]{1,99})?:?"
    r")\b"
)
_MARK = "\0"  # stands for each character of such a value
_WORD = re.compile(r"[^\s=,()\[\]]+")
_INTEGER = re.compile(r"-*\d+")
_NO_LETTERS = dict.fromkeys(map(ord, "!@#$%^&*{};:/<>?\\|`~-+'" + _MARK))


class ULP(BatchParser):
    """Group bodies that have the same plain words in the same order and equally many words.

    Words end at blanks, commas, equals signs, parentheses and brackets. Values of a common form (times,
    dates, addresses, hexadecimal numbers, dotted names) are found by patterns and left out, and so is most
    punctuation; of what remains a word is plain if it has two or more letters and nothing else. In a group
    the words that all its bodies share at one place between two plain ones are constants, but for whole
    numbers; what differs is a value. Issam Sedki, Abdelwahab Hamou-Lhadj, Otmane Ait-Mohamed, Mohammed A.
    Shehab: "An Effective Approach for Parsing Large Log Files", ICSME 2022.

    It has no parameters and does not depend on the order of the lines. Weak where a value is a plain word,
    which tears its messages apart, and where only words with a digit, dot, underscore or quote tell messages
    apart, which are put together. Complexity: O(words) per distinct body, in one pass.

    The published figures were measured without masks, which the authors' tool does not use. So measured,
    grouping accuracy is the published one within 0.03, but for Proxifier (0.511 against 0.024: groups that
    come out with one template are one here) and Windows (0.689 against 0.410: the tool deletes tildes
    before it looks for values, so that some file names are taken for dotted names).
    """

    def group(self, bodies: Sequence[str], counts: Longs) -> Grouped:
        """Groups in order of their first body."""
        members: dict[tuple[str, ...], list[_Body]] = {}
        numbers: dict[tuple[str, ...], int] = {}
        groups = []
        for text in bodies:
            body = _read(text)
            groups.append(numbers.setdefault(body.key, len(numbers)))
            members.setdefault(body.key, []).append(body)
        return Grouped(groups, [_template(some) for some in members.values()])


class _Body(NamedTuple):
    """A body in words.

    key : its plain words, then its number of words
    words : without punctuation at their ends; `<*>` for a value of a common form or a whole number
    gaps : what is before each word and after the last one
    plain : place before the first word, then that of each plain one
    """

    key: tuple[str, ...]
    words: list[str]
    gaps: list[str]
    plain: list[int]


def _read(text: str) -> _Body:
    marked = _VALUES.sub(lambda match: _MARK * len(match.group()), text)
    key: list[str] = []
    words: list[str] = []
    gaps: list[str] = []
    plain = [-1]
    count, end = 0, 0
    for piece in _WORD.finditer(marked):
        bare = piece.group().translate(_NO_LETTERS)
        count += bare != ""
        core = piece.group().strip(string.punctuation)
        if not core:
            continue
        start = piece.start() + piece.group().index(core)
        if len(bare) > 1 and bare.isalnum() and not any(map(str.isdigit, bare)):
            plain.append(len(words))
            key.append(bare)
        gaps.append(text[end:start])
        words.append(SLOT if _MARK in core or _INTEGER.fullmatch(core) else core)
        end = start + len(core)
    return _Body((*key, str(count)), words, [*gaps, text[end:]], plain)


def _template(bodies: Sequence[_Body]) -> str:
    """The text of the template of bodies that have one key."""
    first = bodies[0]
    constants: list[str] = []
    kept: list[tuple[int, int]] = []  # number of a plain word, and how many words after it a constant is
    for number, start in enumerate(first.plain):
        for step in range(min(_reach(body, number) for body in bodies)):
            word = first.words[start + step] if start + step >= 0 else SLOT
            if word != SLOT and all(body.words[body.plain[number] + step] == word for body in bodies):
                constants.append(word)
                kept.append((number, step))
    seats = (
        Seats(tuple(body.gaps), tuple(body.plain[number] + step for number, step in kept)) for body in bodies
    )
    return spanning(constants, seats)


def _reach(body: _Body, number: int) -> int:
    """Words from a plain one to the next."""
    stop = body.plain[number + 1] if number + 1 < len(body.plain) else len(body.words)
    return stop - body.plain[number]
