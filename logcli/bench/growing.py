"""Labelled logs of another length: a prefix, or more lines of the same templates with fresh values."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from logcli.base import Labelled
from logcli.metrics.parameters import places

SEED = 1
_DIGITS, _HEX = np.frombuffer(b"0123456789", np.uint8), np.frombuffer(b"0123456789abcdef", np.uint8)
_LETTERS = np.frombuffer(b"abcdefghijklmnopqrstuvwxyz", np.uint8)
# How often a value of letters becomes a new word instead of one that the log has.
_NEW_WORD = 0.25


def sized(log: Labelled, lines: int, seed: int = SEED) -> Labelled:
    """A log of so many lines.

    The first lines are those of the log. Beyond its end it begins anew, with other values in the slots
    of the true templates: digits are drawn anew, hex digits too where digits are among them, and of
    values that are letters some become new words. Templates and their order stay. The same seed gives
    the same lines; linear in the characters.
    """
    n = len(log.bodies)
    if lines <= n or not n:
        return replace(log, bodies=log.bodies[:lines], templates=log.templates[:lines])
    rng = np.random.default_rng(seed)
    kinds, kind = _kinds(log)
    rows = np.arange(lines) % n
    of_line = kind[rows]
    sizes = np.array([len(body) for body, _ in kinds])[of_line]
    offsets = np.zeros(lines + 1, np.int64)
    np.cumsum(sizes, out=offsets[1:])
    out = np.empty(int(offsets[-1]), np.uint8)
    for number, (body, template) in enumerate(kinds):
        here = np.flatnonzero(of_line == number)
        copies = np.tile(np.frombuffer(body, np.uint8), (len(here), 1))
        _redraw(copies, here >= n, body, template, rng)
        out[offsets[here][:, None] + np.arange(len(body))] = copies
    bodies = pa.Array.from_buffers(pa.large_string(), lines, [None, pa.py_buffer(offsets), pa.py_buffer(out)])
    return Labelled(bodies.to_pylist(), [log.templates[row] for row in rows.tolist()], log.style)


def _kinds(log: Labelled) -> tuple[list[tuple[bytes, str]], npt.NDArray[np.int64]]:
    """Distinct pairs of body and template, and the number of the pair of each line."""
    numbers: dict[tuple[bytes, str], int] = {}
    pairs = zip(log.bodies, log.templates, strict=True)
    kind = [numbers.setdefault((body.encode(), template), len(numbers)) for body, template in pairs]
    return list(numbers), np.array(kind, np.int64)


def _redraw(
    copies: npt.NDArray[np.uint8],
    fresh: npt.NDArray[np.bool_],
    body: bytes,
    template: str,
    rng: np.random.Generator,
) -> None:
    """Draw the values of the rows that are not the log's own anew."""
    text = body.decode()
    for first, stop in places(template, text) or ():
        a, b = len(text[:first].encode()), len(text[:stop].encode())
        value = np.frombuffer(body[a:b], np.uint8)
        digits = np.isin(value, _DIGITS)
        if digits.any():
            hexed = bool(np.isin(value | 0x20, _HEX).sum() > 0.9 * len(value) and len(value) >= 6)
            _draw(copies, fresh, a, np.flatnonzero(digits), _HEX if hexed else _DIGITS, rng)
            if hexed:
                letters = np.isin(value | 0x20, _HEX) & ~digits
                _draw(copies, fresh, a, np.flatnonzero(letters), _HEX, rng)
        elif value.size and np.isin(value | 0x20, _LETTERS).all():
            chosen = fresh & (rng.random(len(fresh)) < _NEW_WORD)
            _draw(copies, chosen, a, np.arange(len(value)), _LETTERS, rng)


def _draw(
    copies: npt.NDArray[np.uint8],
    rows: npt.NDArray[np.bool_],
    start: int,
    columns: npt.NDArray[np.intp],
    alphabet: npt.NDArray[np.uint8],
    rng: np.random.Generator,
) -> None:
    where = np.flatnonzero(rows)
    copies[where[:, None], start + columns] = alphabet[
        rng.integers(0, len(alphabet), (len(where), len(columns)))
    ]
