"""Cut lines into fields by small programs: one interpreter for every layout, compiled once.

A program is a row of int64 operations of `WIDTH` numbers each, made by `logcli.layout_program`. The
patterns of a format are tried in order, each from the start of the line. When an operation fails,
the last choice on the stack is taken back: an optional part is skipped, a repetition ends, a field
up to a literal goes on to the next occurrence of it (at most RETRIES times per pattern, so that a
hostile line costs no more than a multiple of its length).
"""

from __future__ import annotations

import numpy as np

from logcli.kernels import inline, kernel
from logcli.kernels.search import (
    ONE_BLANK,
    after,
    digits_end,
    find,
    find_in,
    is_blank,
    literal_end,
    quote_end,
    read_number,
    severity_of,
)
from logcli.kernels.times import FIRST, KIND, NO_TIME, REGISTERS, TIME, read_time
from logcli.kernels.words import U, address, low_bytes, peek8, peek64, poke64, stack, view1, view2

# Operations; `WIDTH` numbers each: operation, field (-1: not kept), then the operands.
WIDTH = 8
END, BYTE, LITERAL, UNTIL, RUN, QUOTED, CLOCK, LEVEL, PRIORITY, RANK = range(10)
OPTION, OPTION_END, REPEAT, REPEAT_END, REST, OPEN, CLOSE, WORD = range(10, 18)
# Flags of UNTIL: the field may be empty; the literal is eaten too; a later occurrence may be tried.
EMPTY, EAT, RETRY = 1, 2, 4
# Classes that RUN knows without looking at each byte.
UNBROKEN, DIGITS = 1, 2

NO_MATCH, MATCH, BLANK_LINE = 0, 1, 2
RETRIES = 16
DEPTH = 48
JOURNAL = 512
_CHOICES, _JOURNAL, _KNOWN = 5 * DEPTH, 3 * JOURNAL, 8

# Severity number of a syslog severity (RFC 5424, 6.2.1), and of a bunyan or pino level by its tens.
SYSLOG = np.array([21, 19, 18, 17, 13, 10, 9, 5], np.uint8)
TENS = np.array([0, 1, 5, 9, 13, 17, 21], np.uint8)


@inline
def _note_time(p, n, i, j, e, known):
    """Keep the time `i:j` for `_same_time`; whether it can be told by its bytes and the next one.

    known : address of its length, the byte behind it, time and kind (not touched), and its bytes
    """
    size = j - i
    if j >= e or size > 32 or i + 32 > n:
        return False
    c = peek8(p, j)
    if c != 32 and c != 9 and c != 93 and c != 124:  # what cannot go on as a fraction or a zone
        return False
    poke64(known, 0, U(size))
    poke64(known, 1, U(c))
    for k in range(4):
        poke64(known, 4 + k, peek64(p, i + 8 * k))
    return True


@inline
def _same_time(p, n, i, e, known):
    """Whether the time at `i` is written like the one kept."""
    size = np.int64(peek64(known, 0))
    if i + 32 > n or i + size >= e or U(peek8(p, i + size)) != peek64(known, 8):
        return False
    k = np.int64(0)
    while size > 0:
        x = peek64(p, i + k) ^ peek64(known, 32 + k)
        if size < 8:
            x = low_bytes(x, size)
        if x != U(0):
            return False
        size -= 8
        k += 8
    return True


