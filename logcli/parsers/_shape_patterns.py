"""Token sequences of the `shape` parser, and how those that differ at one place become one."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from logcli.base import Distinct
from logcli.growing import Interned
from logcli.kernels import patterns as kernels
from logcli.kernels.tokens import CLASS
from logcli.packed import Counts, Texts
from logcli.templates import SLOT
from logcli.tokens import VALUE, WEAK, Tokens, tokenize

if TYPE_CHECKING:
    from logcli.base import Flags, Hashes, Ints, Longs

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
# What tokens are to lists of values and to quantities.
_KINDS = {
    SLOT: kernels.SLOT, " ": kernels.BLANK, ",": kernels.COMMA, "(": kernels.OPEN, ")": kernels.CLOSE,
    **dict.fromkeys(_UNITS, kernels.UNIT),
}  # fmt: skip
# Tokens with a number that is known beforehand, a value first.
NAMED = tuple(_KINDS)
# Bodies whose tokens are looked at together: bounds the memory.
_TOGETHER = 1 << 14


class Patterns:
    """Distinct token sequences with values at some places, and which shape belongs to which.

    token, offsets : the tokens of pattern k are `token[offsets[k]:offsets[k + 1]]`
    names : text of each token
    owner : pattern of each shape
    """

    def __init__(self, distinct: Distinct) -> None:
        self._words = Interned()
        self._words.add_texts(NAMED)
        self.token, self.offsets = self._intern(Texts.of(distinct.bodies), Counts.of(distinct.varied))
        self.names = self._words.texts()
        self._word = CLASS[self._words.pool[self._words.offsets[:-1]]] & 1
        self._word[_VALUE] = 1
        self._kinds = kinds_of(len(self.names))
        self.counts = np.asarray(distinct.counts, np.int64)
        self.owner = np.arange(len(distinct), dtype=np.int64)
        self._unite()

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def symbols(self, k: int) -> tuple[str, ...]:
        """Tokens of a pattern, `<*>` for a value."""
        return tuple([self.names[i] for i in self.token[self.offsets[k] : self.offsets[k + 1]].tolist()])

    def _intern(self, bodies: Texts, varied: Counts) -> tuple[Ints, Longs]:
        """Token ids and offsets; strong values, and weak ones that vary, are 0."""
        parts, sizes = [np.zeros(0, np.int32)], [np.zeros(1, np.int64)]
        for first in range(0, len(bodies), _TOGETHER):
            stop = first + _TOGETHER
            tokens = tokenize(bodies[first:stop])
            fixed = ~_values(tokens, varied[first:stop])
            out = np.zeros(len(fixed), np.int32)
            out[fixed] = self._words.add(tokens.text, tokens.start[fixed], tokens.end[fixed])
            parts.append(out)
            sizes.append(np.diff(tokens.offsets))
        return np.concatenate(parts), np.cumsum(np.concatenate(sizes))

    # --- merging ---------------------------------------------------------------------------------

    def _row(self, members: Any) -> Longs:
        """Pattern of each of some places."""
        found: Longs = np.searchsorted(self.offsets, members, side="right") - 1
        return found

    def _unite(self) -> None:
        """Patterns that became equal become one, in order of the first."""
        hashes = hash_rows(self.token, self.offsets)
        _, first, inverse = np.unique(hashes, return_index=True, return_inverse=True)
        rank = np.empty_like(first)
        rank[np.argsort(first)] = np.arange(len(first))
        self.owner = rank[inverse][self.owner]
        if len(first) < len(self):
            keep = np.zeros(len(self), bool)
            keep[first] = True
            sizes = np.diff(self.offsets)
            self.token = self.token[np.repeat(keep, sizes)]
            self.offsets = np.cumsum(np.append(0, sizes[keep]))

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
        row = self._row(members)
        order = np.lexsort((members, -margins, row))
        first = np.ones(len(order), bool)
        first[1:] = row[order][1:] != row[order][:-1]
        winners = members[order[first]]
        before = len(self)
        self.token[winners] = _VALUE
        self._unite()
        return len(self) < before

    def _places(self) -> _Places | None:
        room = len(self.token)
        key, member = np.empty(room, np.uint64), np.empty(room, np.int32)
        self._rich = np.empty(len(self), np.int32)
        seen = np.zeros(1 << max(10, (2 * room).bit_length()), np.uint8)
        hashes = hash_rows(self.token, self.offsets)
        n = kernels.places(self.token, self.offsets, hashes, self._word, seen, key, member, self._rich)
        order = np.argsort(key[:n], kind="stable")
        ordered = key[order]
        fresh = np.ones(n, bool)
        fresh[1:] = ordered[1:] != ordered[:-1]
        number = np.cumsum(fresh) - 1
        several = np.bincount(number, minlength=1)[number] > 1
        if not several.any():
            return None
        member = member[order[several]]
        _, of_member = np.unique(number[several], return_inverse=True)
        return _Places(member, of_member, self.token[member] == _VALUE)

    def _priors(self, groups: _Places) -> npt.NDArray[np.float64]:
        """How many words fewer (or more) are needed at each place, by what stands around it."""
        some = groups.member[groups.first]
        row = self._row(some)
        starts, stops = self.offsets[row], self.offsets[row + 1]
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
        known, nth = np.unique(member_word, return_inverse=True)
        likely = np.array([_likeness(self.names[k]) if k != _VALUE else 0.0 for k in known.tolist()])
        frequency = np.bincount(self.token, minlength=len(self.names))
        usual = (frequency > 2) & (np.arange(len(self.names)) != _VALUE)
        n = np.maximum(1, groups.size - groups.has_value)
        prior -= 2.0 * groups.mean(likely[nth]) * groups.size / n
        prior += 2.0 * groups.mean(usual[member_word].astype(float)) * groups.size / n
        rich = self._rich[row]
        prior -= np.minimum(1.5, np.maximum(0.0, rich - 5) * 0.5)
        prior += np.where(rich < 3, 1.0, 0.0)
        prior -= 2.5 * groups.has_value
        return prior

    def _flag(self, test: Callable[[str], bool]) -> npt.NDArray[np.bool_]:
        """The test on every token name; index -1 (no token) is False."""
        return np.array([test(name) for name in self.names] + [False])

    def _enclosed(self, before: Any, after: Any) -> npt.NDArray[np.bool_]:
        result: npt.NDArray[np.bool_] = self._closing()[before] == after
        return result

    def _closing(self) -> Longs:
        """The token that closes what each token opens, below 0 for none; also for index -1."""
        numbers = {name: k for k, name in enumerate(self.names) if len(name) == 1}
        return np.array([numbers.get(_OPEN.get(name, ""), -2) for name in self.names] + [-3])

    def collapse_lists(self) -> None:
        """Lists of values, and quantities with their units, are one value where their form varies."""
        everywhere = np.ones(len(self), bool)
        token, offsets = collapse_rows(self.token, self.offsets, everywhere, self._kinds)
        shorter = np.diff(offsets) < np.diff(self.offsets)
        if not shorter.any():
            return
        _, form, forms = np.unique(hash_rows(token, offsets), return_inverse=True, return_counts=True)
        chosen = shorter & (forms[form] > 1)
        if chosen.any():
            self.token, self.offsets = collapse_rows(self.token, self.offsets, chosen, self._kinds)
            self._unite()

    def fill_empty(self) -> None:
        """`()` is an empty slot where another pattern has a value between the brackets."""
        pairs = np.flatnonzero(self._closing()[self.token[:-1]] == self.token[1:])
        row = self._row(pairs)
        inside = pairs + 1 < self.offsets[row + 1]
        pairs, row = pairs[inside], row[inside]
        if not len(pairs):
            return
        filled = self._filled(row, pairs)
        known = np.isin(filled, hash_rows(self.token, self.offsets))
        pairs, row = pairs[known], row[known]
        last = np.append(row[1:] != row[:-1], True)[: len(row)]
        if len(pairs):
            more = np.bincount(row[last], minlength=len(self))
            self.token = np.insert(self.token, pairs[last] + 1, _VALUE)
            self.offsets = self.offsets + np.append(0, np.cumsum(more))
            self._unite()

    def _filled(self, row: Longs, pairs: Longs) -> Hashes:
        """Hashes of some rows when a value stands behind a place of theirs."""
        out = np.empty(len(row), np.uint64)
        for k, (r, pair) in enumerate(zip(row.tolist(), pairs.tolist(), strict=True)):
            tokens = self.token[self.offsets[r] : self.offsets[r + 1]]
            with_value = np.insert(tokens, pair + 1 - self.offsets[r], _VALUE)
            out[k] = hash_rows(with_value, np.array([0, len(with_value)]))[0]
        return out


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


def _values(tokens: Tokens, varied: Counts) -> npt.NDArray[np.bool_]:
    """Which tokens are values: the strong ones, and the weak ones that vary.

    A shape beyond the cap has values of which nothing is known.
    """
    strong = tokens.kind >= VALUE
    value = np.flatnonzero(tokens.kind >= WEAK)
    row = np.searchsorted(tokens.offsets, value, side="right") - 1
    if not len(varied) or not len(value):
        return strong
    first = np.searchsorted(row, np.arange(len(tokens)))
    nth = np.arange(len(value)) - first[row]
    known = nth < np.diff(varied.offsets)[row]
    strong[value[known]] |= varied.flat[(varied.offsets[row] + nth)[known]] > 0
    return strong


def hash_rows(token: Ints, offsets: Longs) -> Hashes:
    """A hash of each row of tokens."""
    out = np.empty(len(offsets) - 1, np.uint64)
    kernels.hash_rows(token, offsets, out)
    return out


def kinds_of(n: int) -> Flags:
    """What each of `n` tokens is to lists of values and to quantities."""
    kinds = np.full(n, kernels.OTHER, np.uint8)
    kinds[: len(NAMED)] = [_KINDS[name] for name in NAMED]
    return kinds


def collapse_rows(token: Ints, offsets: Longs, chosen: Any, kinds: Flags) -> tuple[Ints, Longs]:
    """Rows with lists of values, and values with their units, as one value where they are chosen."""
    out, out_offsets = np.empty_like(token), np.empty_like(offsets)
    kernels.collapse(token, offsets, chosen, kinds, out, out_offsets)
    return out[: out_offsets[-1]].copy(), out_offsets


def _likeness(word: str) -> float:
    """How much a word looks like a value rather than prose."""
    if any(c.isdigit() for c in word):
        return 1.0
    if "_" in word.strip("_"):
        return 0.6
    return 0.5 if any(a.islower() and b.isupper() for a, b in pairwise(word)) else 0.0
