"""Templates of bodies that share words with other characters than blanks between them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from logcli.templates import SLOT
from logcli.wording import BLANKS, Words, alignment

# Blanks, and the colons, commas and equals signs that the papers' tools split at.
DELIMITERS = BLANKS + "=:,"


class Seats(NamedTuple):
    """Where a body has the words that are constant.

    gaps : text before each of the body's words and after the last one
    places : number of the word that each constant is, ascending
    """

    gaps: tuple[str, ...]
    places: tuple[int, ...]


def spanning(constants: Sequence[str], seats: Iterable[Seats]) -> str:
    """The text of a template that has these constants in this order, and that all the bodies fit.

    Words between two constants are a value each if all bodies have equally many there, else one value
    together. Of gaps that differ, the part that differs is a value too. Linear in the gaps that differ.

    >>> spanning(["user"], [Seats(("", "=", ""), (0,)), Seats(("", "= ", " "), (0,))])
    'user=<*>'
    >>> spanning(["in"], [Seats(("", " ", ""), (1,)), Seats(("", " ", " ", ""), (2,))])
    '<*> in'
    """
    different = list(dict.fromkeys(Seats(_squeezed(gaps), places) for gaps, places in seats))
    text = ""
    for k, word in enumerate([*constants, ""]):
        text += _segment([_between(body, k) for body in different]) + word
    return re.sub(rf"(?:{re.escape(SLOT)}){{2,}}", SLOT, text)


def in_order(constants: list[str], bodies: Sequence[Words]) -> str:
    """The text of a template of those constants that all of these bodies have in this order.

    Linear in the bodies' words where they have all constants; else with `alignment`'s bound.
    """
    for body in bodies:
        if places_of(constants, body.words) is None:
            constants = [constants[place] for place, _ in alignment(constants, body.words)]
    found = [(body, places_of(constants, body.words)) for body in bodies]
    return spanning(
        constants, [Seats(tuple(body.gaps), places) for body, places in found if places is not None]
    )


def places_of(constants: Sequence[str], words: Sequence[str]) -> tuple[int, ...] | None:
    """The first places where a body has the constants in their order; None if it has not."""
    places: list[int] = []
    at = 0
    try:
        for word in constants:
            at = words.index(word, at) + 1
            places.append(at - 1)
    except ValueError:
        return None
    return tuple(places)


def _squeezed(gaps: tuple[str, ...]) -> tuple[str, ...]:
    """Gaps with each run of blanks as one, none at the body's ends."""
    squeezed = [re.sub(r"\s+", " ", gap) for gap in gaps]
    squeezed[0] = squeezed[0].lstrip()
    squeezed[-1] = squeezed[-1].rstrip()
    return tuple(squeezed)


def _between(body: Seats, k: int) -> tuple[str, ...]:
    """The gaps from the constant before the k-th one to it; one more than there are words."""
    start = body.places[k - 1] + 1 if k else 0
    stop = body.places[k] if k < len(body.places) else len(body.gaps) - 1
    return body.gaps[start : stop + 1]


def _segment(gaps: Sequence[tuple[str, ...]]) -> str:
    """Text between two constants, of the gaps that each body has there."""
    if len({len(some) for some in gaps}) == 1:
        return SLOT.join(_alike(column) for column in zip(*gaps, strict=True))
    touching = any(len(some) == 1 for some in gaps)
    before = _common_start([some[0] for some in gaps])
    return before + SLOT + ("" if touching else _common_end([some[-1] for some in gaps]))


def _alike(gaps: Sequence[str]) -> str:
    """The gap that all bodies have, or what their gaps share around a value."""
    before = _common_start(gaps)
    if all(gap == before for gap in gaps):
        return before
    return before + SLOT + _common_end([gap[len(before) :] for gap in gaps])


def _common_start(texts: Sequence[str]) -> str:
    low, high = min(texts), max(texts)
    length = next((k for k, (a, b) in enumerate(zip(low, high, strict=False)) if a != b), len(low))
    return low[:length]


def _common_end(texts: Sequence[str]) -> str:
    return _common_start([text[::-1] for text in texts])[::-1]
