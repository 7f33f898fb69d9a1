"""The table of distinct shapes of a log, admitted in order of their first record up to a cap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from logcli.base import NO_TIME, Distinct
from logcli.growing import Growing, GrowingTexts
from logcli.kernels import label, shapes, tokens
from logcli.packed import Counts, Texts
from logcli.records import Records, of_bodies
from logcli.scratch import SCRATCH

if TYPE_CHECKING:
    from logcli.base import Flags, Hashes, Ints, Longs

# Shapes beyond the cap, or beyond this many bytes of examples, are told apart by fewer tokens only.
CAP = 200_000
CAP_BYTES = 8 << 20
# Tokens that still count, level by level; the last level is one shape for everything.
LEVELS = (tokens.MAX_TOKENS, 6, 0)
COARSE_CAP = 20_000
COARSE_BYTES = 4 << 20
# A body beyond this many bytes is one last value, so no example needs more.
EXAMPLE_BYTES = tokens.MAX_BYTES + 64


@dataclass(slots=True)
class BlockShapes:
    """The distinct shapes of one block; arrays by shape unless said otherwise.

    shape : shape of each record of the block, -1 for records that were filtered out
    first, last : records of the block
    ranks : [shapes, 7] counts by severity range
    offsets, seen, maps : per value token of a shape the first hash and the map of later ones
    """

    shape: Ints
    hashes: Hashes
    counts: Longs
    first: Longs
    last: Longs
    ranks: Longs
    offsets: Longs
    seen: Hashes
    maps: Hashes

    def __len__(self) -> int:
        return len(self.hashes)


def distinct(records: Records, keep: Flags | None = None, *, raw: bool = False) -> BlockShapes:
    """The distinct shapes of a block's bodies; with `raw`, the distinct bodies.

    Linear in the bytes; a pure function of the block.
    """
    start, end = records.body
    n = len(start)
    keep = np.ones(n, np.uint8) if keep is None else keep
    shape = np.empty(n, np.int32)
    table = np.zeros(1 << max(4, (2 * n).bit_length()), np.int32)
    room = int((end - start).clip(0).sum()) + n + 1
    hashes, seen, maps = SCRATCH.take(np.uint64, n, room, room)
    counts, first, last, ranks, offsets = SCRATCH.take(np.int64, n, n, n, 7 * n, n + 1)
    m = shapes.distinct(
        records.text, start, end, records.severity, keep, raw,
        shape, table, hashes, counts, first, last, ranks, offsets, seen, maps,
    )  # fmt: skip
    size = int(offsets[m])
    return BlockShapes(
        shape, hashes[:m].copy(), counts[:m].copy(), first[:m].copy(), last[:m].copy(),
        ranks[: 7 * m].reshape(m, 7).copy(), offsets[: m + 1].copy(), seen[:size].copy(), maps[:size].copy(),
    )  # fmt: skip


@dataclass(slots=True)
class ShapeTable:
    """All shapes met so far, in order of their first record.

    raw : the shapes are whole bodies (grain `body`)
    cap : shapes of full length that are admitted
    records : records seen, filtered ones left out
    overflow : records whose shape came after the cap
    """

    raw: bool = False
    cap: int = CAP
    cap_bytes: int = CAP_BYTES
    records: int = 0
    overflow: int = 0
    _bytes: list[int] = field(default_factory=lambda: [0] * len(LEVELS))
    _full: list[bool] = field(default_factory=lambda: [False] * len(LEVELS))
    _coarse: int = 0
    _keys: Hashes = field(default_factory=lambda: np.zeros(1024, np.uint64))
    _ids: Ints = field(default_factory=lambda: np.zeros(1024, np.int32))
    _rows: dict[str, npt.NDArray[Any]] = field(default_factory=lambda: _empty_rows(1024))
    _level: Growing = field(default_factory=lambda: Growing(np.uint8))
    _bodies: GrowingTexts = field(default_factory=GrowingTexts)
    _offsets: Longs = field(default_factory=lambda: np.zeros(1025, np.int64))
    _seen: Hashes = field(default_factory=lambda: np.zeros(4096, np.uint64))
    _maps: Hashes = field(default_factory=lambda: np.zeros(4096, np.uint64))

    def __len__(self) -> int:
        return len(self._level)

    @property
    def bodies(self) -> Texts:
        """First body of each shape, as far as it matters."""
        return self._bodies.texts

    def levels(self, first: int = 0) -> Flags:
        """Index into LEVELS of each shape from number `first` on."""
        return self._level.array[first:]

    def column(self, name: str) -> npt.NDArray[Any]:
        """`counts`, `first` (number of the record), `first_line`, `last_line`, `first_source`,
        `last_source`, `first_time`, `last_time` or `ranks` of each shape."""
        return self._rows[name][: len(self)]

    def find(self, block: BlockShapes, records: Records) -> Ints:
        """Number of each of the block's shapes, -1 for a shape that is not in the table."""
        numbers = self._lookup(block.hashes)
        for level in range(1, len(LEVELS)):
            missing = np.flatnonzero(numbers < 0)
            if not len(missing) or not self._coarse:
                break
            numbers[missing] = self._lookup(self._coarse_hashes(block, records, missing, level))
        return numbers

    def admit(self, block: BlockShapes, records: Records, *, count: bool = True) -> Ints:
        """Add the block's shapes in order; the number of each.

        count : also count their records; False when a second pass only needs the numbers
        """
        numbers = self._lookup(block.hashes)
        self._add_new(numbers, np.flatnonzero(numbers < 0), block.hashes, block, records, 0)
        for level in range(1, len(LEVELS)):
            rest = np.flatnonzero(numbers < 0)
            if len(rest):
                self._admit_coarse(numbers, rest, block, records, level)
        if count:
            self._count(numbers, block, records)
        return numbers

    def restore(self, bodies: Sequence[str]) -> Longs:
        """Add the shapes of these bodies without counting records; which body each shape is of."""
        records = of_bodies(bodies)
        block = distinct(records, raw=self.raw)
        _, shape = np.unique(self.admit(block, records, count=False), return_index=True)
        return block.first[shape]

    def suppose(self, first: int, changes: npt.NDArray[np.bool_]) -> None:
        """Say which values change, for all values of the shapes from number `first` on.

        For who cannot wait until all records were seen. Raises ValueError when that is not one per value.
        """
        a, b = self._offsets[first], self._offsets[len(self)]
        if len(changes) != b - a:
            raise ValueError(f"{b - a} values, {len(changes)} of them described")
        self._maps[a:b] = np.where(changes, ~np.uint64(0), np.uint64(0))

    def distinct(self, first: int = 0) -> Distinct:
        """What a parser learns from: the shapes from number `first` on."""
        spans = self._offsets[first : len(self) + 1]
        bits = np.bitwise_count(self._maps[spans[0] : spans[-1]])
        varied = [] if self.raw else Counts(bits, spans - spans[0])
        counts, firsts = self.column("counts"), self.column("first")
        return Distinct(self.bodies[first:], counts[first:], firsts[first:], varied)

    def _lookup(self, hashes: Hashes) -> Ints:
        out = np.empty(len(hashes), np.int32)
        label.lookup(self._keys, self._ids, hashes, out)
        return out

    def _coarse_hashes(self, block: BlockShapes, records: Records, which: Longs, level: int) -> Hashes:
        rows = block.first[which]
        start, end = records.body
        out = np.empty(len(which), np.uint64)
        begin, stop = np.ascontiguousarray(start[rows]), np.ascontiguousarray(end[rows])
        shapes.hashes_of(records.text, begin, stop, LEVELS[level], False, out)
        return out

    def _admit_coarse(
        self, numbers: Ints, rest: Longs, block: BlockShapes, records: Records, level: int
    ) -> None:
        hashes = self._coarse_hashes(block, records, rest, level)
        known = self._lookup(hashes)
        _, where = np.unique(hashes[known < 0], return_index=True)
        order = np.argsort(where)
        chosen = np.flatnonzero(known < 0)[where[order]]
        self._add_new(known, chosen, hashes, block, records, level, rest)
        numbers[rest] = self._lookup(hashes)

    def _add_new(
        self,
        numbers: Ints,
        new: Longs,
        hashes: Hashes,
        block: BlockShapes,
        records: Records,
        level: int,
        rows: Longs | None = None,
    ) -> None:
        """Admit `new` (positions in `hashes`) as far as the cap allows; rows: their block shapes."""
        wanted, (room, most) = len(new), self._room(level)
        new = new[:room]
        which = new if rows is None else rows[new]
        begin, stop = _examples(records, block.first[which])
        keep = int(np.searchsorted(np.cumsum(stop - begin, dtype=np.int64), most, side="right"))
        new, which, begin, stop = new[:keep], which[:keep], begin[:keep], stop[:keep]
        # Not even a smaller one comes in later: the answer must not depend on where blocks end.
        self._full[level] = self._full[level] or len(new) < wanted
        if not len(new):
            return
        self._reserve(len(self) + len(new))
        first = len(self)
        label.insert(self._keys, self._ids, np.ascontiguousarray(hashes[new]), first)
        numbers[new] = np.arange(first, first + len(new), dtype=np.int32)
        self._append_values(block, which, first, level)
        self._bodies.add(records.text, begin, stop)
        self._level.extend(np.full(len(new), level, np.uint8))
        self._bytes[level] += int((stop - begin).sum(dtype=np.int64))
        self._coarse += len(new) if level else 0

    def _room(self, level: int) -> tuple[int, int]:
        """How many shapes and bytes of examples may still come in."""
        if self._full[level]:
            return 0, 0
        if level == 0:
            return self.cap - len(self), self.cap_bytes - self._bytes[0]
        if level == 1:
            return COARSE_CAP - self._coarse, COARSE_BYTES - self._bytes[1]
        return 2, 2 * EXAMPLE_BYTES  # bodies, and empty ones

    def _append_values(self, block: BlockShapes, which: Longs, first: int, level: int) -> None:
        """Room for the values of new shapes; the first hashes are known, nothing has varied yet."""
        sizes = np.diff(block.offsets)[which] if level == 0 else np.zeros(len(which), np.int64)
        base = int(self._offsets[first])
        stops = base + np.cumsum(sizes)
        self._offsets[first + 1 : first + 1 + len(which)] = stops
        total = int(stops[-1])
        if total > len(self._seen):
            self._seen = _longer(self._seen, 2 * total)
            self._maps = _longer(self._maps, 2 * total)
        index = _spans(block.offsets[which], sizes)
        self._seen[base:total] = block.seen[index]

    def coarse(self, numbers: Ints, counts: Longs) -> int:
        """How many of these records have a shape that is told apart by fewer tokens only."""
        return int(counts[self.levels()[numbers] > 0].sum())

    def _count(self, numbers: Ints, block: BlockShapes, records: Records) -> None:
        rows = self._rows
        order = np.argsort(block.first, kind="stable")
        numbers, first = numbers[order], block.first[order]
        fresh = np.ones(len(numbers), bool)
        fresh[:] = rows["counts"][numbers] == 0
        _, once = np.unique(numbers, return_index=True)
        starts = np.zeros(len(numbers), bool)
        starts[once] = True
        new = numbers[fresh & starts]
        at = first[fresh & starts]
        kept = np.cumsum(block.shape >= 0) - 1 if (block.shape < 0).any() else np.arange(len(block.shape))
        rows["first"][new] = self.records + kept[at]
        rows["first_line"][new], rows["first_time"][new] = records.line[at], records.time[at]
        rows["first_source"][new] = records.taken or 0
        np.add.at(rows["counts"], numbers, block.counts[order])
        np.add.at(rows["ranks"], numbers, block.ranks[order])
        ends = np.argsort(block.last[order], kind="stable")
        last, owner = block.last[order][ends], numbers[ends]
        rows["last_line"][owner], rows["last_time"][owner] = records.line[last], records.time[last]
        rows["last_source"][owner] = records.taken or 0
        self.records += int(block.counts.sum())
        self.overflow += self.coarse(numbers, block.counts[order])
        self._merge_values(numbers, block, order)

    def _merge_values(self, numbers: Ints, block: BlockShapes, order: Longs) -> None:
        sizes = np.diff(block.offsets)[order]
        whole = sizes == (self._offsets[numbers + 1] - self._offsets[numbers])
        chosen = order[whole]
        sizes = np.diff(block.offsets)[chosen]
        ours = _spans(self._offsets[numbers[whole]], sizes)
        theirs = _spans(block.offsets[chosen], sizes)
        other = self._seen[ours] != block.seen[theirs]
        bits = (np.uint64(1) << (self._seen[ours] >> np.uint64(58))) | (
            np.uint64(1) << (block.seen[theirs] >> np.uint64(58))
        )
        self._maps[ours] |= block.maps[theirs] | np.where(other, bits, np.uint64(0))

    def _reserve(self, n: int) -> None:
        size = len(self._rows["counts"])
        if n > size:
            self._rows = {name: _longer(column, 2 * n) for name, column in self._rows.items()}
            self._offsets = _longer(self._offsets, 2 * n + 1)
        if 2 * n > len(self._keys):
            used = self._ids > 0
            keys, ids = self._keys[used], self._ids[used]
            room = 1 << (4 * n).bit_length()
            self._keys, self._ids = np.zeros(room, np.uint64), np.zeros(room, np.int32)
            order = np.argsort(ids)
            label.insert(self._keys, self._ids, np.ascontiguousarray(keys[order]), 0)


