"""Token sequences of the `shape` parser: distinct rows of token numbers, and which shape has which."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from logcli.growing import Interned
from logcli.kernels import patterns as kernels
from logcli.kernels.tokens import CLASS
from logcli.packed import Counts, Texts
from logcli.templates import SLOT
from logcli.tokens import VALUE, WEAK, Tokens, tokenize

if TYPE_CHECKING:
    from logcli.base import Distinct, Flags, Hashes, Ints, Longs

# Token numbers: 0 is a value, words and separators count from 1.
VALUE_TOKEN = 0
OPENING = {"[": "]", "(": ")", "{": "}", "<": ">", '"': '"', "'": "'"}
# What separators are within a chunk; others end it.
_ROLES = {
    **dict.fromkeys("./-_@#+$%&*\\~", kernels.SOFT), ":": kernels.JOIN,
    **dict.fromkeys(OPENING.values(), kernels.CLOSE),
}  # fmt: skip
_UNITS = frozenset({
    "B", "KB", "MB", "GB", "TB", "PB", "KiB", "MiB", "GiB", "TiB", "kB", "bytes", "byte", "Bytes", "ns",
    "us", "ms", "s", "sec", "secs", "second", "seconds", "min", "mins", "minute", "minutes", "hour",
    "hours", "h", "m", "days",
})  # fmt: skip
# What separators are to phrases.
_SIGNS = {
    '"': kernels.QUOTE, "'": kernels.QUOTE, "\\": kernels.ESCAPE,
    **dict.fromkeys("([", kernels.OPENS), "{": kernels.CURLY,
    **dict.fromkeys(")]}", kernels.CLOSES), ":": kernels.COLON, "-": kernels.DASH, ".": kernels.DOT,
}  # fmt: skip
# What tokens are to lists of values and to quantities.
_KINDS = {
    SLOT: kernels.SLOT, " ": kernels.BLANK, ",": kernels.COMMA, "(": kernels.OPEN, ")": kernels.CLOSE_LIST,
    **dict.fromkeys(_UNITS, kernels.UNIT),
}  # fmt: skip
# Tokens with a number that is known beforehand, a value first.
NAMED = tuple(_KINDS)
# Bodies whose tokens are looked at together: bounds the memory.
_TOGETHER = 1 << 14


class Rows:
    """Distinct token sequences with values at some places.

    token, offsets : row k has the tokens `token[offsets[k]:offsets[k + 1]]`
    names : text of each token; number : the token of each text
    blank : which tokens are blanks; index -1 (no token) is False
    role : what each token is within a chunk (`kernels.patterns`)
    sign : what it is to phrases
    kind : what each token is to lists and quantities
    owner : row of each shape
    """

    def __init__(self, bodies: Texts, varied: Counts, words: Interned | None = None) -> None:
        self._words = words or Interned()
        self._words.add_texts(NAMED)
        self.token, self.offsets = self._intern(bodies, varied)
        self.names = self._words.texts()
        self.number = {name: k for k, name in enumerate(self.names)}
        self.blank = np.append(np.array([name.isspace() for name in self.names], bool), False)
        self.role = np.array([_role(name) for name in self.names], np.uint8)
        self.sign = np.array([_SIGNS.get(name, kernels.PLAIN) for name in self.names], np.uint8)
        self.kind = kinds_of(len(self.names))
        self.owner = np.arange(len(bodies), dtype=np.int64)
        self.unite()

    @classmethod
    def of(cls, distinct: Distinct) -> Rows:
        """The rows of distinct shapes."""
        return cls(Texts.of(distinct.bodies), Counts.of(distinct.varied))

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def symbols(self, k: int) -> tuple[str, ...]:
        """Tokens of a row, `<*>` for a value."""
        return tuple([self.names[i] for i in self.token[self.offsets[k] : self.offsets[k + 1]].tolist()])

    def among(self, names: Iterable[str]) -> npt.NDArray[np.bool_]:
        """Which tokens have one of some names; index -1 (no token) is False. O(names), a log has many."""
        found = np.zeros(len(self.names) + 1, bool)
        found[[self.number[name] for name in names if name in self.number]] = True
        return found

    def row_of(self, places: Any) -> Longs:
        """Row of each of some places in `token`."""
        found: Longs = np.searchsorted(self.offsets, places, side="right") - 1
        return found

    def text(self, start: int, stop: int) -> str:
        """Text of some tokens in a row."""
        return "".join([self.names[k] for k in self.token[start:stop].tolist()])

    def replace(self, start: Longs, length: Longs) -> None:
        """Make one value of each of some runs of tokens, which do not overlap."""
        self.token[start] = VALUE_TOKEN
        gone = np.repeat(start + 1, length - 1) + within(length - 1)
        if len(gone):
            keep = np.ones(len(self.token), bool)
            keep[gone] = False
            kept = np.append(0, np.cumsum(keep))
            self.token, self.offsets = self.token[keep], kept[self.offsets]

    def insert(self, places: Longs) -> None:
        """Put a value before each of some places, behind a token of the same row; in ascending order."""
        more = np.bincount(self.row_of(places - 1), minlength=len(self))
        self.token = np.insert(self.token, places, VALUE_TOKEN)
        self.offsets = self.offsets + np.append(0, np.cumsum(more))

    def unite(self) -> None:
        """Rows that became equal become one, in order of the first."""
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

    def _intern(self, bodies: Texts, varied: Counts) -> tuple[Ints, Longs]:
        """Token numbers and offsets; strong values, and weak ones that vary, are 0."""
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


def _role(name: str) -> int:
    if name == SLOT or CLASS[name.encode()[0]] & 1:
        return int(kernels.WORD)
    if name.isspace():
        return int(kernels.END)
    return int(_ROLES.get(name, kernels.HARD))


def within(sizes: Longs) -> Longs:
    """0, 1, ... for each of some runs.

    >>> within(np.array([2, 3])).tolist()
    [0, 1, 0, 1, 2]
    """
    ends = np.cumsum(sizes)
    found: Longs = np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - sizes, sizes)
    return found


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
