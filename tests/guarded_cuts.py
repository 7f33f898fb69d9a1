"""Cut random texts with arrays that end where the process may neither read nor write (run as a script)."""

from __future__ import annotations

import ctypes
import mmap
import random
from typing import Any

import numpy as np

from logcli import pairscan, records, registry, structured, wrapped
from logcli.base import Block

LIBC, PAGE = ctypes.CDLL(None, use_errno=True), mmap.PAGESIZE
KEPT: list[mmap.mmap] = []
WORDS = [
    *'{}[]":, =xé\n\n\\',
    *("null", "1.5", "k=v ", 'k="', "msg=", "\\n", "\\u00e9", "\\ud83d", "\\x41", "\\u001b[31"),
    *('"msg":', '"host":{', '"name":"h"', '"a":{', '"a":1', '{"', '"}', '{"log":"', '{"log":"x\\n"}'),
    '{"msg":"a\\n","host":{"name":1,"z":"\\t"}}',
]
KEYS = {"body": ["msg", "log"], "resource.host.name": ["host.name"], "flatten": ["a"]}


def guarded(shape: Any, dtype: Any = float) -> Any:
    """An array like `np.empty`, whose end is the end of what may be touched."""
    kind = np.dtype(dtype)
    size = int(np.prod(shape)) * kind.itemsize
    room = -(-size // PAGE) * PAGE
    area = mmap.mmap(-1, room + PAGE)
    end = ctypes.addressof(ctypes.c_char.from_buffer(area)) + room
    assert LIBC.mprotect(ctypes.c_void_p(end), PAGE, 0) == 0
    KEPT.append(area)
    return np.frombuffer(area, np.uint8, size, room - size).view(kind).reshape(shape)


def joined(arrays: Any) -> Any:
    """`np.concatenate` of bytes, guarded."""
    found = np.concatenate(arrays)
    out = guarded(len(found), found.dtype)
    out[:] = found
    return out


class Guarded:
    """numpy, but for the arrays that kernels are given."""

    empty, concatenate = staticmethod(guarded), staticmethod(joined)

    def __getattr__(self, name: str) -> Any:
        return getattr(np, name)


def main() -> None:
    """Cut texts by formats with and without attributes, and unwrap them."""
    pairscan.np = structured.np = wrapped.np = Guarded()  # type: ignore[assignment]
    leaves = [
        structured.json_format_class("json", {"json": KEYS})(),
        structured.json_format_class("docker", {"json": {**KEYS, "pieces": True}})(),
        structured.logfmt_format_class("logfmt", {"logfmt": KEYS})(),
        registry.create("formats", "cri"),
    ]
    source = random.Random(7)
    for _ in range(600):
        text = "".join(source.choices(WORDS, k=source.randrange(1, 40))).encode()
        found = records.split(Block(joined([np.frombuffer(text, np.uint8)]), "x", 0))
        for leaf in leaves:
            for attributes in (True, False):
                cut = leaf.cut(found, attributes=attributes)
                wrapped.unwrap(found, cut, leaves[0], attributes=attributes)
        KEPT.clear()
    print("survived")


if __name__ == "__main__":
    main()
