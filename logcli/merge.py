"""Streams of records merged by time, in bounded memory and whatever the sizes of their batches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from logcli import arrays

if TYPE_CHECKING:
    from logcli.base import Longs

_ROWS = 1 << 15  # gathered before they are sorted and given, so that many streams do not make tiny batches
_FIRST = np.iinfo(np.int64).min
_LAST = np.iinfo(np.int64).max


def merge(streams: Sequence[Iterator[pa.RecordBatch]], window_seconds: float = 5.0) -> Merge:
    """Batches of all streams in order of `time_unix_nano`; records of equal time in order of streams.

    window_seconds : how far a stream may be out of order in itself; so many seconds of each are held back

    A record without a time stays behind the one before it in its stream; those before a stream's
    first time come first of all. A record that is late by more than the window is placed that far
    before its stream's newest one, and counted in `late`.
    """
    return Merge(streams, window_seconds)


class Merge:
    """An iterator of merged batches; `late` counts the records that came too late to be put right."""

    def __init__(self, streams: Sequence[Iterator[pa.RecordBatch]], window_seconds: float) -> None:
        window = int(window_seconds * 1e9)
        self._sides = [_Side(iter(batches), window) for batches in streams]
        self._batches = self._merged()

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        return self

    def __next__(self) -> pa.RecordBatch:
        return next(self._batches)

    @property
    def late(self) -> int:
        return sum(side.late for side in self._sides)

    def _merged(self) -> Iterator[pa.RecordBatch]:
        for side in self._sides:
            yield from side.untimed()
        while alive := [side for side in self._sides if not side.ended]:
            behind = min(alive, key=lambda side: side.safe)
            if sum(side.below(behind.safe) for side in self._sides) < _ROWS:
                behind.read()
            else:
                yield from self._given(behind.safe)
        yield from self._given(_LAST)

    def _given(self, end: int) -> Iterator[pa.RecordBatch]:
        """All records before `end`: no later one of any stream sorts before that."""
        parts = [part for side in self._sides for part in side.take(end)]
        if not parts:
            return
        keys = np.concatenate([part.keys for part in parts])
        if _sorted(keys):
            yield from (part.batch for part in parts)
            return
        # Dictionaries differ from batch to batch; combining the chunks makes them one.
        table = pa.Table.from_batches([part.batch for part in parts]).combine_chunks()
        yield from table.take(arrays.numbers(np.argsort(keys, kind="stable"))).to_batches()


@dataclass
class _Part:
    """Records in order of their keys."""

    batch: pa.RecordBatch
    keys: Longs


class _Side:
    """One stream: what was read of it and not yet given."""

    def __init__(self, batches: Iterator[pa.RecordBatch], window: int) -> None:
        self.ended = False
        self.late = 0
        self.safe = _FIRST  # nothing that is still to be read sorts before this
        self._batches = batches
        self._window = window
        self._newest = _FIRST
        self._last = _FIRST  # key of the last record read
        self._parts: list[_Part] = []

    def untimed(self) -> Iterator[pa.RecordBatch]:
        """The records before the first time; reads until that is found."""
        for batch in self._batches:
            known = np.flatnonzero(_known(batch))
            first = int(known[0]) if len(known) else batch.num_rows
            if first:
                yield batch.slice(0, first)
            if first < batch.num_rows:
                self._add(batch.slice(first))
                return
        self.ended = True

    def read(self) -> None:
        batch = next(self._batches, None)
        if batch is None:
            self.ended = True
        elif batch.num_rows:
            self._add(batch)

    def below(self, end: int) -> int:
        """How many records sort before `end`."""
        return sum(int(np.searchsorted(part.keys, end)) for part in self._parts)

    def take(self, end: int) -> list[_Part]:
        """The records that sort before `end`, which are then given."""
        taken, kept = [], []
        for part in self._parts:
            at = int(np.searchsorted(part.keys, end))
            if at:
                taken.append(_Part(part.batch.slice(0, at), part.keys[:at]))
            if at < len(part.keys):
                kept.append(_Part(part.batch.slice(at), part.keys[at:]))
        self._parts = kept
        return taken

    def _add(self, batch: pa.RecordBatch) -> None:
        keys = self._keys(batch)
        if not _sorted(keys):
            order = np.argsort(keys, kind="stable")
            batch, keys = batch.take(arrays.numbers(order)), keys[order]
        self._parts.append(_Part(batch, keys))

    def _keys(self, batch: pa.RecordBatch) -> Longs:
        """What each record is sorted by: its time, but never the window or more before a time read earlier.

        So the place of a record does not depend on how much was read when it came.
        """
        known = _known(batch)
        times = arrays.values(batch.column("time_unix_nano").cast(pa.int64()), _FIRST)
        newest = np.maximum(np.maximum.accumulate(times), self._newest)
        floor = newest - self._window
        self.late += int(np.count_nonzero(known & (times < floor)))
        row = np.maximum.accumulate(np.where(known, np.arange(len(known)), -1))
        keys = np.where(row >= 0, np.maximum(times, floor)[row], self._last)
        self._newest, self._last, self.safe = int(newest[-1]), int(keys[-1]), int(floor[-1])
        return keys


def _known(batch: pa.RecordBatch) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return arrays.values(batch.column("time_unix_nano").is_valid())


def _sorted(keys: Longs) -> bool:
    return bool((keys[1:] >= keys[:-1]).all())
