"""Rows of token numbers (0 is a value): hashes, and places where rows differ."""

from __future__ import annotations

import numpy as np

from logcli.kernels import inline, kernel
from logcli.kernels.words import K1, U

# What a token is to lists and quantities; see `collapse`.
OTHER, SLOT, BLANK, COMMA, OPEN, CLOSE_LIST, UNIT = range(7)
# What may follow a value and belong to it, tried in order; the length comes first. The last one, a value in
# brackets, only if that had a unit: `2048 bytes (2.0 KB)`.
_RUNS = np.zeros((5, 5), np.int8)
for _row, _run in enumerate(
    (
        (BLANK, SLOT),
        (COMMA, SLOT),
        (COMMA, BLANK, SLOT),
        (BLANK, UNIT),
        (BLANK, OPEN, SLOT, CLOSE_LIST),
    )
):
    _RUNS[_row, : len(_run) + 1] = (len(_run), *_run)
_BRACKETS = _RUNS.shape[0] - 1
# What a token is within a chunk: it ends every chunk, it is a word or value, or it stands between words:
# as `.` or `-` does, as `:` that joins chunks, or as what only blanks keep apart, what closes last.
END, WORD, SOFT, JOIN, HARD, CLOSE = range(6)
# What a token is to phrases: it opens or closes one (a quote does both), or is the `\\` before a quote, a
# colon, a dash, or a full stop.
PLAIN, QUOTE, OPENS, CLOSES, ESCAPE, COLON, DASH, DOT, CURLY = range(9)
# Tokens that a phrase in quotes or brackets has at most.
_LONGEST = 60


@inline
def _scramble(x):
    """Mix the bits of a 64-bit number (the finalizer of splitmix64)."""
    x = (x ^ (x >> U(30))) * U(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> U(27))) * U(0x94D049BB133111EB)
    return x ^ (x >> U(31))


@inline
def _part(token, place):
    return _scramble(U(token) * U(0x100000001B3) + U(place) * K1)


@kernel
def hash_rows(token, offsets, out):
    """Hash of each row: a sum over its tokens and their places, so that one can be taken out."""
    for row in range(out.shape[0]):
        first, stop = offsets[row], offsets[row + 1]
        h = _scramble(U(stop - first + 1))
        for k in range(first, stop):
            h += _part(token[k], k - first)
        out[row] = h


@inline
def _onward(h, token):
    return _scramble(h * K1 + U(token) + U(1))


@inline
def _offer(n, seen, before, after, start, stop, key, member, length):
    """Note a place; how many there are now."""
    h = _scramble(before[start] + K1 * after[stop])
    key[n] = h
    at = np.int64(h & U(seen.shape[0] - 1))
    seen[at] = 1 if seen[at] == 0 else 2
    member[n] = start
    length[n] = stop - start
    return n + 1


@kernel
def places(token, offsets, role, sign, before, after, seen, key, member, length, words):
    """Places that may be shared by rows that are equal everywhere else; how many.

    role : per token number what it is within a chunk: END, WORD (a value, too), SOFT or JOIN
    sign : per token number what it is to phrases
    before, after : uint64, as long as all tokens and one more; are written
    seen : uint8, zeros, a power of two; tells most places apart that no other row has
    A place is a word, a value, a chunk or a phrase of them, in a row that has another word. Filled per
    place, at most five for a token: `key`, equal for equal surroundings, `member`, its index in `token`, and
    `length`, its tokens. Per row: `words`, how many words and values it has.
    """
    n = np.int64(0)
    for row in range(words.shape[0]):
        first, stop = offsets[row], offsets[row + 1]
        fixed = 0
        count = 0
        before[first] = U(7)
        for k in range(first, stop):
            before[k + 1] = _onward(before[k], token[k])
            count += role[token[k]] == WORD
            fixed += role[token[k]] == WORD and token[k] != 0
        words[row] = count
        after[stop] = U(11)
        for k in range(stop - 1, first - 1, -1):
            after[k] = _onward(after[k + 1], token[k])
            if role[token[k]] == WORD and fixed - (token[k] != 0) >= 1:
                n = _offer(n, seen, before, after, k, k + 1, key, member, length)
        for least in (SOFT, JOIN, CLOSE):
            n = _chunks(token, first, stop, role, least, fixed, n, seen, before, after, key, member, length)
        n = _phrases(token, first, stop, role, sign, n, seen, before, after, key, member, length)
    m = 0
    for k in range(n):
        if seen[np.int64(key[k] & U(seen.shape[0] - 1))] == 2:
            key[m] = key[k]
            member[m] = member[k]
            length[m] = length[k]
            m += 1
    return m


