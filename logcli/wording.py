"""Words of bodies as the parsers of the literature see them: split, aligned, joined to templates.

The parsers that learn from bodies share this: what a word is, the longest common subsequence of two
bodies, and the text of a template from one body and the words that stay.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from logcli.templates import SLOT

# What templates take for blanks.
BLANKS = "".join(chr(code) for code in range(0x3001) if chr(code).isspace())


class Words(NamedTuple):
    """A body cut into words; `gaps` has the text before each word and after the last one.

    >>> split("user=root logged in", " =")
    Words(words=['user', 'root', 'logged', 'in'], gaps=['', '=', ' ', ' ', ''])
    """

    words: list[str]
    gaps: list[str]


def split(body: str, delimiters: str = BLANKS) -> Words:
    """The words of a body and what stands between them; linear.

    delimiters : characters that are in no word; without any, a body is one word
    """
    parts = _delimiting(delimiters).split(body)
    words, gaps = parts[::2], ["", *parts[1::2], ""]
    if words and not words[0]:
        del words[0]
        gaps[:2] = ["".join(gaps[:2])]
    if words and not words[-1]:
        del words[-1]
        gaps[-2:] = ["".join(gaps[-2:])]
    return Words(words, gaps if words else ["".join(gaps)])


@cache
def _delimiting(delimiters: str) -> re.Pattern[str]:
    return re.compile(f"([{re.escape(delimiters)}]+)" if delimiters else "(?!)")


def join(words: Sequence[str], gaps: Sequence[str]) -> str:
    """The text of words with gaps around them.

    >>> join(["user", "<*>"], ["", "=", ""])
    'user=<*>'

    Raises ValueError if there is not one gap more than words.
    """
    text = "".join(gap + word for gap, word in zip(gaps, [*words, ""], strict=True))
    return text


def keep(body: Words, constant: Sequence[bool], *, merge: bool = False) -> str:
    """The template text of a body of which some words stay.

    constant : one flag per word
    merge : values that follow each other become one, what stands between them with them

    >>> keep(split("from a b to c"), [True, False, False, True, False], merge=True)
    'from <*> to <*>'
    """
    words: list[str] = []
    gaps = [body.gaps[0]]
    for word, stays, gap in zip(body.words, constant, body.gaps[1:], strict=True):
        if merge and not stays and words and words[-1] == SLOT:
            gaps[-1] = gap
            continue
        words.append(word if stays else SLOT)
        gaps.append(gap)
    return join(words, gaps)


def common(first: Sequence[str], second: Sequence[str]) -> list[tuple[int, int]]:
    """Pairs of places of a longest common subsequence, in order.

    By Hunt and Szymanski (1977): O((r + n) log n), where r is the number of equal pairs. Of several
    longest ones, that whose places come earliest in `first` is not guaranteed.

    >>> common("a b c d".split(), "x b d".split())
    [(1, 1), (3, 2)]
    """
    from bisect import bisect_left

    places: dict[str, list[int]] = {}
    for j in range(len(second) - 1, -1, -1):
        places.setdefault(second[j], []).append(j)
    ends: list[int] = []  # smallest end in `second` of a common subsequence of each length
    chain: list[tuple[int, int, int]] = []  # place in each, and the link before; -1 for none
    links: list[int] = []  # last link of the subsequence of each length
    for i, word in enumerate(first):
        for j in places.get(word, ()):  # from the last one, so that a word counts once
            k = bisect_left(ends, j)
            before = links[k - 1] if k else -1
            chain.append((i, j, before))
            if k == len(ends):
                ends.append(j)
                links.append(len(chain) - 1)
            elif j < ends[k]:
                ends[k] = j
                links[k] = len(chain) - 1
    found: list[tuple[int, int]] = []
    at = links[-1] if links else -1
    while at >= 0:
        i, j, at = chain[at]
        found.append((i, j))
    return found[::-1]


# Middles of two bodies whose words, multiplied, are more than this are not aligned: time and memory.
_ALIGNED = 250_000


class Part(NamedTuple):
    """A body that stands for others of its group, and which of its words they all have there."""

    body: Words
    constant: Sequence[bool]


class _Chain(NamedTuple):
    """Constant words by their place in the first part, and what is between them in any part.

    empty, full : whether some part has nothing, or something, before each word and after the last one
    """

    places: list[int]
    empty: list[bool]
    full: list[bool]


def covering(parts: Sequence[Part]) -> str:
    """The text of a template that every body of every part fits, whatever their numbers of words.

    A part's bodies have equally many words, with blanks between them. The constants of the parts are
    aligned by longest common subsequences, part after part; what is between them is one value. Where
    that is nothing in some part, the blank after it is part of the value.

    >>> one, two = split("job 7 done at 9"), split("job 7 of x done")
    >>> covering([Part(one, [True, False, True, True, False]), Part(two, [True] * 5)])
    'job <*> done<*>'

    Complexity: O(words squared) per part at worst, with a bound; O(words) where they hardly differ.
    """
    first, *others = parts
    if not others:
        return keep(first.body, first.constant)
    places = [place for place, stays in enumerate(first.constant) if stays]
    steps = [after - before - 1 for before, after in pairwise([-1, *places, len(first.constant)])]
    chain = _Chain(places, [not step for step in steps], [step > 0 for step in steps])
    for other in others:
        chain = _shared(chain, first.body.words, other)
    return _text(chain, first.body)


def _shared(chain: _Chain, words: Sequence[str], part: Part) -> _Chain:
    """What is left of a chain when one more part has to fit it."""
    own = [place for place, stays in enumerate(part.constant) if stays]
    pairs = alignment([words[place] for place in chain.places], [part.body.words[place] for place in own])
    found = _Chain([], [], [])
    at, there = -1, -1
    for i, j in [*pairs, (len(chain.places), len(own))]:
        place = own[j] if j < len(own) else len(part.constant)
        found.empty.append((i == at + 1 and chain.empty[i]) or place == there + 1)
        found.full.append(i > at + 1 or chain.full[i] or place > there + 1)
        found.places.extend(chain.places[i : i + 1])
        at, there = i, place
    return found


def alignment(first: Sequence[str], second: Sequence[str]) -> list[tuple[int, int]]:
    """Pairs of places of a longest common subsequence, in bounded time and memory.

    Where bodies differ in between by more than 500 words each, those there are not aligned.

    >>> alignment("a b c d".split(), "a x c d".split())
    [(0, 0), (2, 2), (3, 3)]
    """
    shorter = min(len(first), len(second))
    head = next((k for k in range(shorter) if first[k] != second[k]), shorter)
    tail = next((k for k in range(shorter - head) if first[-1 - k] != second[-1 - k]), shorter - head)
    middle, other = first[head : len(first) - tail], second[head : len(second) - tail]
    short = len(middle) * len(other) <= _ALIGNED
    between = [(head + i, head + j) for i, j in common(middle, other)] if short else []
    ends = [(len(first) - k, len(second) - k) for k in range(tail, 0, -1)]
    return [*((k, k) for k in range(head)), *between, *ends]


def _text(chain: _Chain, body: Words) -> str:
    """Words of the first body with its own blanks, and values between them."""
    last, text = len(chain.places), body.gaps[0]
    for k, (empty, full) in enumerate(zip(chain.empty, chain.full, strict=True)):
        before = body.gaps[chain.places[k - 1] + 1] if k else ""
        after = body.gaps[chain.places[k]] if k < last else body.gaps[-1]
        word = body.words[chain.places[k]] if k < last else ""
        if not full:
            gap = before if k else ""
        elif k == last:
            gap = ("" if empty or not k else before) + SLOT + after
        else:
            gap = before + SLOT + ("" if empty else after)
        text += gap + word
    return text
