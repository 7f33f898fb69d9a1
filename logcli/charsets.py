"""Text as UTF-8 with `\\n` line ends, known by its first bytes: byte order marks, UTF-16, old Mac lines."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

_CHUNK = 1 << 20
_SHORTEST = 16  # bytes: fewer are too few to tell UTF-16 without a mark from text with NULs
_MARKS = ((codecs.BOM_UTF8, ""), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


@dataclass(frozen=True)
class Charset:
    """encoding : what to decode from, empty for bytes that stay as they are; mark : length of the mark"""

    encoding: str = ""
    mark: int = 0


def detect(head: bytes) -> Charset:
    """The encoding of a text that begins with `head`.

    >>> detect(b"\\xff\\xfea\\0")
    Charset(encoding='utf-16-le', mark=2)
    >>> detect("2024-01-01 INFO".encode("utf-16-be"))
    Charset(encoding='utf-16-be', mark=0)
    """
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return Charset(encoding, len(mark))
    return Charset(_utf16(head))


def _utf16(head: bytes) -> str:
    """By its NULs: a log has so many ASCII characters that one half of each pair is often zero."""
    pairs = len(head) // 2
    if len(head) < _SHORTEST or b"\0" not in head:
        return ""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    for few, many, encoding in ((even, odd, "utf-16-le"), (odd, even, "utf-16-be")):
        if many >= 0.3 * pairs and few < 0.1 * many:
            return encoding
    return ""


def has_mac_lines(head: bytes) -> bool:
    r"""Whether lines end in `\r` alone.

    >>> has_mac_lines(b"one\rtwo\r"), has_mac_lines(b"one\r\n")
    (True, False)
    """
    return b"\r" in head and b"\n" not in head


def with_newlines(fill: Callable[[memoryview], int]) -> Callable[[memoryview], int]:
    r"""The same reading function, but each `\r` comes out as `\n`."""

    def filled(view: memoryview) -> int:
        size = fill(view)
        text = np.frombuffer(view[:size], np.uint8)
        text[text == ord("\r")] = ord("\n")
        return size

    return filled


class Transcoder:
    """UTF-8 pieces from a reading function over another encoding."""

    def __init__(
        self, encoding: str, read: Callable[[int], bytes], report: Callable[[str, bool], None]
    ) -> None:
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._encoding = encoding
        self._read = read
        self._report = report

    def next(self) -> bytes:
        """The next piece, b"" at the end (and, for a growing input, when there is no more yet)."""
        while raw := self._read(_CHUNK):
            if text := self._decoder.decode(raw):
                return text.encode()
        if self._decoder.getstate()[0]:
            self._decoder.reset()
            self._report(f"{self._encoding} text ends in half a character, which is left out", True)
        return b""
