"""Which tokens of a row became values when it became another row, and which slots they are in the end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from logcli.parsers._shape_rows import VALUE_TOKEN

_FAR = 1 << 30


class Change(NamedTuple):
    """Tokens `start` to `stop` of a row, maybe none, that are the value `at` of the row that it became."""

    start: int
    stop: int
    at: int


def changes(before: Sequence[int], after: Sequence[int]) -> list[Change]:
    """The fewest changes that make one row the other; one of the whole row if none do.

    O(tokens of the one times the other), less where one place changed.

    >>> changes([7, 8, 0, 8, 9], [0, 8, 0])
    [Change(start=0, stop=1, at=0), Change(start=2, stop=5, at=2)]
    """
    shorter = min(len(before), len(after))
    first = next((k for k in range(shorter) if before[k] != after[k]), shorter)
    last = next((k for k in range(shorter - first) if before[-1 - k] != after[-1 - k]), shorter - first)
    if len(after) - first - last == 1 and after[first] == VALUE_TOKEN:
        return [Change(first, len(before) - last, first)]
    return _path(before, after, _fewest(before, after))


def _fewest(before: Sequence[int], after: Sequence[int]) -> list[list[tuple[int, int]]]:
    """By place in the one and the other: how many changes make the rest the rest, and where the next is."""
    n, m = len(before), len(after)
    table = [[(_FAR, 0)] * (n + 1) for _ in range(m + 1)]
    table[m][n] = 0, n
    for j in range(m - 1, -1, -1):
        nearest = _FAR, n
        for i in range(n, -1, -1):
            if after[j] == VALUE_TOKEN:
                # Of equally good ends the first, but for an empty value.
                table[j][i] = min((nearest[0] + 1, nearest[1]), (table[j + 1][i][0] + 1, _FAR))
                if table[j][i][1] == _FAR:
                    table[j][i] = table[j][i][0], i
                nearest = min(nearest, (table[j + 1][i][0], i))
            if i < n and before[i] == after[j]:
                table[j][i] = min(table[j][i], (table[j + 1][i + 1][0], i + 1))
    return table


def _path(before: Sequence[int], after: Sequence[int], table: list[list[tuple[int, int]]]) -> list[Change]:
    if table[0][0][0] >= _FAR:
        return [Change(0, len(before), at) for at, token in enumerate(after) if token == VALUE_TOKEN][:1]
    found, i = [], 0
    for j, token in enumerate(after):
        stop = table[j][i][1]
        if token == VALUE_TOKEN and not (stop == i + 1 and before[i] == VALUE_TOKEN):
            found.append(Change(i, stop, j))
        i = stop
    return found


def numbered(row: Sequence[int]) -> list[int]:
    """The slot that each token of a row is, from 1, and 0 for constants; values side by side are one slot.

    >>> numbered([7, 0, 8, 0, 0])
    [0, 1, 0, 2, 2]
    """
    found, slot, last = [], 0, -1
    for token in row:
        slot += token == VALUE_TOKEN != last
        last = token
        found.append(slot if token == VALUE_TOKEN else 0)
    return found


def spread(size: int, after: list[int], places: list[Change]) -> list[int]:
    """What is known of a row's tokens, for the tokens of the row that it was before."""
    found: list[int] = []
    at = 0
    for change in places:
        kept = change.start - len(found)
        found += after[at : at + kept] + [after[change.at]] * (change.stop - change.start)
        at = change.at + 1
    return found + after[at : at + size - len(found)]