@inline
def _chunks(token, first, stop, role, least, fixed, n, seen, before, after, key, member, length):
    """Note the chunks of a row of more than one token that are joined by nothing beyond `least`."""
    k = first
    while k < stop:
        if role[token[k]] == END or role[token[k]] > least:
            k += 1
            continue
        start = k
        inside = 0
        joined = least == SOFT
        opens = role[token[k]] >= HARD
        last = k
        while k < stop and role[token[k]] != END and role[token[k]] <= least:
            what = role[token[k]]
            inside += what == WORD and token[k] != 0
            joined = joined or what == least or (least == CLOSE and what == HARD)
            if what in (WORD, CLOSE):
                last = k + 1
            k += 1
        if joined and not opens and last - start > 1 and fixed - inside >= 1:
            n = _offer(n, seen, before, after, start, last, key, member, length)
    return n


@inline
def _closed(token, k, stop, sign):
    """Where what the token `k` opens is closed; `k` if it is not."""
    depth = 0
    escaped = sign[token[k - 1]] == ESCAPE
    for j in range(k + 1, min(stop, k + _LONGEST)):
        what = sign[token[j]]
        if sign[token[k]] == QUOTE:
            if token[j] == token[k] and (sign[token[j - 1]] == ESCAPE) == escaped:
                return j - escaped
        elif what in (OPENS, CURLY):
            depth += 1
        elif what == CLOSES:
            depth -= 1
            if depth < 0:
                return j
    return k


@inline
def _plain(token, k, first, stop, role, sign):
    """Whether a token is a constant word with blanks around it, or a colon behind it."""
    if role[token[k]] != WORD or token[k] == 0 or (k > first and role[token[k - 1]] != END):
        return False
    return k + 1 == stop or role[token[k + 1]] == END or sign[token[k + 1]] == COLON


@inline
def _phrases(token, first, stop, role, sign, n, seen, before, after, key, member, length):
    """Note what stands in quotes or brackets, and what follows `: ` or ` - ` to the end of the row.

    What is in curly brackets is noted with them, too. Before a colon there must be two plain words:
    what follows a name alone are messages, not values.
    """
    words = 0
    plain = 0
    end = stop
    while end > first and sign[token[end - 1]] == DOT:
        end -= 1
    ended = first  # the end of the last phrase in quotes
    for k in range(first, end):
        what = sign[token[k]]
        words += role[token[k]] == WORD
        plain += _plain(token, k, first, stop, role, sign)
        if what in (QUOTE, OPENS, CURLY):
            # A quote within a word is an apostrophe.
            opens = k >= ended and k > first and role[token[k - 1]] != WORD
            j = _closed(token, k, stop, sign) if opens else k
            if what == QUOTE and j > k:
                ended = j + 1
            if j > k + 2 and words > 0:
                n = _offer(n, seen, before, after, k + 1, j, key, member, length)
                if what == CURLY and plain > 0:
                    n = _offer(n, seen, before, after, k, j + 1, key, member, length)
        elif what in (COLON, DASH) and k + 2 < end and role[token[k + 1]] == END:
            told = plain >= 2 if what == COLON else plain >= 1 and words >= 2 and role[token[k - 1]] == END
            if told and end - k > 3:
                n = _offer(n, seen, before, after, k + 2, end, key, member, length)
    return n


@inline
def _run_length(kind, token, first, n, measured):
    """How many of the last tokens `token[first:n]` repeat or measure the value before them.

    measured : place of the last value that had a unit
    """
    for run in range(_RUNS.shape[0]):
        length = np.int64(_RUNS[run, 0])
        if run == _BRACKETS and measured != n - 2:
            continue
        if n - first <= length or kind[token[n - length - 1]] != SLOT:
            continue
        k = 0
        while k < length and kind[token[n - length + k]] == _RUNS[run, 1 + k]:
            k += 1
        if k == length:
            return length
    return 0


@kernel
def collapse(token, offsets, chosen, kind, out, out_offsets):
    """Lists of values, and values with their units, as one value in the rows that are chosen.

    kind : per token number what it is to a list
    """
    n = np.int64(0)
    for row in range(chosen.shape[0]):
        out_offsets[row] = n
        first = n
        measured = np.int64(-1)
        for k in range(offsets[row], offsets[row + 1]):
            out[n] = token[k]
            n += 1
            if chosen[row]:
                length = _run_length(kind, out, first, n, measured)
                n -= length
                if length > 0 and kind[token[k]] == UNIT:
                    measured = n - 1
    out_offsets[chosen.shape[0]] = n
