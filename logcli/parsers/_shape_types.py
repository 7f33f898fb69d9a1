"""Values that a look at a whole chunk or at words in a row tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from logcli.kernels import patterns as kernels
from logcli.parsers import _shape_forms as forms
from logcli.parsers._shape_rows import VALUE_TOKEN, Rows, hash_rows, within

if TYPE_CHECKING:
    from logcli.base import Longs


def type_words(rows: Rows) -> None:
    """Words of well-known kinds, and neighbours of one series such as `n14 n15`, are values."""
    kinds: dict[str, int] = {"": 0}
    series = np.array([kinds.setdefault(forms.series(name), len(kinds)) for name in rows.names])
    series[[forms.is_known(name) for name in rows.names]] = -1
    of = series[rows.token]
    row = rows.row_of(np.arange(len(rows.token)))
    apart = (rows.kind[rows.token[1:-1]] == kernels.BLANK) & (row[:-2] == row[2:])
    alike = (of[:-2] > 0) & (of[:-2] == of[2:]) & apart
    value = of < 0
    # `user intern7`: a name that the scan was not sure of, behind a noun that says of what.
    noun = rows.among(forms.spelled(forms.NOUNS))[rows.token]
    value[2:] |= (
        (of[2:] > 0) & noun[:-2] & (rows.kind[rows.token[1:-1]] == kernels.BLANK) & (row[:-2] == row[2:])
    )
    value[:-2] |= alike
    value[2:] |= alike
    rows.token[value] = VALUE_TOKEN
    rows.unite()


def type_chunks(rows: Rows) -> None:
    """Each chunk that has the form of a value is one (`_shape_forms`)."""
    start, stop = _chunks(rows)
    length = stop - start
    gathered = np.repeat(start, length) + within(length)
    hashes = hash_rows(rows.token[gathered], np.append(0, np.cumsum(length)))
    _, first, which = np.unique(hashes, return_index=True, return_inverse=True)
    texts = [rows.text(a, b) for a, b in zip(start[first].tolist(), stop[first].tolist(), strict=True)]
    value = np.array([forms.is_value(text) for text in texts], bool)[which]
    rows.replace(start[value], length[value])
    rows.unite()


def _chunks(rows: Rows) -> tuple[Longs, Longs]:
    """Chunks of more than one token, without a dot or colon at the end."""
    role = rows.role[rows.token]
    inner = (role >= kernels.WORD) & (role <= kernels.JOIN)
    row = rows.row_of(np.arange(len(rows.token)))
    same = inner[1:] & inner[:-1] & (row[1:] == row[:-1])
    start = np.flatnonzero(inner & ~np.append(False, same))
    stop = np.flatnonzero(inner & ~np.append(same, False)) + 1
    last = rows.among(".:")
    for _ in range(3):
        stop = stop - (last[rows.token[stop - 1]] & (stop > start))
    more = stop - start > 1
    return start[more], stop[more]
