"""Templates of many shapes at once: which tokens are slots, and the text that this makes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from logcli.kernels import align as alignment
from logcli.kernels import sketch as kernels
from logcli.kernels.sketch import BODY, COARSE, SHAPE
from logcli.packed import Counts, Texts
from logcli.templates import align
from logcli.tokens import Tokens, tokenize

if TYPE_CHECKING:
    import numpy.typing as npt

    from logcli.base import Bytes, Ints, Longs

__all__ = ["BODY", "COARSE", "SHAPE", "Sketches", "fitting", "sketch"]


@dataclass(slots=True)
class Sketches:
    """One or two templates per shape: as its parser says, and one that fits whatever has the shape.

    row : shape of each sketch; those of a shape follow each other
    slots : int32 [2, n]: first token, token after the last; sketch s owns `slot_from[s]:slot_from[s + 1]`
    text : template texts, sketch s owns `text_from[s]:text_from[s + 1]`
    """

    row: Ints
    slots: Ints
    slot_from: Longs
    text: Bytes
    text_from: Ints


def sketch(
    tokens: Tokens, bodies: Texts, mode: int, groups: Ints, patterns: Texts, varied: Counts
) -> Sketches:
    """Sketches of some bodies; linear in their bytes times the slots of a word.

    mode : SHAPE, BODY (values are constants unless the parser says otherwise) or COARSE (all are slots)
    groups : pattern of each body, -1 for none
    varied : per body, for each of its value tokens, whether it had more than one value; rows may be empty
    """
    n, size = len(tokens), len(tokens.end)
    start, end = bodies.offsets[:-1].astype(np.int32), bodies.offsets[1:].astype(np.int32)
    found, count = _aligned(tokens, bodies, start, end, groups, patterns)
    row = np.empty(2 * n, np.int32)
    slots, slot_from = np.empty((2, 2 * (size + n)), np.int32), np.empty(2 * n + 1, np.int64)
    text_from = np.empty(2 * n + 1, np.int32)
    text = np.empty(2 * int(bodies.offsets[-1] - bodies.offsets[0]) + 6 * (size + n), np.uint8)
    m = kernels.sketch(
        tokens.text, start, end, tokens.offsets, tokens.end, tokens.kind, mode, found, count,
        varied.flat, varied.offsets, row, slots, slot_from, text, text_from,
    )  # fmt: skip
    stop = int(slot_from[m])
    return Sketches(row[:m], slots[:, :stop], slot_from[: m + 1], text, text_from[: m + 1])


def fitting(bodies: Sequence[str], pattern: str) -> npt.NDArray[np.bool_]:
    """Which bodies can be made of a template text, as `templates.fits` says; linear in their bytes."""
    some = Texts.of(bodies)
    start, end = some.offsets[:-1].astype(np.int32), some.offsets[1:].astype(np.int32)
    groups = np.zeros(len(some), np.int32)
    _, count = _aligned(tokenize(some), some, start, end, groups, Texts.of([pattern]))
    found: npt.NDArray[np.bool_] = count >= 0
    return found


def _aligned(
    tokens: Tokens, bodies: Texts, start: Ints, end: Ints, groups: Ints, patterns: Texts
) -> tuple[Ints, Ints]:
    """Slots by pattern, as `kernels.align` gives them."""
    n = len(tokens)
    longest = int((end - start).max(initial=0)) + int(np.diff(patterns.offsets).max(initial=0))
    found, count = np.empty(2 * (len(tokens.end) + n), np.int32), np.empty(n, np.int32)
    alignment.align(
        tokens.text, start, end, tokens.offsets, tokens.end, groups, patterns.data, patterns.offsets,
        np.empty(5 * (longest + 64), np.int32), found, count,
    )  # fmt: skip
    for i in np.flatnonzero(count == alignment.ASK).tolist():
        slots = align(patterns[int(groups[i])], tokens.words(i))
        count[i] = alignment.NONE if slots is None else len(slots)
        first = 2 * (int(tokens.offsets[i]) + i)
        flat = np.array(slots or [], np.int32).reshape(-1)
        found[first : first + len(flat)] = flat
    return found, count


def literals(pool: Bytes, offsets: Longs, first: int) -> tuple[Longs, Longs]:
    """Ranges in the pool of the literals of texts from `first` on, int64 [2, n]; where each text's start."""
    n = len(offsets) - 1 - first
    at = np.empty(n + 1, np.int64)
    room = (int(offsets[-1]) - int(offsets[first])) // 3 + n
    spans = np.empty((2, room), np.int64)
    found = kernels.literals(pool, offsets, first, at, spans)
    return spans[:, :found], at
