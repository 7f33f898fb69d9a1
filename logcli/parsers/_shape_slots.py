"""Slots of the `shape` parser: places where rows that are equal otherwise differ, made a value.

A place is a token or a chunk of them. How many different words make a slot depends on what stands around
it and on what the words look like.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from logcli.kernels import patterns as kernels
from logcli.parsers._shape_forms import ALTERNATIVES, NOUNS, spelled
from logcli.parsers._shape_lists import closing
from logcli.parsers._shape_places import Numbers, Places, find_places
from logcli.parsers._shape_records import MESSAGE_KEYS
from logcli.parsers._shape_rows import VALUE_TOKEN, Rows

if TYPE_CHECKING:
    from logcli.base import Ints, Longs

    # Places, how many words each needs, and the members that became values: what explains a round.
    Chosen = tuple[Places, Numbers, Longs]

# What follows is likely one of many.
_PREPOSITIONS = frozenset({"for", "from", "to", "at", "on", "in", "by", "of", "with", "via"})
BEFORE_VALUES = NOUNS | _PREPOSITIONS | {"uid", "gid", "pid", "dir", "ip"}
# How much a word that was found to be a value elsewhere looks like one.
_KNOWN = 0.5


_ALTERNATIVE = {word: k for k, words in enumerate(ALTERNATIVES, 1) for word in words}


class Slots:
    """Finds slots, round by round.

    words : different words that make a slot without further evidence; least : never fewer, unless a value
    stands there already
    chosen : what the last round made slots
    """

    def __init__(self, rows: Rows, words: float, least: float) -> None:
        self._rows = rows
        self._words = words
        self._least = least
        self._valued = np.zeros(len(rows.names), bool)
        self._alternative = np.array([_alternative(name) for name in rows.names])
        self._form = np.array([_form(name) for name in rows.names])
        self._likeness = np.array([0.0, *map(likeness, rows.names[1:])])
        self.chosen: Chosen | None = None

    def merge(self) -> bool:
        """Make slots of the places where enough words are found; whether any row changed.

        A row is changed at one place at a time: the one with most to spare.
        """
        rows = self._rows
        places, self._rich = find_places(rows)
        if places is None:
            return False
        around = self._around(places)
        rich = self._rich[rows.row_of(places.member[places.first])]
        need = self._words + around + self._priors(places, rich)
        least = np.where(self._named(places), self._least - 1, self._least)
        need = np.maximum(np.where(places.has_value, 1.0, least), need)
        need = np.where(self._alike(places, self._alternative) > 0, 2.0, need)
        need = np.where(places.phrase, np.maximum(need, self._phrases(places)), need)
        loose = places.loose & ~places.has_value & ~places.phrase
        margin = np.where(loose, -1.0, places.words - need)
        chosen = (margin >= 0)[places.of_member]
        if not chosen.any():
            return False
        member, length = places.member[chosen], places.length[chosen]
        best = _best(rows.row_of(member), margin[places.of_member][chosen], member)
        member, length = member[best], length[best]
        self.chosen = places, need, np.flatnonzero(chosen)[best]
        self._valued[rows.token[member[length == 1]]] = True
        changed = bool(((length > 1) | (rows.token[member] != VALUE_TOKEN)).any())
        rows.replace(member, length)
        rows.unite()
        return changed

    def values(self) -> npt.NDArray[np.bool_]:
        """Which words may be values: those that look like one, were one elsewhere, or are hardly used."""
        rows = self._rows
        frequency = np.bincount(rows.token, minlength=len(rows.names))
        found: npt.NDArray[np.bool_] = (self._likeness > 0) | self._valued | (frequency <= 2)
        return found

    def _named(self, places: Places) -> npt.NDArray[np.bool_]:
        """Where a noun stands before that says what is named, and the words are written alike."""
        rows = self._rows
        start = places.member[places.first]
        inside = start - 2 >= rows.offsets[rows.row_of(start)]
        blank = rows.role[rows.token[np.maximum(start - 1, 0)]] == kernels.END
        noun = rows.among(spelled(NOUNS))[rows.token[np.maximum(start - 2, 0)]]
        found: npt.NDArray[np.bool_] = noun & inside & blank & (self._alike(places, self._form) >= 0)
        return found

    def _alike(self, places: Places, kind: Longs) -> Longs:
        """What all words of each place have in common, of a number per token; -1 if they differ."""
        numbers = np.where(places.length == 1, kind[self._rows.token[places.member]], -1)
        low, high = np.full(len(places.size), 1 << 30), np.full(len(places.size), -1)
        np.minimum.at(low, places.of_member, numbers)
        np.maximum.at(high, places.of_member, numbers)
        return np.where(low == high, low, -1)

    def _priors(self, places: Places, rich: Ints) -> Numbers:
        """How many words fewer (or more) are needed at each place, whatever stands around it."""
        prior = self._inside(places)
        prior -= np.minimum(1.5, np.maximum(0.0, rich - 5) * 0.5)
        prior += np.where(rich < 3, 1.0, 0.0)
        prior -= 2.5 * places.has_value
        return prior

    def _phrases(self, places: Places) -> Numbers:
        """How many phrases are needed at least; more than there can be if they begin alike."""
        rows = self._rows
        last = len(rows.token) - 1
        start_of = [rows.token[np.minimum(places.member + k, last)].astype(np.int64) for k in range(3)]
        beginning = np.stack([places.of_member, *start_of])
        begins = np.bincount(np.unique(beginning, axis=1)[0], minlength=len(places.size))
        least = np.where(places.has_value, 2.0, 5.0)
        # `msg="..."`: what is said, not what it is said of.
        start = places.member[places.first]
        named = rows.among(MESSAGE_KEYS)
        message = np.zeros(len(start), bool)
        for back in (3, 4, 5):
            message |= named[rows.token[np.maximum(start - back, 0)]]
        equals = rows.among("=:")
        given = equals[rows.token[np.maximum(start - 2, 0)]] | equals[rows.token[np.maximum(start - 3, 0)]]
        return np.where((begins < 4) | (message & given), 1e9, least)

    def _around(self, places: Places) -> Numbers:
        """By what stands before and behind a place."""
        rows = self._rows
        start = places.member[places.first]
        stop = start + places.length[places.first]
        row = rows.row_of(start)
        first, end = rows.offsets[row], rows.offsets[row + 1]
        before = np.where(start > first, rows.token[start - 1], -1)
        blank = rows.blank
        word = np.where((start - 1 > first) & blank[before], rows.token[start - 2], before)
        after = np.where(stop < end, rows.token[np.minimum(stop, len(rows.token) - 1)], -1)
        prior = np.zeros(len(start))
        prior -= 2.0 * rows.among("=")[before]
        prior -= 2.0 * (closing(rows)[before] == after)
        prior -= 2.0 * rows.among(spelled(BEFORE_VALUES))[word]
        prior -= 0.5 * rows.among(":")[before]
        return prior

    def _inside(self, places: Places) -> Numbers:
        """By what the words at a place look like; at the beginning of a body most are constants."""
        rows = self._rows
        word = rows.token[places.member]
        frequency = np.bincount(rows.token, minlength=len(rows.names))
        usual = (frequency > 2) & ~self._valued
        usual[VALUE_TOKEN] = False
        chunk = (places.length > 1) & ~places.phrase[places.of_member]
        likely = np.where(chunk, 1.0, np.maximum(self._likeness, _KNOWN * self._valued)[word])
        likely[(word == VALUE_TOKEN) & (places.length == 1)] = 0.0
        share = places.mean(likely)
        start = places.member[places.first]
        at_first = start == rows.offsets[rows.row_of(start)]
        often = places.mean((usual[word] & ~chunk).astype(float))
        found: Numbers = 6.0 * at_first * (1 - share) - 2.0 * share + 2.0 * often
        return found


def _best(row: Longs, margin: Numbers, member: Longs) -> Longs:
    """Of the places of each row the one with the largest margin, of these the first."""
    order = np.lexsort((member, -margin, row))
    first = np.ones(len(order), bool)
    first[1:] = row[order][1:] != row[order][:-1]
    found: Longs = order[first]
    return found


def _alternative(word: str) -> int:
    """Number of the class of words that a word is one of, 0 for none."""
    return _ALTERNATIVE.get(word, 0)


def _form(word: str) -> int:
    """A number for how a word is written: small, Capital, LARGE or otherwise."""
    return 0 if word.islower() else 1 if word.isupper() else 2 if word.istitle() else 3


def likeness(word: str) -> float:
    """How much a word looks like a value rather than prose, 0 to 1.

    >>> likeness("node7"), likeness("max_size"), likeness("onCreate"), likeness("started")
    (1.0, 0.6, 0.5, 0.0)
    """
    if word.isalpha() and word.islower():
        return 0.0
    if any(c.isdigit() for c in word):
        return 1.0
    if "_" in word.strip("_"):
        return 0.6
    return 0.5 if any(a.islower() and b.isupper() for a, b in pairwise(word)) else 0.0
