"""Which of many templates a body fits."""

from __future__ import annotations

from collections.abc import Sequence

from logcli.templates import SLOT, fits


class TemplateIndex:
    """Template texts, found by the bodies that fit them; blanks may differ in number.

    Of several that fit, the one with the most constant characters is found, of those the first.
    Complexity: per body the templates that share its first word, or start with a value.

    >>> index = TemplateIndex(["user <*> logged in", "<*> failed"])
    >>> index.find("user bob logged in"), index.find("disk failed"), index.find("x")
    (0, 1, -1)
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self._whole: dict[str, int] = {}
        self._by_first: dict[str, list[int]] = {}
        self._texts = list(texts)
        weights = [len(text.replace(SLOT, "")) for text in texts]
        for number in sorted(range(len(texts)), key=lambda number: (-weights[number], number)):
            text = texts[number]
            words = text.split()
            if SLOT not in text:
                self._whole.setdefault(" ".join(words), number)
            else:
                first = words[0]
                self._by_first.setdefault("" if SLOT in first else first, []).append(number)
        self._weights = weights

    def find(self, body: str) -> int:
        """Number of the template that a body fits, -1 for none."""
        words = body.split()
        whole = self._whole.get(" ".join(words))
        if whole is not None:
            return whole
        found = [self._first(body, self._by_first.get(key, ())) for key in (words[0] if words else "", "")]
        best = max(found, key=lambda number: (self._weights[number], -number) if number >= 0 else (-1, 0))
        return best

    def _first(self, body: str, numbers: Sequence[int]) -> int:
        return next((number for number in numbers if fits(self._texts[number], body)), -1)
