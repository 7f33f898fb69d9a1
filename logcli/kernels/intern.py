"""Number byte strings: equal ones are one."""

from __future__ import annotations

import numpy as np

from logcli.kernels import kernel
from logcli.kernels.words import U, address, hash_bytes, peek8, poke8, same_bytes


@kernel
def intern(text, start, end, pool, offsets, known, keys, ids, out):
    """Number of each range of the text; how many strings are known then.

    pool, offsets : the known strings, with room for all of the new ones
    keys, ids : open-addressing table of hashes and numbers + 1, at most half full at the end
    """
    p = address(text)
    q = address(pool)
    size = text.shape[0]
    mask = np.int64(keys.shape[0] - 1)
    n = np.int64(known)
    for row in range(start.shape[0]):
        i, j = np.int64(start[row]), np.int64(end[row])
        h = hash_bytes(p, i, j, size)
        at = np.int64(h & U(mask))
        k = np.int64(ids[at]) - 1
        while k >= 0:
            a = offsets[k]
            if keys[at] == h and offsets[k + 1] - a == j - i and same_bytes(p, i, q, a, j - i):
                break
            at = (at + 1) & mask
            k = np.int64(ids[at]) - 1
        if k < 0:
            k = n
            n += 1
            keys[at] = h
            ids[at] = n
            a = offsets[k]
            offsets[n] = a + j - i
            for m in range(j - i):
                poke8(q, a + m, np.int64(peek8(p, i + m)))
        out[row] = k
    return n


@kernel
def rehash(keys, ids, new_keys, new_ids):
    """Copy a table into a larger one, which is empty."""
    mask = np.int64(new_keys.shape[0] - 1)
    for k in range(keys.shape[0]):
        if ids[k] > 0:
            at = np.int64(keys[k] & U(mask))
            while new_ids[at] > 0:
                at = (at + 1) & mask
            new_keys[at] = keys[k]
            new_ids[at] = ids[k]
