"""Random draws for the made-up statements, a value at a time, and what a kind of value is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from logcli.datasets._shop_draws import Draws

T = TypeVar("T")
_BATCH = 64
# Multiples of the median at each tenth of the probability: a long tail, as durations and sizes have.
_TAIL = (0.15, 0.35, 0.55, 0.7, 0.85, 1.0, 1.25, 1.6, 2.2, 4.0, 14.0)


class Dice:
    """Draws that depend on the key alone; only additions, products and comparisons of exact numbers."""

    def __init__(self, *key: object) -> None:
        self._draws = Draws("statements", *key)
        self._left: list[float] = []

    def unit(self) -> float:
        """A number from 0 (included) to 1 (excluded), even."""
        if not self._left:
            self._left = self._draws.unit(_BATCH).tolist()
        return self._left.pop()

    def below(self, n: int) -> int:
        """A whole number from 0 to n - 1, even."""
        return int(self.unit() * n)

    def between(self, low: int, high: int) -> int:
        """A whole number, both ends included, even."""
        return low + int(self.unit() * (high - low + 1))

    def around(self, median: float) -> float:
        """A number with a long tail, a seventh of the median or more."""
        place = self.unit() * 10
        tenth = int(place)
        return median * (_TAIL[tenth] + (_TAIL[tenth + 1] - _TAIL[tenth]) * (place - tenth))

    def chance(self, share: float) -> bool:
        """Whether something happens that happens in this share of cases."""
        return self.unit() < share

    def pick(self, things: Sequence[T]) -> T:
        """One of them, even."""
        return things[int(self.unit() * len(things))]

    def often(self, things: Sequence[T]) -> T:
        """One of them, the first far more often than the last."""
        unit = self.unit()
        return things[int(unit * unit * len(things))]

    def hexes(self, digits: int) -> str:
        """Hexadecimal digits."""
        parts = [f"{self.below(16**8):08x}" for _ in range(-(-digits // 8))]
        return "".join(parts)[:digits]

    def letters(self, count: int, alphabet: str) -> str:
        """A word of letters of an alphabet."""
        return "".join([self.pick(alphabet) for _ in range(count)])

    def shuffled(self, things: Sequence[T]) -> list[T]:
        """All of them in another order."""
        mixed = list(things)
        for last in range(len(mixed) - 1, 0, -1):
            other = self.below(last + 1)
            mixed[last], mixed[other] = mixed[other], mixed[last]
        return mixed


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of value.

    make : a value of it, given the words in the slot's brackets
    pattern : regular expression that says what it is, or a function of those words to one
    pool : how many values a program has of it; 0 for another one each time
    steady : share of its slots that have one value in a whole log; as many again have two to four
    """

    make: Callable[[Dice, Sequence[str]], str]
    pattern: str | Callable[[Sequence[str]], str]
    pool: int = 0
    steady: float = 0.05

    def fits(self, words: Sequence[str]) -> str:
        """The regular expression, for these words in the slot's brackets."""
        return self.pattern if isinstance(self.pattern, str) else self.pattern(words)


def one_of(*values: str, steady: float = 0.08) -> Kind:
    """A kind that is one of some texts, the first ones more often."""
    import re

    return Kind(lambda dice, _: dice.often(values), "|".join(map(re.escape, values)), 0, steady)
