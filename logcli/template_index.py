"""Which of many templates a body fits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from logcli.templates import SLOT, fits, fits_by_word


class TemplateIndex:
    """Template texts, found by the bodies that fit them; blanks may differ in number.

    by_word : a value takes no blank

    Of several that fit, the one with the most constant characters is found, of those the first.
    Complexity: per body the templates whose rarest constant word it has, and those without one.

    >>> index = TemplateIndex(["user <*> logged in", "<*> failed"])
    >>> index.find("user bob logged in"), index.find("disk failed"), index.find("x")
    (0, 1, -1)
    """

    def __init__(self, texts: Sequence[str], *, by_word: bool = False) -> None:
        self._fits = fits_by_word if by_word else fits
        self._texts = list(texts)
        self._whole: dict[str, int] = {}
        self._having: dict[str, list[int]] = {}
        self._weights = [len(text.replace(SLOT, "")) for text in texts]
        # Words between blanks without a value: a body that fits has them all.
        words = [[word for word in text.split() if SLOT not in word] for text in texts]
        templates = Counter(word for some in words for word in set(some))
        for number in sorted(range(len(texts)), key=lambda number: (-self._weights[number], number)):
            if SLOT not in texts[number]:
                self._whole.setdefault(" ".join(words[number]), number)
            else:
                rarest = min(words[number], key=lambda word: templates[word], default="")
                self._having.setdefault(rarest, []).append(number)

    def find(self, body: str) -> int:
        """Number of the template that a body fits, -1 for none."""
        words = body.split()
        whole = self._whole.get(" ".join(words))
        if whole is not None:
            return whole
        found = [self._first(body, self._having[word]) for word in {*words, ""} if word in self._having]
        return max(found, key=lambda n: (self._weights[n], -n) if n >= 0 else (-1, 0), default=-1)

    def _first(self, body: str, numbers: Sequence[int]) -> int:
        return next((number for number in numbers if self._fits(self._texts[number], body)), -1)
