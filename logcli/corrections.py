"""Correction rules: how the truths of Loghub write a template, as functions text to text.

People label templates in different ways; these rules take away differences that say nothing about a
parser. A truth is only comparable with another one that was written by the same rules.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from logcli.templates import SLOT

_HARD = re.compile(r"([\s,!;:=|\"'\[\](){}])")
_SOFT = re.compile(r"([\s,!;:=|\"'\[\](){}.\-+@#$%&])")
_PATH = re.compile(r"(/[^/]+)+")
_NAMED = frozenset(("true", "false", "null", "root", "admin"))
# What the annotators of Loghub-2.0 merged, in their order.
_MERGED = (
    (f" #{SLOT}# ", f" {SLOT} "),
    (f" #{SLOT} ", f" {SLOT} "),
    *((f"{SLOT}{between}{SLOT}", SLOT) for between in ":#/@."),
    (f' "{SLOT}" ', f" {SLOT} "),
    (f" '{SLOT}' ", f" {SLOT} "),
    (f"{SLOT}{SLOT}", SLOT),
)


def khan(text: str) -> str:
    """The rules of Khan et al. (ICSE 2022), by which the truth of Loghub-2k was corrected.

    Blanks collapse; paths, booleans, `null`, `root`, `admin`, numbers and words glued to a value are
    values; neighbouring values merge. Linear up to the merging, which halves a run of values each time.

    >>> khan("src: /<*>:<*>  user root=<*>ms")
    'src: <*>:<*> user <*>=<*>'
    """
    text = " ".join(text.split())
    text = "".join(SLOT if _PATH.fullmatch(part) else part for part in _HARD.split(text))
    return _neighbours_merged("".join(_corrected(part, _NAMED) for part in _SOFT.split(text)))


def loghub2(text: str) -> str:
    """The rules by which the truth of Loghub-2.0 was written (Jiang et al., ISSTA 2024).

    Those of Khan et al. without paths and named values, then values with `:`, `#`, `/`, `@` or `.`
    between them merge, and quotes and number signs around a value go.

    >>> loghub2("root at /tmp/x: <*>:<*>  '<*>' took 17ms, #3 <*>ms")
    'root at /tmp/x: <*> <*> took 17ms, <*> <*>'
    """
    text = " ".join(text.split())
    text = _neighbours_merged("".join(_corrected(part) for part in _SOFT.split(text)))
    for pattern, merged in _MERGED:
        text = _replaced(text, pattern, merged)
    return text


RULES: dict[str, Callable[[str], str]] = {"khan": khan, "loghub2": loghub2}


def corrected(texts: Iterable[str], rule: Callable[[str], str]) -> list[str]:
    """Each text by a rule; each distinct text is corrected once.

    >>> corrected(["took 17 ms", "took 17 ms"], khan)
    ['took <*> ms', 'took <*> ms']
    """
    texts = list(texts)
    known = {text: rule(text) for text in dict.fromkeys(texts)}
    return [known[text] for text in texts]


def _corrected(part: str, named: frozenset[str] = frozenset()) -> str:
    """A value for a number, a word that is named as one, and a word with a value in it but no slash."""
    if part.isdecimal() or part.lower() in named:
        return SLOT
    return SLOT if SLOT in part and "/" not in part else part


def _neighbours_merged(text: str) -> str:
    return _replaced(_replaced(text, f"{SLOT}.{SLOT}", SLOT), f"{SLOT}{SLOT}", SLOT)


def _replaced(text: str, pattern: str, by: str) -> str:
    """The text after replacing until nothing changes."""
    while pattern in text:
        text = text.replace(pattern, by)
    return text
