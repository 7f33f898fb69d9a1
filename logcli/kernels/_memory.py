"""Memory as kernels see it: addresses, unaligned loads and stores, arrays on the stack.

Written as LLVM code, because Python has no words for it. Imports of numba happen when a kernel is
compiled, so that this module costs nothing before.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from logcli.kernels._native import Intrinsic

Definition = Callable[..., tuple[Any, Any]]


def _address(typing_context: Any, array: Any) -> tuple[Any, Any]:
    from llvmlite import ir
    from numba import types

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        pointer = context.make_array(signature.args[0])(context, builder, values[0]).data
        return builder.ptrtoint(pointer, ir.IntType(64))

    return types.int64(array), generate


def _peek(bits: int, result: str) -> Definition:
    def define(typing_context: Any, pointer: Any, index: Any) -> tuple[Any, Any]:
        from llvmlite import ir
        from numba import types

        def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            kind = ir.IntType(bits).as_pointer()
            place = builder.inttoptr(builder.add(values[0], values[1]), kind)
            load = builder.load(place, typ=ir.IntType(bits))
            load.align = 1
            return load

        return getattr(types, result)(types.int64, types.int64), generate

    return define


def _poke(bits: int) -> Definition:
    def define(typing_context: Any, pointer: Any, index: Any, value: Any) -> tuple[Any, Any]:
        from llvmlite import ir
        from numba import types

        def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            kind = ir.IntType(bits)
            place = builder.gep(builder.inttoptr(values[0], kind.as_pointer()), [values[1]])
            number = values[2] if bits == 64 else builder.trunc(values[2], kind)
            builder.store(number, place)
            return context.get_dummy_value()

        number = types.uint64 if bits == 64 else types.int64
        return types.none(types.int64, types.int64, number), generate

    return define


def _trailing_zeros(typing_context: Any, value: Any) -> tuple[Any, Any]:
    from llvmlite import ir
    from numba import types

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        return builder.cttz(values[0], ir.Constant(ir.IntType(1), 0))

    return types.int64(types.uint64), generate


def _compare(relation: str, operand: bool) -> Definition:
    """64 bytes at `pointer + index` compared with one, or with 0 as signed numbers: a bit each."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        from llvmlite import ir

        kind = ir.VectorType(ir.IntType(8), 64)
        place = builder.inttoptr(builder.add(values[0], values[1]), kind.as_pointer())
        load = builder.load(place, typ=kind)
        load.align = 1
        other = ir.Constant(kind, None)
        if operand:
            one = builder.insert_element(
                ir.Constant(kind, ir.Undefined), values[2], ir.Constant(ir.IntType(32), 0)
            )
            every = ir.Constant(ir.VectorType(ir.IntType(32), 64), None)
            other = builder.shuffle_vector(one, one, every)
        return builder.bitcast(builder.icmp_signed(relation, load, other), ir.IntType(64))

    def with_operand(typing_context: Any, pointer: Any, index: Any, byte: Any) -> tuple[Any, Any]:
        from numba import types

        return types.uint64(types.int64, types.int64, types.uint8), generate

    def without(typing_context: Any, pointer: Any, index: Any) -> tuple[Any, Any]:
        from numba import types

        return types.uint64(types.int64, types.int64), generate

    return with_operand if operand else without


def _stack(typing_context: Any, size: Any) -> tuple[Any, Any]:
    from llvmlite import ir
    from numba import types
    from numba.core import cgutils

    count = size.literal_value

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        kind = ir.ArrayType(ir.IntType(64), count)
        place = cgutils.alloca_once(builder, kind)
        cgutils.memset(builder, place, context.get_constant(types.intp, 8 * count), 0)
        return builder.ptrtoint(place, ir.IntType(64))

    return types.int64(size), generate


def _view(dimensions: int) -> Definition:
    def define(typing_context: Any, place: Any, *rest: Any) -> tuple[Any, Any]:
        from numba import types
        from numba.np import arrayobj

        *lengths, kind = rest
        array = types.Array(kind.instance_type, dimensions, "C")

        def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            item = context.get_data_type(array.dtype)
            size = context.get_constant(types.intp, context.get_abi_sizeof(item))
            shape = [*values[1 : 1 + dimensions]]
            steps = [size]
            for length in reversed(shape[1:]):
                steps.insert(0, builder.mul(steps[0], length))
            made = arrayobj.make_array(array)(context, builder)
            data = builder.inttoptr(values[0], item.as_pointer())
            arrayobj.populate_array(made, data, shape, steps, size, meminfo=None)
            return made._getvalue()

        return array(types.int64, *[types.int64] * len(lengths), kind), generate

    # numba counts a definition's parameters, so each number of lengths has one of its own.
    if dimensions == 1:
        return lambda context, place, n, kind: define(context, place, n, kind)
    return lambda context, place, n, m, kind: define(context, place, n, m, kind)


# address(array): address of its data. Inner functions take addresses: eight bytes instead of a struct.
address = Intrinsic(_address)
# peek(pointer, index): the byte, four and eight bytes, at `pointer + index`.
peek8 = Intrinsic(_peek(8, "uint8"))
peek32 = Intrinsic(_peek(32, "int32"))
peek64 = Intrinsic(_peek(64, "uint64"))
# poke(pointer, index, value): store a number at `pointer[index]`, counted in numbers of that size.
poke8 = Intrinsic(_poke(8))
poke32 = Intrinsic(_poke(32))
poke64 = Intrinsic(_poke(64))
# trailing_zeros(x): number of zero bits below the lowest set bit; 64 for 0.
trailing_zeros = Intrinsic(_trailing_zeros)
# equal64(pointer, index, byte): a bit for each of 64 bytes, set where it is that byte.
equal64 = Intrinsic(_compare("==", operand=True))
# high64(pointer, index): a bit for each of 64 bytes, set where it is not ASCII.
high64 = Intrinsic(_compare("<", operand=False))
# stack(n): address of `n` zero 64-bit numbers, `n` constant, that live as long as the function.
stack = Intrinsic(_stack)
# view1(address, n, type), view2(address, n, m, type): an array over memory.
view1 = Intrinsic(_view(1))
view2 = Intrinsic(_view(2))
