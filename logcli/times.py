"""Times: text to nanoseconds, and what a text left unsaid filled in by a Clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from logcli.base import NO_TIME
from logcli.clock import Clock
from logcli.kernels import times as kernel
from logcli.timeforms import FormError, program

if TYPE_CHECKING:
    from collections.abc import Sequence

    from logcli.base import Bytes, Flags, Ints, Longs

__all__ = ["FORMS", "Clock", "FormError", "guess_form", "parse", "parse_any", "program"]

# What values of unknown form are tried as, in this order: a value must fit as a whole.
FORMS = (
    "%Y-%m-%dT%H:%M:%S.%f%z",
    "%Y-%m-%d %H:%M:%S.%f%z",
    "%Y-%m-%dT%H:%M:%S.%f",
    "%Y-%m-%d %H:%M:%S.%f",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S,%f%z",
    "%Y-%m-%d %H:%M:%S,%f%z",
    "%Y-%m-%dT%H:%M:%S,%f",
    "%Y-%m-%d %H:%M:%S,%f",
    "%Y-%m-%d %H:%M:%S.%f  %z",
    "%Y-%m-%d %H:%M:%S  %z",
    "%Y-%m-%d %H:%M:%S.%f  %z  %Z",
    "%Y-%m-%d %H:%M:%S  %z  %Z",
    "%Y-%m-%d %H:%M:%S.%f  %Z",
    "%Y-%m-%d %H:%M:%S  %Z",
    "%Y-%m-%dT%H:%M%z",
    "%Y-%m-%d %H:%M",
    "%Q",
    "%b %e %H:%M:%S.%f",
    "%b  %e %H:%M:%S",
    "%b %e %Y %H:%M:%S",
    "%d/%b/%Y:%H:%M:%S  %z",
    "%d/%b/%Y:%H:%M:%S",
    "%a %b %e %H:%M:%S.%f %Y",
    "%a %b  %e %H:%M:%S %Y",
    "%a %b  %e %H:%M:%S %Z %Y",
    "%a %b  %e %H:%M:%S %z %Y",
    "%a, %d %b %Y %H:%M:%S %z",
    "%a, %d %b %Y %H:%M:%S %Z",
    "%d %b %Y %H:%M:%S,%f",
    "%d %b %Y %H:%M:%S.%f",
    "%d %b %Y %H:%M:%S",
    "%Y/%m/%d %H:%M:%S.%f",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M:%S  %z",
    "%y/%m/%d %H:%M:%S",
    "%Y%m%dT%H%M%S%z",
    "%Y%m%dT%H%M%S",
    "%Y%m%d %H%M%S",
    "%y%m%d %H%M%S",
    "%Y-%m-%d",
    "%Y-%m-%d-%H.%M.%S.%f",
    "%H:%M:%S.%f",
    "%H:%M:%S,%f",
    "%H:%M:%S",
)


def parse(text: Bytes, start: Ints, end: Ints, forms: str) -> tuple[Longs, Flags]:
    """Time and kind (bits of `base.HAS_YEAR` …) of each range; NO_TIME where the whole of it is no time.

    start, end : ranges of `text`, a start of -1 is absent; blanks around a time are no matter
    forms : alternatives as in a layout, `%Y-%m-%d|%s`

    Raises FormError.
    """
    time = np.empty(len(start), np.int64)
    kind = np.empty(len(start), np.uint8)
    kernel.parse(text, start, end, program(forms), time, kind)
    return time, kind


def parse_any(text: Bytes, start: Ints, end: Ints) -> tuple[Longs, Flags]:
    """`parse` for values whose form is not known: each by the first of FORMS that fits it."""
    return parse(text, start, end, "|".join(FORMS))


def guess_form(samples: Sequence[str]) -> str | None:
    """The first form that fits all samples, None if there is none.

    >>> guess_form(["10/Oct/2000:13:55:36 -0700"])
    '%d/%b/%Y:%H:%M:%S  %z'
    """
    encoded = [sample.encode() for sample in samples]
    text = np.frombuffer(bytearray(b"".join(encoded) or b"\0"), np.uint8)
    end = np.cumsum([len(sample) for sample in encoded]).astype(np.int32)
    start = (end - [len(sample) for sample in encoded]).astype(np.int32)
    for form in FORMS if samples else ():
        if (parse(text, start, end, form)[0] != NO_TIME).all():
            return form
    return None
