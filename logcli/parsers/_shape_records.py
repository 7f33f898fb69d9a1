"""Records in a body: `key=value`, `"key": value`, `key: value, ...`. What stands there is a value, always.

Counting cannot find a value that never varies in a log; that it was given a name tells.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from logcli.kernels import patterns as kernels
from logcli.parsers._shape_rows import VALUE_TOKEN, Rows

if TYPE_CHECKING:
    from logcli.base import Longs

# So many named values make a record, by what stands between name and value.
_EQUALS, _QUOTED, _COMMAS = 3, 2, 2
# Names under which a record says what it is about: what stands there tells messages apart.
MESSAGE_KEYS = frozenset({
    "msg", "message", "event", "event_type", "eventType", "event_name", "eventName",
})  # fmt: skip
# The same, if it is the first one.
_FIRST_KEYS = frozenset({"type", "kind", "level", "lvl", "severity"})
_ENDS = frozenset(",;)]}\"'|")
_ODD = frozenset("=><[{(")


def type_records(rows: Rows) -> None:
    """Each named value of a record is one value, empty or not."""
    view = _View(rows)
    sign, start = view.named()
    stop, quoted = view.ends(start)
    odd = view.is_any(_ODD, start) & (stop > start) & ~quoted
    odd |= np.append(sign[1:] < stop[:-1], False)[: len(sign)]
    sign, start, stop, quoted = (array[~odd] for array in (sign, start, stop, quoted))
    full = stop > start
    # What is replaced becomes shorter: places behind it move to the left.
    moved = np.append(0, np.cumsum(np.where(full, stop - start - 1, 0)))[:-1]
    empty = view.nothing(sign, start, stop, quoted)
    rows.replace(start[full], (stop - start)[full])
    rows.insert((start - moved)[empty])
    rows.unite()


def type_objects(rows: Rows) -> None:
    """A JSON object or dict within a message is one value, whatever it holds."""
    opens, closes = (rows.among(name)[rows.token].astype(np.int64) for name in "{}")
    sums = np.cumsum(opens - closes)
    row = rows.row_of(np.arange(len(rows.token)))
    before = np.append(0, sums)[rows.offsets[:-1]]
    depth = sums - before[row]
    quote = rows.among("\"'")[np.append(rows.token, -1)]
    outer = (opens > 0) & (depth == 1) & quote[1:]
    start = np.flatnonzero(outer & (np.arange(len(rows.token)) > rows.offsets[row]))
    # The first place from each on where all is closed again.
    whole = np.where((closes > 0) & (depth == 0), np.arange(len(rows.token)), len(rows.token))
    following = np.append(np.minimum.accumulate(whole[::-1])[::-1], len(rows.token))
    stop = following[start] + 1
    closed = stop <= rows.offsets[row[start] + 1]
    rows.replace(start[closed], (stop - start)[closed])
    rows.unite()


class _View:
    """The tokens of rows, and what is asked of them; a place beyond the end is a blank."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._size = len(rows.token)
        self._row = rows.row_of(np.arange(self._size))
        self._word = (rows.role[rows.token] == kernels.WORD) & (rows.token != VALUE_TOKEN)
        self._blank = rows.role[rows.token] == kernels.END

    def named(self) -> tuple[Longs, Longs]:
        """Signs between name and value in rows with enough of a kind, and where the values start."""
        equals, colon = self._signs("="), self._signs(":")
        equals = self._many(equals[self._word[equals - 1]], _EQUALS)
        before = self.is_any(frozenset("\"'"), colon - 1)
        after_blank = colon + 1 + (self._blank_at(colon + 1))
        json = before & self._word[np.maximum(colon - 2, 0)]
        listed = self._word[colon - 1] & self._blank_at(colon + 1)
        listed &= self._first(colon - 1) | (
            self._blank_at(colon - 2) & self.is_any(frozenset(","), colon - 3)
        )
        json_at, listed_at = self._many(colon[json], _QUOTED), self._many(colon[listed], _COMMAS)
        # Of values in a list that have several words one cannot tell the end.
        starts = dict(zip(colon.tolist(), after_blank.tolist(), strict=True))
        stop, quoted = self.ends(listed_at + 2)
        listed_at = listed_at[
            (quoted | self.is_any(frozenset(","), stop) | self._last(stop)) & (stop > listed_at + 2)
        ]
        sign = np.union1d(np.union1d(equals, json_at), listed_at).astype(np.int64)
        key = sign - 1 - self.is_any(frozenset("\"'"), sign - 1)
        row = self._row[sign]
        opening = self.is_any(_FIRST_KEYS, key) & np.append(True, row[1:] != row[:-1])[: len(row)]
        sign = sign[~self.is_any(MESSAGE_KEYS, key) & ~opening]
        return sign, np.array([starts.get(k, k + 1) for k in sign.tolist()], np.int64)

    def ends(self, start: Longs) -> tuple[Longs, Any]:
        """Where the values at some places end, and which are in quotes; those start behind the quote."""
        rows = self._rows
        stop = self._next((rows.blank | rows.among(_ENDS))[rows.token], start)
        quoted = np.zeros(len(start), bool)
        escaped = np.append(False, rows.among("\\")[rows.token][:-1])
        for quote in "\"'":
            is_quote = rows.among(quote)[rows.token] & ~escaped
            here = self.is_any(frozenset(quote), start)
            close = self._next(is_quote, start + 1)
            here &= close < self._stop_of(start)
            start[here] += 1
            stop[here] = close[here]
            quoted |= here
        return stop, quoted

    def nothing(self, sign: Longs, start: Longs, stop: Longs, quoted: Any) -> Any:
        """Where nothing was written: `key= other=`; but `key= value` only has a blank there."""
        ends = self._last(stop)
        another = self._word_at(stop + 1) & self.is_any(frozenset("="), stop + 2)
        return (stop == start) & (quoted | ends | ~self._blank_at(stop) | another)

    def is_any(self, names: frozenset[str], places: Longs) -> Any:
        """Whether one of some tokens stands at each place."""
        inside = (places >= 0) & (places < self._size)
        token = self._rows.token[np.clip(places, 0, max(self._size - 1, 0))]
        return self._rows.among(names)[token] & inside

    def _signs(self, name: str) -> Longs:
        """Places of a token that is not the first of its row."""
        found = np.flatnonzero(self._rows.among([name])[self._rows.token])
        signs: Longs = found[~self._first(found)]
        return signs

    def _many(self, places: Longs, least: int) -> Longs:
        count = np.bincount(self._row[places], minlength=len(self._rows))
        return places[count[self._row[places]] >= least]

    def _first(self, places: Longs) -> Any:
        return self._rows.offsets[self._row[places]] == places

    def _last(self, places: Longs) -> Any:
        """Whether each place is the end of the row before it."""
        return self._stop_of(places - 1) == places

    def _stop_of(self, places: Longs) -> Longs:
        inside = np.clip(places, 0, max(self._size - 1, 0))
        ends: Longs = self._rows.offsets[self._row[inside] + 1]
        return ends

    def _blank_at(self, places: Longs) -> Any:
        inside = (places >= 0) & (places < self._size)
        return self._blank[np.clip(places, 0, max(self._size - 1, 0))] & inside

    def _word_at(self, places: Longs) -> Any:
        inside = (places >= 0) & (places < self._size)
        return self._word[np.clip(places, 0, max(self._size - 1, 0))] & inside

    def _next(self, flags: Any, places: Longs) -> Longs:
        """The next flagged place from each on, or the end of its row."""
        found = np.append(np.where(flags, np.arange(self._size), self._size), self._size)
        found[self._rows.offsets] = self._rows.offsets
        following = np.minimum.accumulate(found[::-1])[::-1]
        ends: Longs = following[np.minimum(places, self._size)]
        return ends
