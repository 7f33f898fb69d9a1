"""Edit distance of texts."""

from __future__ import annotations

# Characters up to which a distance is exact; that takes some hundredths of a second.
LONGEST = 8_192


def levenshtein(a: str, b: str, most: int | None = None, longest: int = LONGEST) -> int:
    """Least number of characters to insert, delete or replace to make one text of the other.

    most : stop when the distance is known to be greater, and return `most + 1`
    longest : characters that are compared. Where two texts differ over more than that, what follows
        counts as different, so that the answer is an upper bound

    Complexity: O(shorter * longer / 30) for the parts that differ; a whole column of the table is a
    number whose bits are its steps: Myers (J. ACM 1999) in the form of Hyyrö (2001).

    >>> levenshtein("took <*> ms", "took <*>ms"), levenshtein("kitten", "sitting"), levenshtein("", "ab")
    (1, 3, 2)
    """
    a, b = _differing(a, b)
    if len(a) < len(b):
        a, b = b, a
    beyond = max(len(a) - longest, 0)
    a, b = a[:longest], b[:longest]
    limit = len(a) + beyond if most is None else most
    if not b or len(a) - len(b) + beyond > limit:
        return min(len(a) + beyond, limit + 1)
    return min(_by_columns(a, b, limit - beyond) + beyond, limit + 1)


def _differing(a: str, b: str) -> tuple[str, str]:
    """Both texts without what they start and end with in common."""
    start = _common(a, b)
    a, b = a[start:], b[start:]
    end = _common(a[::-1], b[::-1])
    return a[: len(a) - end], b[: len(b) - end]


def _common(a: str, b: str) -> int:
    """Length of what both texts start with."""
    pairs = enumerate(zip(a, b, strict=False))
    return next((k for k, (x, y) in pairs if x != y), min(len(a), len(b)))


def _by_columns(a: str, b: str, most: int) -> int:
    """Distance, a column per character of `b`; more than `most` as soon as it cannot be less."""
    places: dict[str, int] = {}
    for k, char in enumerate(a):
        places[char] = places.get(char, 0) | 1 << k
    every, last, distance = (1 << len(a)) - 1, 1 << (len(a) - 1), len(a)
    up, down = every, 0  # rows where the column grows by one, and where it falls
    for left, char in enumerate(b, start=1 - len(b)):
        equal = places.get(char, 0)
        level = (((equal & up) + up) ^ up) | equal
        right, back = down | ~(level | up) & every, up & level
        distance += bool(right & last) - bool(back & last)
        if distance + left > most:
            return most + 1
        right, back = right << 1 | 1, back << 1
        equal |= down
        up, down = (back | ~(equal | right)) & every, right & equal & every
    return distance
