"""How the words at two places of messages go with each other: IPLoM's third step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

Places = tuple[int, int]
Pair = tuple[str, str]
Told = tuple[int, str]


def commonest_two(different: list[int]) -> Places | None:
    """The first two places of that number of different words which most places have, constants left out."""
    number, times = Counter(n for n in different if n > 1).most_common(1)[0]
    if times < 2:
        return None
    first = different.index(number)
    return first, different.index(number, first + 1)


def rarest_two(different: list[int]) -> Places | None:
    """The first places whose numbers of different words the fewest, and the second fewest, places have."""
    times = Counter(different)
    shared = [times[number] for number in different]
    levels = sorted(set(shared))
    return (shared.index(levels[0]), shared.index(levels[1])) if len(levels) > 1 else None


class Relation:
    """How the words at two places of a log's part go with each other: 1-1, 1-M, M-1 or M-M.

    pairs : the two words of each body; lines : of each body
    lower_bound : the many words of 1-M are constants if they are at most this share of their lines
    """

    def __init__(self, pairs: Sequence[Pair], lines: Sequence[int], lower_bound: float) -> None:
        self._bound = lower_bound
        self._right: dict[str, set[str]] = {}  # words at the second place that go with one at the first
        self._left: dict[str, set[str]] = {}
        self._lines: Counter[Told] = Counter()
        for (a, b), number in zip(pairs, lines, strict=True):
            self._right.setdefault(a, set()).add(b)
            self._left.setdefault(b, set()).add(a)
            self._lines[0, a] += number
            self._lines[1, b] += number
        self._one_to_many = {a for a, some in self._right.items() if self._fans(some, self._left)}
        self._many_to_one = {b for b, some in self._left.items() if self._fans(some, self._right)}
        many = [(a, b) for a, some in self._right.items() for b in some if self._side(a, b) is None]
        self._fewer = 0 if len({a for a, _ in many}) < len({b for _, b in many}) else 1

    def told(self, pair: Pair) -> Told | None:
        """What tells a pair from others: a place and the word there; None for an M-M relation."""
        side = self._side(*pair)
        return None if side is None else (side, pair[side])

    def told_all(self, pair: Pair) -> Told:
        """The same; for an M-M relation the word at the place that has fewer words of such relations."""
        return self.told(pair) or (self._fewer, pair[self._fewer])

    @staticmethod
    def _fans(some: set[str], back: dict[str, set[str]]) -> bool:
        return len(some) > 1 and all(len(back[word]) == 1 for word in some)

    def _side(self, a: str, b: str) -> int | None:
        """Which of the two words tells; None for an M-M relation."""
        if a in self._one_to_many:
            return 1 if len(self._right[a]) <= self._bound * self._lines[0, a] else 0
        if b in self._many_to_one:
            return 0 if len(self._left[b]) <= self._bound * self._lines[1, b] else 1
        return 0 if len(self._right[a]) == len(self._left[b]) == 1 else None
