"""Templates: constant text around values, so that template and parameters give back the body."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

SLOT = "<*>"
# (first token, token after the last) of each slot.
Slots = list[tuple[int, int]]


@dataclass(frozen=True)
class Template:
    """Constant text before, between and after the slots; one literal more than there are slots.

    >>> t = Template(("took ", " ms"))
    >>> t.text, t.fill(["17"])
    ('took <*> ms', 'took 17 ms')
    """

    literals: tuple[str, ...]

    @property
    def text(self) -> str:
        """The lossless text, every blank kept."""
        return SLOT.join(self.literals)

    @cached_property
    def id(self) -> str:
        """Hash of the lossless text, 16 hex digits: the same template has the same id everywhere."""
        return template_id(self.text)

    def fill(self, parameters: Sequence[str]) -> str:
        """The body that has these parameters.

        Raises ValueError when there are more or fewer of them than slots.
        """
        if len(parameters) != len(self.literals) - 1:
            raise ValueError(f"{len(self.literals) - 1} parameters expected, got {len(parameters)}")
        pairs = zip(self.literals, (*parameters, ""), strict=True)
        return "".join(literal + value for literal, value in pairs)


def template_id(text: str) -> str:
    """Id of a template's lossless text.

    >>> template_id("a <*>") == template_id("a <*>") != template_id("a  <*>")
    True
    """
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).hexdigest()


def parse_template(text: str) -> Template:
    """The template of a lossless text."""
    return Template(tuple(text.split(SLOT)))


def from_slots(words: Sequence[str], slots: Slots) -> Template:
    """Template of a body's tokens with some of them as slots."""
    literals, at = [], 0
    for first, stop in slots:
        literals.append("".join(words[at:first]))
        at = stop
    literals.append("".join(words[at:]))
    return Template(tuple(literals))


def align(text: str, words: Sequence[str]) -> Slots | None:
    """Which tokens of a body the slots of a template text stand for; None when it does not fit.

    The text may be a parser's own, with blanks collapsed: then blanks match any number of blanks.
    Tokens that a slot covers in part are covered whole. Tried in order: word by word between
    blanks, then leftmost. Linear in the body's length times the number of slots.

    >>> align("took <*> ms", ["took", " ", "17", " ", "ms"])
    [(2, 3)]
    """
    body = "".join(words)
    spans = _by_word(text, body) or _leftmost(text, body)
    return None if spans is None else _whole_tokens(spans, words)


def fits(text: str, body: str) -> bool:
    """Whether a body can be made of a template text, by other numbers of blanks if need be.

    >>> fits("took <*> ms", "took  17 ms"), fits("took <*> ms", "took 17 s")
    (True, False)
    """
    return _by_word(text, body) is not None or _leftmost(text, body) is not None


def fits_by_word(text: str, body: str) -> bool:
    """Whether a body can be made of a template text with values that have no blanks.

    >>> fits_by_word("took <*> ms", "took a17 ms"), fits_by_word("took <*> ms", "took 1 7 ms")
    (True, False)
    """
    return _by_word(text, body) is not None


def _by_word(text: str, body: str) -> list[tuple[int, int]] | None:
    """Spans when template and body have equally many blank-separated words."""
    patterns = text.split()
    found = list(re.finditer(r"\S+", body))
    if len(patterns) != len(found):
        return None
    spans: list[tuple[int, int]] = []
    for pattern, match in zip(patterns, found, strict=True):
        inside = _glob(pattern, match.group())
        if inside is None:
            return None
        spans += [(match.start() + a, match.start() + b) for a, b in inside]
    return spans


def _glob(pattern: str, text: str) -> list[tuple[int, int]] | None:
    """Spans of the slots of a pattern in a text without blanks; leftmost literals."""
    if pattern == SLOT:
        return [(0, len(text))]
    parts = pattern.split(SLOT)
    if len(parts) == 1:
        return [] if pattern == text else None
    if not text.startswith(parts[0]) or not text.endswith(parts[-1]):
        return None
    spans, at, last = [], len(parts[0]), len(text) - len(parts[-1])
    for part in parts[1:-1]:
        found = text.find(part, at, last) if part else at
        if found < 0:
            return None
        spans.append((at, found))
        at = found + len(part)
    return [*spans, (at, last)] if at <= last else None


def _leftmost(text: str, body: str) -> list[tuple[int, int]] | None:
    """Spans when each literal is taken where it first occurs, blanks matching any run of blanks."""
    parts = [p for p in re.split(r"\s+", text.strip())]
    literals = " ".join(parts).split(SLOT)
    squeezed, places = _squeeze(body)
    spans = _glob(SLOT.join(literals), squeezed)
    if spans is None:
        return None
    places.append(len(body))
    return [(places[a], places[b]) for a, b in spans]


def _squeeze(body: str) -> tuple[str, list[int]]:
    """The body with runs of blanks as one, no blank at the ends; and where each character was."""
    chars, places = [], []
    for match in re.finditer(r"\s+|\S", body):
        blank = match.group().isspace()
        if blank and (match.start() == 0 or match.end() == len(body)):
            continue
        chars.append(" " if blank else match.group())
        places.append(match.start())
    return "".join(chars), places


def _whole_tokens(spans: list[tuple[int, int]], words: Sequence[str]) -> Slots:
    """Widen spans of characters to tokens; slots that touch become one, unless one is empty."""
    slots: Slots = []
    token, at = 0, 0
    for a, b in spans:
        while token < len(words) and at + len(words[token]) <= a:
            at += len(words[token])
            token += 1
        first = token
        while token < len(words) and at < b:
            at += len(words[token])
            token += 1
        if slots and slots[-1][1] >= first:
            slots[-1] = (slots[-1][0], max(token, slots[-1][1]))
        else:
            slots.append((first, token))
    return slots


# --- renderings: pure functions template text -> text ----------------------------------------------


# What was asked for and how is one value there.
_REQUEST = re.compile(r"<\*> HTTP/(?:<\*>|[\d.]+)")


def loghub(text: str) -> str:
    """The text as the Loghub truth writes it: `corrections.khan`.

    >>> loghub("src: /<*>:<*>  user root=<*>ms")
    'src: <*>:<*> user <*>=<*>'
    """
    from logcli.corrections import khan  # which imports this module

    return khan(_REQUEST.sub(SLOT, text))


def loghub2(text: str) -> str:
    """The text as the truth of Loghub-2.0 writes it: `corrections.loghub2`.

    >>> loghub2("from '<*>' at <*>:<*>")
    'from <*> at <*>'
    """
    from logcli import corrections  # which imports this module

    return corrections.loghub2(text)


STYLES: dict[str, Callable[[str], str]] = {"lossless": str, "loghub": loghub, "loghub2": loghub2}
