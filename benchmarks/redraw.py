"""Which bytes of a body are values, and what each of them may become.

A byte is drawn from `low .. low + span - 1`; `span` 0 keeps it. Redrawing never changes a length, so
that an expanded log keeps its layout, and never makes an address, a clock or a date invalid.
"""

from __future__ import annotations

import re
from functools import lru_cache

# Digits glued to a letter before them are part of a word (`ipv4`, `J18`, `eth1`) and stay.
_VALUE = re.compile(
    rb"""
      (?P<kept>x86_64)
    | (?P<clock>(?<![\d:])[0-2]\d:[0-5]\d:[0-5]\d(?![\d:]))
    | (?P<date>(?<!\d)\d{4}[-./][01]\d[-./][0-3]\d(?!\d))
    | (?P<address>(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?(?![\w.]))
    | (?P<hexes>\b0[xX][0-9a-fA-F]+\b
              | \b(?:[0-9a-fA-F]{2}:){3,}[0-9a-fA-F]{2}\b
              | \b(?=[a-fA-F]*\d)(?=\d*[a-fA-F])(?:[0-9a-f]{8,}|[0-9A-F]{8,})\b)
    | (?P<number>(?<![A-Za-z0-9])\d+(?=(?:[num]?s|[kKMG]?B|[KMGT])?(?![A-Za-z0-9])))
    """,
    re.VERBOSE,
)
_DIGIT, _LEADING, _KEEP = (48, 10), (49, 9), (0, 0)

Range = tuple[int, int]


@lru_cache(4096)  # a page repeats its sample
def ranges(body: bytes) -> tuple[Range, ...]:
    """`(low, span)` of every byte of a body.

    >>> ranges(b"ipv4 7")
    ((105, 0), (112, 0), (118, 0), (52, 0), (32, 0), (48, 10))
    """
    drawn: list[Range] = [(byte, 0) for byte in body]
    for match in _VALUE.finditer(body):
        parts = _PARTS[match.lastgroup or "kept"](match.group())
        for at, (low, span) in enumerate(parts, match.start()):
            if span:
                drawn[at] = (low, span)
    return tuple(drawn)


def _number(text: bytes) -> list[Range]:
    lead = _LEADING if len(text) > 1 and text[:1] != b"0" else _DIGIT
    return [lead] + [_DIGIT] * (len(text) - 1)


def _hexes(text: bytes) -> list[Range]:
    start = 2 if text[:2] in (b"0x", b"0X") else 0
    return [_KEEP] * start + [_hex_digit(byte) for byte in text[start:]]


def _hex_digit(byte: int) -> Range:
    if 48 <= byte <= 57:
        return _DIGIT
    return (byte - (byte - 1) % 32, 6) if chr(byte).isalpha() else _KEEP


def _octet(text: bytes) -> list[Range]:
    if len(text) < 3:
        return _number(text)
    return [_KEEP, (48, 5 if text[:1] == b"2" else 10), _DIGIT]


def _address(text: bytes) -> list[Range]:
    host, _, port = text.partition(b":")
    octets = [_octet(octet) for octet in host.split(b".")]
    found = octets[0] + [part for octet in octets[1:] for part in (_KEEP, *octet)]
    if not port:
        return found
    # Below 60000, so that a port of five digits stays one.
    lead = [(49, 5)] if len(port) == 5 else _number(port)[:1]
    return [*found, _KEEP, *lead, *_number(port)[1:]]


def _clock(text: bytes) -> list[Range]:
    hour = [_KEEP, (48, 4 if text[:1] == b"2" else 10)]
    sixty = [_KEEP, (48, 6), _DIGIT]
    return hour + sixty + sixty


def _date(text: bytes) -> list[Range]:
    month = [_KEEP, (48, 3) if text[5:6] == b"1" else _LEADING]
    day = [(48, 2), _LEADING]  # 01 .. 19: valid in every month
    return [_KEEP] * 5 + month + [_KEEP] + day


_PARTS = {
    "kept": lambda text: [_KEEP] * len(text),
    "clock": _clock,
    "date": _date,
    "address": _address,
    "hexes": _hexes,
    "number": _number,
}
