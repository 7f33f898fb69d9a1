"""Token sequences of the `shape` parser, and how those that differ at one place become one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from logcli.base import Distinct
from logcli.templates import SLOT
from logcli.tokens import VALUE, WEAK, Tokens, tokenize

# Token ids: 0 is a value, words and separators count from 1.
_VALUE = 0
_OPEN = {"[": "]", "(": ")", "{": "}", "<": ">", '"': '"', "'": "'"}
_BEFORE_VALUES = frozenset({
    "for", "from", "to", "at", "on", "in", "by", "of", "with", "user", "host", "port", "id", "uid",
    "gid", "pid", "name", "file", "path", "dir", "address", "ip",
})  # fmt: skip
_UNITS = frozenset({
    "B", "KB", "MB", "GB", "TB", "PB", "KiB", "MiB", "GiB", "TiB", "kB", "bytes", "byte", "Bytes", "ns",
    "us", "ms", "s", "sec", "secs", "second", "seconds", "min", "mins", "minute", "minutes", "hour",
    "hours", "h", "m", "days",
})  # fmt: skip
# What may follow a value and belong to it.
_RUNS = (
    (" ", SLOT), (",", SLOT), (",", " ", SLOT), (" ", "unit"), (" ", "(", SLOT, ")"),
    (" ", "(", SLOT, " ", "unit", ")"),
)  # fmt: skip
_SEED = np.uint64(0x9E3779B97F4A7C15)
_STEP = 1 << 16  # words that are turned into text at once


class Patterns:
    """Distinct token sequences with values at some places, and which shape belongs to which.

    owner : pattern of each shape
    """

    def __init__(self, distinct: Distinct) -> None:
        tokens = tokenize(distinct.bodies)
        self.counts = np.asarray(distinct.counts, np.int64)
        self.names: list[str] = [SLOT]
        self.token = self._intern(tokens, distinct)
        brackets = {*_OPEN, *_OPEN.values()}
        self._brackets = {name: k for k, name in enumerate(self.names) if name in brackets}
        self.offsets = tokens.offsets
        self.owner = np.arange(len(tokens), dtype=np.int64)
        self._unite()

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def symbols(self, k: int) -> tuple[str, ...]:
        """Tokens of a pattern, `<*>` for a value."""
        return tuple(self.names[i] for i in self.token[self.offsets[k] : self.offsets[k + 1]])

    def text(self, k: int) -> str:
        """Template text of a pattern."""
        return "".join(self.symbols(k))

    def _intern(self, tokens: Tokens, distinct: Distinct) -> npt.NDArray[np.int32]:
        """Token ids; strong values, and weak ones that vary, are 0."""
        kind = tokens.kind
        value = kind >= VALUE
        weak = np.flatnonzero(kind == WEAK)
        if len(weak) and len(distinct.varied):
            nth = np.cumsum(kind >= WEAK) - 1
            flat = np.array([v for row in distinct.varied for v in row], np.int64)
            value[weak] |= flat[nth[weak]] > 0
        # Arrow's dictionary and not one of Python: a log of a million words costs a tenth of the memory.
        texts = pa.py_buffer(tokens.text)
        stops = np.concatenate((tokens.start[:1], tokens.end)).astype(np.int32)
        words = pa.BinaryArray.from_buffers(pa.binary(), len(kind), [None, pa.py_buffer(stops), texts])
        coded = words.filter(pa.array(~value)).dictionary_encode()
        out = np.zeros(len(kind), np.int32)
        out[~value] = coded.indices.to_numpy() + 1
        for at in range(0, len(coded.dictionary), _STEP):
            some = coded.dictionary.slice(at, _STEP).to_pylist()
            self.names += [word.decode("utf-8", "replace") for word in some]
        return out

    # --- merging ---------------------------------------------------------------------------------

    def _row(self) -> npt.NDArray[np.int32]:
        return np.repeat(np.arange(len(self), dtype=np.int32), np.diff(self.offsets))

    def _hashes(self) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.uint64]]:
        """A hash of each token at its place, and their sum by pattern."""
        part = self.token.astype(np.uint64)
        part *= np.uint64(0x100000001B3)
        place = np.arange(len(self.token), dtype=np.int32) - self.offsets.astype(np.int32)[self._row()]
        part += place.astype(np.uint64) * _SEED
        part = _scramble(part)
        sums = np.zeros(len(part) + 1, np.uint64)
        np.cumsum(part, out=sums[1:])
        length = np.diff(self.offsets).astype(np.uint64)
        return part, sums[self.offsets[1:]] - sums[self.offsets[:-1]] + _scramble(length + np.uint64(1))

    def _unite(self) -> None:
        """Patterns that became equal become one, in order of the first."""
        _, whole = self._hashes()
        _, first, inverse = np.unique(whole, return_index=True, return_inverse=True)
        order = np.argsort(first)
        rank = np.empty_like(order)
        rank[order] = np.arange(len(order))
        self.owner = rank[inverse][self.owner]
        self._keep([(int(self.offsets[k]), int(self.offsets[k + 1])) for k in first[order]])
        self.weight = np.bincount(self.owner, weights=self.counts, minlength=len(self)).astype(np.int64)

    def _keep(self, spans: list[tuple[int, int]]) -> None:
        self.token = np.concatenate([self.token[a:b] for a, b in spans] or [np.zeros(0, np.int32)])
        self.offsets = np.cumsum([0, *(b - a for a, b in spans)])

    def _rewrite(self, changed: dict[int, list[int]]) -> None:
        """Give some patterns new tokens."""
        parts = [
            np.array(changed[k], np.int32)
            if k in changed
            else self.token[self.offsets[k] : self.offsets[k + 1]]
            for k in range(len(self))
        ]
        self.token = np.concatenate(parts or [np.zeros(0, np.int32)])
        self.offsets = np.cumsum([0, *(len(part) for part in parts)])
        self._unite()

    def merge_words(self, words: float, least: float) -> bool:
        """Make slots of the places where enough words are found; whether any pattern changed."""
        groups = self._places()
        if groups is None:
            return False
        need = np.maximum(np.where(groups.has_value, 1.0, least), words + self._priors(groups))
        n = groups.size - groups.has_value
        margin = n - need
        good = margin >= 0
        if not good.any():
            return False
        chosen = good[groups.of_member]
        members, margins = groups.member[chosen], margin[groups.of_member][chosen]
        row = self._row()[members]
        order = np.lexsort((members, -margins, row))
        first = np.ones(len(order), bool)
        first[1:] = row[order][1:] != row[order][:-1]
        winners = members[order[first]]
        before = len(self)
        self.token[winners] = _VALUE
        self._unite()
        return len(self) < before

    def _places(self) -> _Places | None:
        part, whole = self._hashes()
        row = self._row()
        wordish = self._is_word()[self.token]
        fixed = np.bincount(row, weights=wordish & (self.token != _VALUE), minlength=len(self))
        candidate = np.flatnonzero(wordish & (fixed[row] - (self.token != _VALUE) >= 1))
        place = (candidate - self.offsets[row[candidate]]).astype(np.uint64)
        key = whole[row[candidate]] - part[candidate] + _scramble(place + _SEED)
        order = np.argsort(key, kind="stable")
        ordered = key[order]
        fresh = np.ones(len(order), bool)
        fresh[1:] = ordered[1:] != ordered[:-1]
        number = np.cumsum(fresh) - 1
        size = np.bincount(number) if len(number) else np.zeros(0, np.int64)
        several = size[number] > 1 if len(number) else np.zeros(0, bool)
        if not several.any():
            return None
        member = candidate[order][several]
        _, of_member = np.unique(number[several], return_inverse=True)
        return _Places(member, of_member, self.token[member] == _VALUE)

    def _is_word(self) -> npt.NDArray[np.bool_]:
        return np.array(
            [n[:1].isalnum() or n[:1] == "_" or n == SLOT or ord(n[:1] or " ") > 127 for n in self.names]
        )

    def _priors(self, groups: _Places) -> npt.NDArray[np.float64]:
        """How many words fewer (or more) are needed at each place, by what stands around it."""
        some = groups.member[groups.first]
        row = self._row()
        starts = self.offsets[row[some]]
        stops = self.offsets[row[some] + 1]
        before = np.where(some > starts, self.token[some - 1], -1)
        spaced = self._flag(lambda n: n == " ")
        behind = np.where((some - 1 > starts) & spaced[before], self.token[some - 2], before)
        after = np.where(some + 1 < stops, self.token[np.minimum(some + 1, len(self.token) - 1)], -1)
        prior = np.zeros(len(some))
        prior -= 2.0 * self._flag(lambda n: n == "=")[before]
        prior -= 2.0 * self._enclosed(before, after)
        prior -= 2.0 * self._flag(lambda n: n.lower() in _BEFORE_VALUES)[behind]
        prior -= 0.5 * self._flag(lambda n: n == ":")[before]
        prior += 6.0 * (some == starts)
        member_word = self.token[groups.member]
        likely = np.array([_likeness(n) for n in self.names])
        frequency = np.bincount(self.token, minlength=len(self.names))
        usual = (frequency > 2) & (np.arange(len(self.names)) != _VALUE)
        n = np.maximum(1, groups.size - groups.has_value)
        prior -= 2.0 * groups.mean(likely[member_word] * (member_word != _VALUE)) * groups.size / n
        prior += 2.0 * groups.mean(usual[member_word].astype(float)) * groups.size / n
        wordish = self._is_word()
        rich = np.bincount(row, weights=wordish[self.token], minlength=len(self))[row[some]]
        prior -= np.minimum(1.5, np.maximum(0.0, rich - 5) * 0.5)
        prior += np.where(rich < 3, 1.0, 0.0)
        prior -= 2.5 * groups.has_value
        return prior

    def _flag(self, test: Callable[[str], bool]) -> npt.NDArray[np.bool_]:
        """The test on every token name; index -1 (no token) is False."""
        return np.array([test(name) for name in self.names] + [False])

    def _enclosed(self, before: Any, after: Any) -> npt.NDArray[np.bool_]:
        closing = np.array([self._brackets.get(_OPEN.get(n, ""), -2) for n in self.names] + [-3])
        result: npt.NDArray[np.bool_] = closing[before] == after
        return result

    def collapse_lists(self) -> None:
        """Lists of values, and quantities with their units, are one value where their form varies."""
        short = {k: self._collapsed(k) for k in self._patterns_with_runs()}
        groups: dict[tuple[int, ...], list[int]] = defaultdict(list)
        for k in range(len(self)) if short else ():
            tokens = short.get(k) or self.token[self.offsets[k] : self.offsets[k + 1]].tolist()
            groups[tuple(tokens)].append(k)
        changed = {k: list(t) for t, ks in groups.items() if len(ks) > 1 for k in ks if k in short}
        if changed:
            self._rewrite(changed)

    def _patterns_with_runs(self) -> list[int]:
        """Patterns that have a value followed, behind a blank or comma, by a value or a unit."""
        value = self.token == _VALUE
        row = self._row()
        gap = self._flag(lambda n: n in (" ", ","))[self.token]
        tail = value | self._flag(lambda n: n in _UNITS)[self.token]
        near = np.zeros(len(value), bool)
        for distance in (2, 3):
            if len(value) > distance:
                same = row[distance:] == row[:-distance]
                near[distance:] |= tail[distance:] & gap[distance - 1 : -1] & value[:-distance] & same
        found: list[int] = np.unique(row[near]).tolist()
        return found

    def _collapsed(self, k: int) -> list[int]:
        tokens = self.token[self.offsets[k] : self.offsets[k + 1]].tolist()
        numbers = {self.names[token]: token for token in tokens}
        return [numbers[name] for name in collapse(self.symbols(k))]

    def fill_empty(self) -> None:
        """`()` is an empty slot where another pattern has a value between the brackets."""
        after = np.array([self._brackets.get(_OPEN.get(n, ""), -1) for n in self.names])[self.token[:-1]]
        empty = np.flatnonzero((after == self.token[1:]) & (self._row()[:-1] == self._row()[1:]))
        if not len(empty):
            return
        known = {tuple(self.token[self.offsets[k] : self.offsets[k + 1]].tolist()) for k in range(len(self))}
        changed: dict[int, list[int]] = {}
        for k, at in zip(self._row()[empty].tolist(), empty.tolist(), strict=True):
            tokens = self.token[self.offsets[k] : self.offsets[k + 1]].tolist()
            i = at - int(self.offsets[k])
            filled = (*tokens[: i + 1], _VALUE, *tokens[i + 1 :])
            if filled in known:
                changed[k] = list(filled)
        if changed:
            self._rewrite(changed)


def collapse(symbols: Sequence[str]) -> list[str]:
    """Symbols with lists of values, and values with their units, as one value.

    >>> "".join(collapse([SLOT, ",", " ", SLOT, " ", "KB", " ", "sent"]))
    '<*> sent'
    """
    out: list[str] = []
    for symbol in symbols:
        out.append(symbol)
        size = run_length(out[-7:])
        if size:
            del out[-size:]
    return out


def run_length(names: list[str]) -> int:
    """How many of the last tokens repeat or measure the value before them.

    >>> run_length([SLOT, ",", " ", SLOT]), run_length([SLOT, " ", "KB"]), run_length(["a", SLOT])
    (3, 2, 0)
    """
    for tail in _RUNS:
        n = len(tail)
        if len(names) > n and names[-n - 1] == SLOT:
            pairs = zip(tail, names[-n:], strict=True)
            if all(name in _UNITS if want == "unit" else name == want for want, name in pairs):
                return n
    return 0


class _Places:
    """Places of several patterns that are equal everywhere else.

    member : token positions, place by place; of_member : the place of each
    size, has_value, first : per place how many members, whether a value is one, and its first member
    """

    def __init__(self, member: Any, of_member: Any, value: Any) -> None:
        self.member = member
        self.of_member = of_member
        self.size = np.bincount(of_member)
        self.has_value = np.bincount(of_member, weights=value).astype(bool)
        self.first = np.searchsorted(of_member, np.arange(len(self.size)))

    def mean(self, values: Any) -> npt.NDArray[np.float64]:
        """Mean of a number over the members of each place."""
        return np.bincount(self.of_member, weights=values) / self.size


def _scramble(x: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """Mix the bits of 64-bit numbers (the finalizer of splitmix64)."""
    x = x ^ (x >> np.uint64(30))
    x *= np.uint64(0xBF58476D1CE4E5B9)
    x ^= x >> np.uint64(27)
    x *= np.uint64(0x94D049BB133111EB)
    x ^= x >> np.uint64(31)
    return x


def _likeness(word: str) -> float:
    """How much a word looks like a value rather than prose."""
    if any(c.isdigit() for c in word):
        return 1.0
    if "_" in word.strip("_"):
        return 0.6
    return 0.5 if any(a.islower() and b.isupper() for a, b in pairwise(word)) else 0.0
