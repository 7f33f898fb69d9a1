"""Eight bytes at a time: unaligned loads, bit tricks, hashing. Building blocks of other kernels."""

from __future__ import annotations

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from logcli.kernels import inline

U = np.uint64
ONES = U(0x0101010101010101)
TOPS = U(0x8080808080808080)
LOWS = U(0x7F7F7F7F7F7F7F7F)
NEWLINES = U(0x0A0A0A0A0A0A0A0A)
CASE = U(0x2020202020202020)
GE_A = U((0x80 - 0x61) * 0x0101010101010101)
GT_Z = U((0x80 - 0x7B) * 0x0101010101010101)
GE_0 = U((0x80 - 0x30) * 0x0101010101010101)
GT_9 = U((0x80 - 0x3A) * 0x0101010101010101)
UNDERSCORES = U(0x5F5F5F5F5F5F5F5F)
# Odd constants with well mixed bits (from the fractional parts of the golden ratio and of pi).
K1 = U(0x9E3779B97F4A7C15)
K2 = U(0x243F6A8885A308D3)


@intrinsic
def load64(typingctx, array, index):
    """`array[index : index + 8]` as one little-endian number; the caller keeps it inside the array."""

    def codegen(context, builder, signature, args):
        pointer = context.make_array(signature.args[0])(context, builder, args[0]).data
        place = builder.gep(pointer, [args[1]])
        word = builder.bitcast(place, ir.IntType(64).as_pointer())
        load = builder.load(word, typ=ir.IntType(64))
        load.align = 1
        return load

    return types.uint64(array, types.int64), codegen


@intrinsic
def address(typingctx, array):
    """Address of an array's data. Inner functions take addresses: passing an array counts references."""

    def codegen(context, builder, signature, args):
        pointer = context.make_array(signature.args[0])(context, builder, args[0]).data
        return builder.ptrtoint(pointer, ir.IntType(64))

    return types.int64(array), codegen


def _peek(bits, result):
    def define(typingctx, pointer, index):
        def codegen(context, builder, signature, args):
            kind = ir.IntType(bits).as_pointer()
            place = builder.inttoptr(builder.add(args[0], args[1]), kind)
            load = builder.load(place, typ=ir.IntType(bits))
            load.align = 1
            return load

        return result(types.int64, types.int64), codegen

    return define


# The byte, four and eight bytes, at `pointer + index`; the caller keeps them inside the array.
peek8 = intrinsic(_peek(8, types.uint8))
peek32 = intrinsic(_peek(32, types.int32))
peek64 = intrinsic(_peek(64, types.uint64))


def _poke(bits):
    def define(typingctx, pointer, index, value):
        def codegen(context, builder, signature, args):
            kind = ir.IntType(bits)
            place = builder.gep(builder.inttoptr(args[0], kind.as_pointer()), [args[1]])
            number = args[2] if bits == 64 else builder.trunc(args[2], kind)
            builder.store(number, place)
            return context.get_dummy_value()

        return types.none(types.int64, types.int64, types.uint64 if bits == 64 else types.int64), codegen

    return define


# Store a number at `pointer[index]`, counted in numbers of that size.
poke8 = intrinsic(_poke(8))
poke32 = intrinsic(_poke(32))
poke64 = intrinsic(_poke(64))


@intrinsic
def trailing_zeros(typingctx, value):
    """Number of zero bits below the lowest set bit; 64 for 0."""

    def codegen(context, builder, signature, args):
        return builder.cttz(args[0], ir.Constant(ir.IntType(1), 0))

    return types.int64(types.uint64), codegen


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
