"""LFA: the words of a line that are frequent among its own stay (Nagappan and Vouk 2010)"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from logcli.batch import BatchParser, Grouped
from logcli.templates import SLOT
from logcli.wording import keep, split

if TYPE_CHECKING:
    from logcli.base import Longs

_Place = tuple[int, str]


class LFA(BatchParser):
    """Per line, the widest gap between the frequencies of its words parts constants from values.

    A first pass counts in how many lines each word stands at each place. A second one sorts the counts of
    a line's words; where they rise most, the words below are values and those above constants. Lines with
    the same constants at the same places are one group. Meiyappan Nagappan, Mladen A. Vouk: "Abstracting
    Log Lines to Log Event Types for Mining Software System Logs", MSR 2010.

    It has no parameters. Of gaps equally wide the lowest parts; a word that is `<*>` already is a value and
    takes no part. A line whose words are all equally frequent keeps them all, so what occurs once has no
    values; a word that is the rarest of its line becomes one, a constant or not, so short messages that
    differ in one word fall together, and messages with a frequent value fall apart. Complexity: O(words)
    counters, and per distinct body O(words log words).
    """

    def group(self, bodies: Sequence[str], counts: Longs) -> Grouped:
        """Groups in order of their first body."""
        frequency: Counter[_Place] = Counter()
        for body, lines in zip(bodies, counts.tolist(), strict=True):
            for place in enumerate(split(body).words):
                frequency[place] += lines
        numbers: dict[tuple[str, ...], int] = {}
        groups, texts = [], []
        for body in bodies:
            words = split(body)
            constant = _constant(words.words, frequency)
            shape = tuple(word if stays else SLOT for word, stays in zip(words.words, constant, strict=True))
            if shape not in numbers:
                numbers[shape] = len(numbers)
                texts.append(keep(words, constant))
            groups.append(numbers[shape])
        return Grouped(groups, texts)


def _constant(words: Sequence[str], frequency: Counter[_Place]) -> list[bool]:
    """Which words of a line stand above the widest gap between their frequencies."""
    counts = [frequency[place] for place in enumerate(words)]
    known = sorted(count for count, word in zip(counts, words, strict=True) if word != SLOT)
    gaps = [upper - lower for lower, upper in pairwise(known)]
    widest = max(gaps, default=0)
    below = known[gaps.index(widest)] if widest else 0
    return [count > below for count in counts]
