"""Give each record its template and its parameters, comparing every constant byte."""

from __future__ import annotations

import numpy as np

from logcli.kernels import inline, kernel
from logcli.kernels.tokens import MAX_TOKENS, tokenize
from logcli.kernels.words import U, address, peek8, peek32, stack

# 64-bit numbers that the ends of a body's tokens take.
ROOM = MAX_TOKENS // 2 + 2


@kernel
def lookup(keys, ids, hashes, out):
    """Number of each hash in an open-addressing table (`ids` is number + 1), -1 when absent."""
    mask = np.int64(keys.shape[0] - 1)
    for row in range(hashes.shape[0]):
        h = hashes[row]
        at = np.int64(h & U(mask))
        while ids[at] > 0 and keys[at] != h:
            at = (at + 1) & mask
        out[row] = ids[at] - 1


@kernel
def insert(keys, ids, hashes, first):
    """Add new hashes numbered from `first`; the table must have room."""
    mask = np.int64(keys.shape[0] - 1)
    for row in range(hashes.shape[0]):
        at = np.int64(hashes[row] & U(mask))
        while ids[at] > 0:
            at = (at + 1) & mask
        keys[at] = hashes[row]
        ids[at] = first + row + 1


@inline
def _same(p, i, pool, a, b):
    """Whether the bytes from `i` equal `pool[a:b]`."""
    for k in range(b - a):
        if peek8(p, i + k) != peek8(pool, a + k):
            return False
    return True


@kernel
def label(
    text, start, end, program, tokens, limits, slot_from, slots, literal_from, literals, pool, fallback,
    label_of, out, offsets, values,
):  # fmt: skip
    """Template and parameter ranges of each record.

    program : number of each record's program, -1 to leave the record out
    Per program: `tokens` it expects (-1: any), `limits` on tokenizing, slots `slot_from[g]:slot_from[g + 1]`
    (int32 [2, n]: first token, token after the last), literals from `literal_from[g]` (int64 [2, n]:
    range in `pool`, one more than slots), `fallback` to try when a constant differs (-1: none), and
    the template number `label_of[g]`.
    out : template number of each record; offsets : parameters of each; values : int32 [2, room]
    Returns how many parameters there are. A record that fits neither its program nor a fallback is
    given template -1 and its whole body as the one parameter.
    """
    p = address(text)
    q = address(pool)
    ends = stack(ROOM)
    kinds = stack(ROOM)
    n = 0
    for row in range(start.shape[0]):
        offsets[row] = n
        g = program[row]
        out[row] = -2
        if g < 0:
            continue
        i, e = np.int64(start[row]), np.int64(end[row])
        done = False
        known = -1
        count = 0
        while g >= 0 and not done:
            first, stop = slot_from[g], slot_from[g + 1]
            if first < stop and known != limits[g]:
                count = tokenize(p, text.shape[0], i, e, np.int64(limits[g]), ends, kinds)
                known = limits[g]
            fits = first == stop or tokens[g] < 0 or tokens[g] == count
            m = n
            at = i
            literal = literal_from[g]
            for slot in range(first, stop):
                if not fits:
                    break
                a, b = slots[0, slot], slots[1, slot]
                if b < 0 or b > count:
                    b = count
                if a > b:
                    a = b
                begin = i if a == 0 else np.int64(peek32(ends, 4 * a - 4))
                finish = i if b == 0 else np.int64(peek32(ends, 4 * b - 4))
                x, y = literals[0, literal], literals[1, literal]
                fits = begin - at == y - x and _same(p, at, q, x, y)
                values[0, m] = begin
                values[1, m] = finish
                m += 1
                at = finish
                literal += 1
            if fits:
                x, y = literals[0, literal], literals[1, literal]
                if e - at == y - x and _same(p, at, q, x, y):
                    done = True
                    n = m
                    out[row] = label_of[g]
            g = fallback[g]
        if not done:
            values[0, n] = i
            values[1, n] = e
            n += 1
            out[row] = -1
    offsets[start.shape[0]] = n
    return n
