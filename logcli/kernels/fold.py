"""Continuation lines: which lines belong to the record before them, and which of them are a trace."""

from __future__ import annotations

import numpy as np

from logcli.kernels import inline, kernel
from logcli.kernels.words import address, peek8

NO_MATCH, RECORD_START, BLANK, HEADER, CONTINUED = 0, 1, 2, 3, 4
NEVER, INDENTED, ANY = 0, 1, 2


def _pool(words):
    """Words one after the other, each behind its length."""
    return np.frombuffer(b"".join(bytes([len(w)]) + w for w in words), np.uint8).copy()


# How lines of a stack trace begin at the left margin, by language: Java and .NET, Python, Go, Ruby
# and JavaScript. Indented lines need no list.
MARGIN = _pool(
    [
        b"Caused by:", b"Suppressed:", b"Exception in thread", b"at ", b"... ", b"--- End of", b"End of ",
        b"Traceback (most recent call last)", b"During handling of the above", b"The above exception was",
        b"goroutine ", b"panic: ", b"created by ", b"[signal ", b"exit status ", b"Stack trace:",
        b"stack trace:", b"Stacktrace:", b"Call Stack", b"backtrace:", b"from /",
    ]
)  # fmt: skip
# How the name of an exception class ends.
ENDINGS = _pool(
    [b"Exception", b"Error", b"Throwable", b"Failure", b"Fault", b"Warning", b"Interrupt", b"Exit"]
)

LINE, IN, OFFSET = (np.frombuffer(w, np.uint8).copy() for w in (b"lin", b":in", b" +0"))


@inline
def _is_word(c):
    return (97 <= c <= 122) or (65 <= c <= 90) or (48 <= c <= 57) or c == 95


@inline
def _starts(p, i, e, pool):
    """Whether the line begins with a word of the pool."""
    k = 0
    while k < pool.shape[0]:
        size = pool[k]
        if i + size <= e:
            same = True
            for m in range(size):
                if peek8(p, i + m) != pool[k + 1 + m]:
                    same = False
                    break
            if same:
                return True
        k += size + 1
    return False


@inline
def _names_exception(p, i, e):
    """`java.lang.IllegalStateException: …`, `ValueError: …`, `System.Exception: …`, `KeyError`."""
    j = i
    while j < e and (_is_word(peek8(p, j)) or peek8(p, j) == 46 or peek8(p, j) == 36 or peek8(p, j) == 58):
        j += 1
    while j > i and peek8(p, j - 1) == 58:
        j -= 1
    if j == i or (j < e and peek8(p, j) != 58 and peek8(p, j) != 32 and peek8(p, j) != 40):
        return False
    k = 0
    while k < ENDINGS.shape[0]:
        size = ENDINGS[k]
        if j - i >= size:
            same = True
            for m in range(size):
                if peek8(p, j - size + m) != ENDINGS[k + 1 + m]:
                    same = False
                    break
            if same:
                return True
        k += size + 1
    return False


@inline
def _has(p, i, e, word):
    """Whether a word of three bytes occurs."""
    for k in range(i, e - 2):
        if peek8(p, k) == word[0] and peek8(p, k + 1) == word[1] and peek8(p, k + 2) == word[2]:
            return True
    return False


@inline
def _frame(p, i, e):
    """A line that is a frame whatever is around it: `at x.y(`, `File "`, `from x.rb:1:in`, `main.f(0x1)`."""
    while i < e and (peek8(p, i) == 32 or peek8(p, i) == 9):
        i += 1
    if e - i < 4:
        return False
    a, b, c = peek8(p, i), peek8(p, i + 1), peek8(p, i + 2)
    if a == 97 and b == 116 and c == 32:
        return True
    if a == 46 and b == 46 and c == 46:
        return True
    if a == 70 and b == 105 and c == 108 and peek8(p, e - 1) != 58 and _has(p, i, e, LINE):
        return True  # `File "x", line 1, in f`
    if _has(p, i, e, IN):
        return True  # ruby `:in`
    return a == 47 and _has(p, i, e, OFFSET)  # go ` +0x1f`


@kernel
def fold(text, start, end, status, rule, limit, first, count, last, tail, trace):
    """Group lines into records; how many there are, and how many lines are blank or header.

    rule : NEVER, INDENTED or ANY, see `base.Format.continuation`
    limit : bytes after which a record takes no further line
    first : line that starts each record
    count : lines of each record, blank ones inside it left out
    last, tail : last line of each record, and the last one that its format did not take in by itself
    trace : where its stack trace starts in `text`, -1 without one
    """
    p = address(text)
    n = 0
    blank = 0
    header = 0
    tracing = False
    gap = 0
    for k in range(start.shape[0]):
        kind = status[k]
        i, e = np.int64(start[k]), np.int64(end[k])
        if kind == BLANK:
            blank += 1
            gap += 1
            continue
        if kind == HEADER:
            header += 1
            continue
        belongs = kind == CONTINUED and n > 0
        if kind == NO_MATCH and n > 0 and rule != NEVER and e - start[first[n - 1]] <= limit:
            c = peek8(p, i)
            matched = status[first[n - 1]] == RECORD_START
            indented = c == 32 or c == 9
            named = _names_exception(p, i, e)
            margin = _starts(p, i, e, MARGIN)
            framed = _frame(p, i, e) if indented or tracing else False
            if rule == ANY and matched:
                belongs = True
            elif indented or margin or named:
                belongs = matched or indented or tracing or margin
            elif tracing and gap == 0 and framed:
                belongs = True
            elif tracing and (c == 41 or c == 125 or c == 93):
                belongs = True  # a bracket that closes what the trace printed
            if belongs and not tracing and (margin or named or framed):
                tracing = True
                trace[n - 1] = i
        if belongs:
            count[n - 1] += 1
            last[n - 1] = k
            if kind != CONTINUED:
                tail[n - 1] = k
        else:
            first[n] = k
            count[n] = 1
            last[n] = k
            tail[n] = k
            trace[n] = -1
            tracing = False
            n += 1
            if kind == NO_MATCH and (_starts(p, i, e, MARGIN) or _names_exception(p, i, e)):
                tracing = True
        gap = 0
    return n, blank, header


@kernel
def last_start(status):
    """Number of the last line that starts a record, -1 for none."""
    for k in range(status.shape[0] - 1, -1, -1):
        if status[k] == RECORD_START:
            return k
    return -1