@kernel
def cut(
    text, start, end, code, entries, classes, pool, words, ranks, kept,
    pattern, status, starts, ends, time, kind, severity, far, want,
):  # fmt: skip
    """Fill the arrays of a `Cut` for each line.

    code, entries : operations, and the first one of each pattern
    classes : uint8, 256 per class: class 0 has the bytes of severity words
    pool : literals; words, ranks : table of severity words
    kept : row in `starts` and `ends` of each field, -1 for those to leave out; the first is the time
    pattern : number of the pattern that fits, -1 for none
    starts, ends : int32 [fields, lines], `starts` all -1
    far, want : per line, or empty: the furthest place reached and the operation that failed there
    """
    p = address(text)
    n = np.int64(text.shape[0])
    registers = view1(stack(REGISTERS), REGISTERS, np.int64)
    # operation, place, journal, severity, last hit of UNTIL or -1
    choices = view2(stack(_CHOICES), DEPTH, 5, np.int64)
    journal = view2(stack(_JOURNAL), JOURNAL, 3, np.int64)  # field, start, end before it was set
    # The time read last: many lines have the time of the line before. See `_note_time`.
    known = view1(stack(_KNOWN), _KNOWN, np.int64)
    known_pc = np.int64(-1)
    for row in range(start.shape[0]):
        begin = np.int64(start[row])
        e = np.int64(end[row])
        pattern[row] = -1
        time[row] = NO_TIME
        kind[row] = 0
        severity[row] = 0
        status[row] = NO_MATCH
        i = begin
        while i < e and is_blank(peek8(p, i)):
            i += 1
        if i >= e:
            status[row] = BLANK_LINE
            continue
        furthest = np.int64(-1)
        failed = np.int64(0)
        failed_in = np.int64(-1)
        # The last time that was read in this line, for patterns that begin alike.
        clock_pc = np.int64(-1)
        clock_at = np.int64(-1)
        clock_end = np.int64(-1)
        for number in range(entries.shape[0]):
            pc = entries[number]
            i = begin
            depth = 0
            written = 0
            retries = 0
            rank = 0
            seek = np.int64(-1)
            last_start = begin
            last_end = begin
            matched = False
            while True:
                op = code[pc]
                k = np.int64(-1)  # where the line goes on after this operation
                fs = np.int64(-1)  # the field it found
                fe = np.int64(-1)
                if op == BYTE:
                    if i < e and peek8(p, i) == code[pc + 2]:
                        k = i + 1
                elif op == LITERAL:
                    k = literal_end(p, i, e, address(pool) + code[pc + 2], code[pc + 3])
                elif op == UNTIL:
                    flags = code[pc + 5]
                    literal = address(pool) + code[pc + 2]
                    size = code[pc + 3]
                    member = address(classes) + 256 * code[pc + 4] if code[pc + 4] >= 0 else 0
                    c = peek8(literal, 0)
                    if seek >= 0:
                        j = after(p, seek, e, c, member)
                        seek = np.int64(-1)
                    else:
                        j = i
                        if flags & EMPTY == 0:
                            j = i + 1 if i < e and (member == 0 or peek8(member, peek8(p, i))) else -1
                    while j >= 0:
                        j = find_in(p, j, e, c, member) if member else find(p, n, j, e, c)
                        if j < 0 or j >= e:
                            j = np.int64(-1)
                            break
                        k = literal_end(p, j, e, literal, size)
                        if k >= 0:
                            break
                        j = after(p, j, e, c, member)
                    if j >= 0:
                        fs = i
                        fe = j
                        if flags & RETRY and retries < RETRIES and depth < DEPTH:
                            retries += 1
                            choices[depth, 0] = pc
                            choices[depth, 1] = i
                            choices[depth, 2] = written
                            choices[depth, 3] = rank
                            choices[depth, 4] = j
                            depth += 1
                        if flags & EAT == 0:
                            k = j
                elif op == RUN:
                    member = address(classes) + 256 * code[pc + 2]
                    if code[pc + 4] == UNBROKEN:
                        j = find(p, n, i, e, np.uint8(ONE_BLANK))
                    elif code[pc + 4] == DIGITS:
                        j = digits_end(p, n, i, e)
                    else:
                        j = i
                        while j < e and peek8(member, peek8(p, j)):
                            j += 1
                    if j - i >= code[pc + 3]:
                        fs = i
                        fe = j
                        k = j
                elif op == CLOCK:
                    if clock_pc != code[pc + 2] or clock_at != i:
                        clock_pc = code[pc + 2]
                        clock_at = i
                        if clock_pc == known_pc and _same_time(p, n, i, e, address(known)):
                            clock_end = i + known[0]
                            registers[TIME] = known[2]
                            registers[KIND] = known[3]
                        else:
                            clock_end = read_time(
                                p, n, i, e, address(code), clock_pc, np.int64(0), address(registers)
                            )
                            known_pc = np.int64(-1)
                            if clock_end >= 0 and registers[FIRST]:
                                known[2] = registers[TIME]
                                known[3] = registers[KIND]
                                if _note_time(p, n, i, clock_end, e, address(known)):
                                    known_pc = clock_pc
                    if clock_end >= 0:
                        fs = i
                        fe = clock_end
                        k = clock_end
                elif op == LEVEL:
                    j = i
                    while j < e and classes[0, peek8(p, j)]:
                        j += 1
                    found = severity_of(p, n, i, j, address(words), address(ranks))
                    if found >= 0:
                        rank = found
                        fs = i
                        fe = j
                        k = j
                elif op == REST:
                    fs = i if e > i or code[pc + 2] else np.int64(-1)
                    fe = e
                    k = e
                elif op == END:
                    k = i
                    while k < e and is_blank(peek8(p, k)):
                        k += 1
                    if k == e:
                        matched = True
                        break
                    k = np.int64(-1)
                elif op in (OPTION, REPEAT):
                    if depth < DEPTH:
                        choices[depth, 0] = code[pc + 2]
                        choices[depth, 1] = i
                        choices[depth, 2] = written
                        choices[depth, 3] = rank
                        choices[depth, 4] = -1
                        depth += 1
                        k = i
                elif op in (OPTION_END, REPEAT_END):
                    depth -= 1
                    while choices[depth, 4] >= 0:
                        depth -= 1
                    k = i
                    if op == REPEAT_END and i > choices[depth, 1]:
                        pc = code[pc + 2] - WIDTH
                elif op == QUOTED:
                    if i < e and peek8(p, i) == 34:
                        j = quote_end(p, n, i + 1, e)
                        if j >= 0:
                            fs = i + 1
                            fe = j
                            k = j + 1
                elif op == PRIORITY:
                    j, value = read_number(p, i, e)
                    if j > i and value <= 191:
                        rank = np.int64(SYSLOG[value & 7])
                        fs = i
                        fe = j
                        k = j
                elif op == RANK:
                    j, value = read_number(p, i, e)
                    if j > i:
                        rank = np.int64(TENS[min(value // 10, 6)])
                        fs = i
                        fe = j
                        k = j
                elif op == WORD:
                    found = severity_of(p, n, last_start, last_end, address(words), address(ranks))
                    rank = found if found >= 0 else rank
                    k = i
                else:  # OPEN, CLOSE: a field that holds other fields
                    k = i
                    fs = i
                    fe = i
                if fs >= 0:
                    last_start = fs
                    last_end = fe
                    field = kept[code[pc + 1]] if code[pc + 1] >= 0 else -1
                    if field >= 0 and written >= JOURNAL:
                        k = np.int64(-1)
                    elif field >= 0:
                        if depth:  # else there is no way back but to give the pattern up
                            journal[written, 0] = field
                            journal[written, 1] = starts[field, row]
                            journal[written, 2] = ends[field, row]
                            written += 1
                        # In a repetition, and at the end of an outer field, its start stays.
                        if code[pc + 6] == 0 or starts[field, row] < 0:
                            starts[field, row] = fs
                        ends[field, row] = fe
                if k >= 0:
                    i = k
                    pc += WIDTH
                    continue
                # Of two failures at one place the later operation is the one that had to be there, unless
                # it is another pattern's: the first pattern is the usual one.
                if i > furthest or (i == furthest and number == failed_in):
                    furthest = i
                    failed = pc
                    failed_in = number
                back = 0
                spent = depth == 0
                if not spent:
                    depth -= 1
                    back = choices[depth, 2]
                    pc = choices[depth, 0]
                    i = choices[depth, 1]
                    rank = choices[depth, 3]
                    seek = choices[depth, 4]
                while written > back:
                    written -= 1
                    field = journal[written, 0]
                    starts[field, row] = journal[written, 1]
                    ends[field, row] = journal[written, 2]
                if spent:
                    for field in range(starts.shape[0]):
                        starts[field, row] = -1
                        ends[field, row] = 0
                    break
            if matched:
                pattern[row] = number
                status[row] = MATCH
                severity[row] = rank
                if starts[0, row] >= 0:
                    time[row] = registers[TIME]
                    kind[row] = registers[KIND]
                break
        if far.shape[0]:
            far[row] = furthest - begin
            want[row] = failed