def _empty_rows(n: int) -> dict[str, npt.NDArray[Any]]:
    rows: dict[str, npt.NDArray[Any]] = {
        name: np.zeros(n, np.int64)
        for name in ("counts", "first", "first_line", "last_line", "first_source", "last_source")
    }
    rows["first_time"] = np.full(n, NO_TIME, np.int64)
    rows["last_time"] = np.full(n, NO_TIME, np.int64)
    rows["ranks"] = np.zeros((n, 7), np.int64)
    return rows


def _longer(array: npt.NDArray[Any], n: int) -> npt.NDArray[Any]:
    bigger = np.zeros((n, *array.shape[1:]), array.dtype)
    bigger[: len(array)] = array
    return bigger


def _spans(starts: Longs, sizes: Longs) -> Longs:
    """Indices of several spans, one after the other."""
    stops = np.cumsum(sizes)
    total = int(stops[-1]) if len(stops) else 0
    return np.repeat(starts - (stops - sizes), sizes) + np.arange(total)


def _examples(records: Records, rows: Longs) -> tuple[Ints, Ints]:
    """Where the bodies of some records start, and stop: cut where nothing more can matter to their tokens."""
    start, end = records.body
    begin, whole = start[rows], end[rows]
    stop = np.minimum(whole, begin + np.int32(EXAMPLE_BYTES))
    for _ in range(3):  # not in the middle of a character, which has at most three bytes of this kind
        within = stop < whole
        stop[within] -= (records.text[stop[within]] & 0xC0) == 0x80
    return begin, stop
