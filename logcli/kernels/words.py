"""Eight bytes at a time: unaligned loads, bit tricks, hashing. Building blocks of other kernels."""

from __future__ import annotations

import numpy as np

from logcli.kernels import inline
from logcli.kernels._memory import (
    address,
    equal64,
    high64,
    peek8,
    peek32,
    peek64,
    poke8,
    poke32,
    poke64,
    stack,
    trailing_zeros,
    view1,
    view2,
)

__all__ = [
    "address",
    "equal64",
    "high64",
    "peek8",
    "peek32",
    "peek64",
    "poke8",
    "poke32",
    "poke64",
    "stack",
    "trailing_zeros",
    "view1",
    "view2",
]

U = np.uint64
ONES = U(0x0101010101010101)
TOPS = U(0x8080808080808080)
LOWS = U(0x7F7F7F7F7F7F7F7F)
CASE = U(0x2020202020202020)
GE_A = U((0x80 - 0x61) * 0x0101010101010101)
GT_Z = U((0x80 - 0x7B) * 0x0101010101010101)
GE_0 = U((0x80 - 0x30) * 0x0101010101010101)
GT_9 = U((0x80 - 0x3A) * 0x0101010101010101)
UNDERSCORES = U(0x5F5F5F5F5F5F5F5F)
# Odd constants with well mixed bits (from the fractional parts of the golden ratio and of pi).
K1 = U(0x9E3779B97F4A7C15)
K2 = U(0x243F6A8885A308D3)


@inline
def fetch(p, i, n):
    """Up to eight bytes at `p + i`, zeros past the end `n` of the array."""
    if i + 8 <= n:
        return peek64(p, i)
    word = U(0)
    for k in range(n - i):
        word |= U(peek8(p, i + k)) << U(8 * k)
    return word


@inline
def word_bytes(x):
    """Top bit of each byte that is a letter, digit, underscore or not ASCII."""
    y = x & LOWS
    z = y | CASE
    letter = (z + GE_A) & ~(z + GT_Z)
    digit = (y + GE_0) & ~(y + GT_9)
    underscore = TOPS - (y ^ UNDERSCORES)
    return (letter | digit | underscore | x) & TOPS


@inline
def digit_bytes(x):
    """Top bit of each byte that is an ASCII digit."""
    y = x & LOWS
    return (y + GE_0) & ~(y + GT_9) & ~x & TOPS


@inline
def mix(h, w):
    """Add a word to a running hash; the order of words matters."""
    h = (h ^ w) * K1
    return h ^ (h >> U(29))


@inline
def low_bytes(x, length):
    """The first `length` (1 to 8) bytes of a word, the others zero."""
    return x & (~U(0) >> U(64 - 8 * length))


@inline
def same_bytes(p, i, q, j, length):
    """Whether the bytes at `p + i` and `q + j` are equal."""
    for k in range(length):
        if peek8(p, i + k) != peek8(q, j + k):
            return False
    return True


@inline
def hash_bytes(p, i, j, n):
    """Hash of the bytes `i` to `j` at `p`; `n` is the end of the array."""
    h = K2 ^ U(j - i)
    while i + 8 <= j:
        h = mix(h, peek64(p, i))
        i += 8
    if i < j:
        h = mix(h, low_bytes(fetch(p, i, n), j - i))
    return h
