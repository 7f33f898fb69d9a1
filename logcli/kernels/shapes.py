"""Shapes of bodies, and the table of distinct shapes of a block.

Two bodies have one shape when their words and separators are equal and their values stand at the
same places; of a weak value the letters count. The shape is a 64-bit hash; what it stands for is
compared again when lines are labelled.
"""

from __future__ import annotations

import numpy as np

from logcli.kernels import inline, kernel
from logcli.kernels.tokens import CLASS, MAX_BYTES, MAX_TOKENS, SEPARATOR, WEAK, WORD, next_token
from logcli.kernels.words import (
    K1,
    K2,
    U,
    address,
    fetch,
    hash_bytes,
    low_bytes,
    mix,
    peek8,
    peek64,
    poke64,
    stack,
)

MARK = U(0xA5A5A5A5A5A5A5A5)
ALL = ~U(0)
# Numbers that the places of a body's values take.
ROOM = 2 * MAX_TOKENS + 4


@inline
def weak_hash(p, i, j):
    """Hash of a weak value with each run of digits as one mark."""
    h = K1
    k = i
    while k < j:
        if CLASS[peek8(p, k)] & 2:
            h = mix(h, U(48))
            while k < j and CLASS[peek8(p, k)] & 2:
                k += 1
        else:
            h = mix(h, U(peek8(p, k)))
            k += 1
    return h


@inline
def shape_of(p, n, i, e, max_tokens, raw, values):
    """Hash of the shape of the body from `i` to `e` at `p`, and how many values it has.

    n : end of the text at `p`
    raw : values count as words, so that the shape is the body itself
    values : address that takes start and end of each value, ROOM numbers
    """
    begin = i
    h = K2 ^ U(max_tokens)
    between = U(0)  # the separators since the last word or value: mixed in with the next one
    tokens = 0
    m = 0
    stop = begin + MAX_BYTES
    while i < e:
        if tokens >= max_tokens or i >= stop:
            poke64(values, 2 * m, U(i))
            poke64(values, 2 * m + 1, U(i))
            return mix(h, MARK ^ K2 ^ between), m + 1
        tokens += 1
        c = peek8(p, i)
        if c == 32:
            between = (between + U(33)) * K1
            i += 1
            continue
        j, kind = next_token(p, n, begin, i, e)
        if kind == SEPARATOR:
            between = (between + U(c) + U(1)) * K1
            i = j
            continue
        if kind == WORD or raw:
            x = low_bytes(fetch(p, i, n), j - i) if j - i <= 8 else hash_bytes(p, i, j, n)
        else:
            poke64(values, 2 * m, U(i))
            poke64(values, 2 * m + 1, U(j))
            m += 1
            x = weak_hash(p, i, j) if kind == WEAK else MARK
        h = mix(h, x ^ between)
        between = U(0)
        i = j
    return mix(h, between), m


@inline
def _value_hash(p, values, v, size):
    return hash_bytes(p, np.int64(peek64(values, 16 * v)), np.int64(peek64(values, 16 * v + 8)), size)


@kernel
def distinct(
    text,
    start,
    end,
    severity,
    keep,
    raw,
    shape,
    table,
    hashes,
    counts,
    first,
    last,
    ranks,
    offsets,
    seen,
    maps,
):
    """The distinct shapes of a block's bodies, in order of their first record; how many there are.

    `shape[i]` becomes the number of record i's shape, -1 where `keep[i]` is 0. Filled per shape:
    hash, count, first and last record, counts by severity range (7 each), offset of its values, and
    per value the hash first met and a 64-bit map of the hashes met since (0: it never changed).
    All arrays come from the caller, as long as the worst case: memory that is not touched costs
    nothing, and arrays that grow inside the loop would.
    table : int32, zeros, a power of two, at least twice the records; holds shape number + 1
    """
    p = address(text)
    size = text.shape[0]
    mask = np.int64(table.shape[0] - 1)
    values = stack(ROOM)
    n = 0
    offsets[0] = 0
    for row in range(start.shape[0]):
        if not keep[row]:
            shape[row] = -1
            continue
        h, m = shape_of(p, size, np.int64(start[row]), np.int64(end[row]), np.int64(MAX_TOKENS), raw, values)
        at = np.int64(h & U(mask))
        k = table[at] - 1
        while k >= 0 and hashes[k] != h:
            at = (at + 1) & mask
            k = table[at] - 1
        if k < 0:
            k = n
            n += 1
            table[at] = n
            hashes[k] = h
            first[k] = row
            counts[k] = 0
            ranks[7 * k : 7 * n] = 0
            base = offsets[k]
            offsets[n] = base + m
            for v in range(m):
                seen[base + v] = _value_hash(p, values, v, size)
                maps[base + v] = 0
        else:
            base = offsets[k]
            for v in range(m):
                if maps[base + v] == ALL:
                    continue
                was = seen[base + v]
                now = _value_hash(p, values, v, size)
                if now != was:
                    maps[base + v] |= (U(1) << (now >> U(58))) | (U(1) << (was >> U(58)))
        shape[row] = k
        counts[k] += 1
        last[k] = row
        ranks[7 * k + ((severity[row] + 3) >> 2)] += 1
    return n


@kernel
def hashes_of(text, start, end, max_tokens, raw, out):
    """Shape hash of each body when it is cut after `max_tokens` tokens."""
    values = stack(ROOM)
    for row in range(start.shape[0]):
        out[row], _ = shape_of(
            address(text),
            text.shape[0],
            np.int64(start[row]),
            np.int64(end[row]),
            max_tokens,
            raw,
            values,
        )
