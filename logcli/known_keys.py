"""The keys that a JSON or logfmt format knows, as the tables that kernels read."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from logcli.errors import UsageError
from logcli.kernels.pairs import BRANCH, HIDDEN

# The hash of `kernels.words.hash_bytes`, for the few keys of a table.
_K1, _K2, _MASK = 0x9E3779B97F4A7C15, 0x243F6A8885A308D3, (1 << 64) - 1
# Keys of the data that are not columns.
REQUIRE, FLATTEN, RESOURCE = "require", "flatten", "resource_key"
MAX_COLUMNS = 64


@dataclass(frozen=True)
class KnownKeys:
    """Known keys by column, as arrays.

    columns : names, numbered
    table : uint64 rows of hash, what (see `kernels.pairs`), needs; a power of two wide
    column, rank : of each known key, which are numbered from 1; a lower rank wins
    needs : bits that a line must give
    """

    columns: tuple[str, ...]
    table: npt.NDArray[np.uint64]
    column: npt.NDArray[np.int32]
    rank: npt.NDArray[np.int32]
    needs: np.uint64

    @cached_property
    def body(self) -> int:
        """Number of the column `body`, -1 without one."""
        return self.columns.index("body") if "body" in self.columns else -1


def known_keys(aliases: dict[str, Any], columns: tuple[str, ...]) -> KnownKeys:
    """Tables for the columns among `columns`; `require` and `flatten` always count.

    Raises UsageError when more than 64 keys are required or more columns given.
    """
    required = aliases.get(REQUIRE, [])
    if len(columns) > MAX_COLUMNS or len(required) > MAX_COLUMNS:
        raise UsageError("a format knows at most 64 columns and requires at most 64 keys")
    slots: dict[int, list[int]] = {}
    column, rank = [0], [0]
    for number, name in enumerate(columns):
        for place, alias in enumerate(aliases[name]):
            _enter(slots, alias, len(column), 0)
            column.append(number)
            rank.append(place)
    for bit, key in enumerate(required):
        _enter(slots, key, 0, 1 << bit)
    for key in aliases.get(FLATTEN, []):
        slots.setdefault(_path_hash([key]), [0, 0])[0] |= BRANCH | HIDDEN
    if RESOURCE in aliases:
        slots.setdefault(_path_hash([aliases[RESOURCE]]), [0, 0])[0] |= BRANCH
    return KnownKeys(
        columns,
        hash_table({h: tuple(row) for h, row in slots.items()}),
        np.array(column, np.int32),
        np.array(rank, np.int32),
        np.uint64((1 << len(required)) - 1),
    )


def hash_table(rows: dict[int, tuple[int, ...]]) -> npt.NDArray[np.uint64]:
    """Open addressing: the hashes in row 0, their values in the rows below."""
    size = 16
    while size < 4 * len(rows):
        size *= 2
    width = 1 + max((len(values) for values in rows.values()), default=2)
    table = np.zeros((width, size), np.uint64)
    for h, values in rows.items():
        slot = h & (size - 1)
        while table[0, slot]:
            slot = (slot + 1) % size
        table[:, slot] = (h, *values)
    return table


def word_hash(word: bytes) -> int:
    """Hash of a severity word as `kernels.pairs.severities` has it."""
    h = len(word)
    for i in range(0, len(word), 8):
        h = _mix(h, int.from_bytes(word[i : i + 8], "little"))
    return h | 1


def _enter(slots: dict[int, list[int]], alias: str, known: int, needs: int) -> None:
    """Enter a key in all spellings: `a.b.c` may be `a` in `b` in `c`, or `a.b` in `c`, or one key."""
    for spelling in _spellings(alias.split(".")):
        for stop in range(1, len(spelling)):
            slots.setdefault(_path_hash(spelling[:stop]), [0, 0])[0] |= BRANCH
        slot = slots.setdefault(_path_hash(spelling), [0, 0])
        slot[0] |= 0 if slot[0] & 0xFFFF else known
        slot[1] |= needs


def _spellings(parts: list[str]) -> list[list[str]]:
    if len(parts) == 1 or not all(parts):
        return [[".".join(parts)]]
    shorter = _spellings(parts[1:])
    joined = [[f"{parts[0]}.{rest[0]}", *rest[1:]] for rest in shorter]
    return [[parts[0], *rest] for rest in shorter] + joined


def _path_hash(path: list[str]) -> int:
    h = 0
    for depth, key in enumerate(path):
        own = _key_hash(key.encode())
        h = (_mix(h, own) if depth else own) | 1
    return h


def _key_hash(key: bytes) -> int:
    h = _K2 ^ len(key)
    for i in range(0, len(key), 8):
        h = _mix(h, int.from_bytes(key[i : i + 8], "little"))
    return h


def _mix(h: int, word: int) -> int:
    h = (h ^ word) * _K1 & _MASK
    return h ^ (h >> 29)
