"""The kinds of values that a statement's slots may name, and a column of values for a slot."""

from __future__ import annotations

from collections.abc import Sequence

from logcli.datasets import _statements_names, _statements_numbers, _statements_phrases, _statements_places
from logcli.datasets._statements_dice import Dice, Kind

_PLAIN: dict[str, Kind] = {
    **_statements_numbers.KINDS,
    **_statements_places.KINDS,
    **_statements_names.KINDS,
    **_statements_phrases.KINDS,
}
KINDS: dict[str, Kind] = {**_PLAIN, **_statements_phrases.with_lists(_PLAIN)}
# Kinds whose brackets begin with the name of another kind.
OF_OTHERS = ("list", "list_comma", "list_blank", "maybe")
# How often a value that is no member of a pool comes twice in a row.
_AGAIN = 0.12


class Values:
    """The values of a program: its hosts, users, paths are few and the same in all its statements."""

    def __init__(self, seed: int, program: str) -> None:
        self._key = (seed, program)
        self._pools: dict[tuple[str, tuple[str, ...]], list[str]] = {}

    def column(self, kind: str, words: tuple[str, ...], count: int, *key: object) -> list[str]:
        """Values of a slot; some slots say the same all the time.

        key : tells the slot from all others of the program
        """
        known, dice = KINDS[kind], Dice(*self._key, *key)
        habit = dice.unit()
        if habit < known.steady:
            return [self._one(kind, words, dice)] * count
        if habit < 2 * known.steady:
            few = [self._one(kind, words, dice) for _ in range(dice.between(2, 4))]
            return [dice.often(few) for _ in range(count)]
        column: list[str] = []
        for _ in range(count):
            again = column and not known.pool and dice.chance(_AGAIN)
            column.append(column[-1] if again else self._one(kind, words, dice))
        return column

    def _one(self, kind: str, words: tuple[str, ...], dice: Dice) -> str:
        known = KINDS[kind]
        if not known.pool:
            return known.make(dice, words)
        if (kind, words) not in self._pools:
            self._pools[kind, words] = self._pool(known, words, kind)
        return dice.often(self._pools[kind, words])

    def _pool(self, kind: Kind, words: Sequence[str], name: str) -> list[str]:
        dice = Dice(*self._key, "pool", name, words)
        return list(dict.fromkeys(kind.make(dice, words) for _ in range(kind.pool)))
