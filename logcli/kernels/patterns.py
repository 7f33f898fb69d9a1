"""Rows of token numbers (0 is a value): hashes, and places where rows differ."""

from __future__ import annotations

import numpy as np

from logcli.kernels import inline, kernel
from logcli.kernels.words import K1, U

# What a token is to lists and quantities; see `collapse`.
OTHER, SLOT, BLANK, COMMA, OPEN, CLOSE, UNIT = range(7)
# What may follow a value and belong to it, tried in order; the length comes first.
_RUNS = np.zeros((6, 7), np.int8)
for _row, _run in enumerate(
    (
        (BLANK, SLOT),
        (COMMA, SLOT),
        (COMMA, BLANK, SLOT),
        (BLANK, UNIT),
        (BLANK, OPEN, SLOT, CLOSE),
        (BLANK, OPEN, SLOT, BLANK, UNIT, CLOSE),
    )
):
    _RUNS[_row, : len(_run) + 1] = (len(_run), *_run)


@inline
def _scramble(x):
    """Mix the bits of a 64-bit number (the finalizer of splitmix64)."""
    x = (x ^ (x >> U(30))) * U(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> U(27))) * U(0x94D049BB133111EB)
    return x ^ (x >> U(31))


@inline
def _part(token, place):
    return _scramble(U(token) * U(0x100000001B3) + U(place) * K1)


@kernel
def hash_rows(token, offsets, out):
    """Hash of each row: a sum over its tokens and their places, so that one can be taken out."""
    for row in range(out.shape[0]):
        first, stop = offsets[row], offsets[row + 1]
        h = _scramble(U(stop - first + 1))
        for k in range(first, stop):
            h += _part(token[k], k - first)
        out[row] = h


@kernel
def places(token, offsets, hashes, wordish, seen, key, member, words):
    """Places that may be shared by rows that are equal everywhere else; how many.

    wordish : flag per token number; a place is a word or value in a row that has another word
    seen : uint8, zeros, a power of two; tells most places apart that no other row has
    Filled per place: `key`, equal for equal surroundings, and `member`, its index in `token`. Per row:
    `words`, how many words and values it has.
    """
    mask = U(seen.shape[0] - 1)
    n = 0
    for row in range(hashes.shape[0]):
        first, stop = offsets[row], offsets[row + 1]
        fixed = 0
        count = 0
        for k in range(first, stop):
            count += wordish[token[k]]
            fixed += wordish[token[k]] and token[k] != 0
        words[row] = count
        for k in range(first, stop):
            if wordish[token[k]] and fixed - (token[k] != 0) >= 1:
                h = hashes[row] - _part(token[k], k - first) + _scramble(U(k - first) + K1)
                key[n] = h
                member[n] = k
                n += 1
                at = np.int64(h & mask)
                seen[at] = 1 if seen[at] == 0 else 2
    m = 0
    for k in range(n):
        if seen[np.int64(key[k] & mask)] == 2:
            key[m] = key[k]
            member[m] = member[k]
            m += 1
    return m


@inline
def _run_length(kind, token, first, n):
    """How many of the last tokens `token[first:n]` repeat or measure the value before them."""
    for run in range(_RUNS.shape[0]):
        length = np.int64(_RUNS[run, 0])
        if n - first <= length or kind[token[n - length - 1]] != SLOT:
            continue
        k = 0
        while k < length and kind[token[n - length + k]] == _RUNS[run, 1 + k]:
            k += 1
        if k == length:
            return length
    return 0


@kernel
def collapse(token, offsets, chosen, kind, out, out_offsets):
    """Lists of values, and values with their units, as one value in the rows that are chosen.

    kind : per token number what it is to a list
    """
    n = np.int64(0)
    for row in range(chosen.shape[0]):
        out_offsets[row] = n
        first = n
        for k in range(offsets[row], offsets[row + 1]):
            out[n] = token[k]
            n += 1
            if chosen[row]:
                n -= _run_length(kind, out, first, n)
    out_offsets[chosen.shape[0]] = n
