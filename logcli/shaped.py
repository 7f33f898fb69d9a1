"""Groups of bodies whose words, values left out, are the same."""

from __future__ import annotations

from collections.abc import Sequence

from logcli.batch import Grouped
from logcli.between import Seats, spanning
from logcli.templates import SLOT
from logcli.wording import Words


def by_shape(bodies: Sequence[Words], shapes: Sequence[tuple[str, ...]]) -> Grouped:
    """One group for each shape, in order of their first body.

    shapes : for each body its words, `<*>` for those that are values

    >>> by_shape([Words(["a", "1"], ["", "=", ""]), Words(["a", "2"], ["", "=", ""])], [("a", "<*>")] * 2)
    Grouped(groups=[0, 0], templates=['a=<*>'])
    """
    members: dict[tuple[str, ...], list[Words]] = {}
    numbers: dict[tuple[str, ...], int] = {}
    groups = []
    for body, shape in zip(bodies, shapes, strict=True):
        groups.append(numbers.setdefault(shape, len(numbers)))
        members.setdefault(shape, []).append(body)
    return Grouped(groups, [_text(shape, some) for shape, some in members.items()])


def _text(shape: tuple[str, ...], bodies: Sequence[Words]) -> str:
    places = tuple(place for place, word in enumerate(shape) if word != SLOT)
    return spanning([shape[place] for place in places], (Seats(tuple(body.gaps), places) for body in bodies))
