"""Reads a version of the truth: a CSV file with the body and the true template of each line.

Values are text as they stand: `null`, `NA` and nothing at all are no missing values, and a value may
span lines.
"""

from __future__ import annotations

import csv
import gzip
import sys
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

import pyarrow as pa
import pyarrow.csv

from logcli.base import Labelled
from logcli.card import Truth
from logcli.corrections import RULES
from logcli.errors import LogcliError

# A row must fit into a block of the reader.
_BLOCK = 16 << 20
_UNREADABLE = (OSError, EOFError, zlib.error, csv.Error)


def read(truth: Truth, place: Callable[[str], Path]) -> Labelled:
    """The bodies and templates of a truth, in the order of its rows.

    place : where a file of the dataset is, packed with gzip or not

    Linear in the size of the file; correction rules are applied once to each distinct template. Raises
    LogcliError when a file is not the CSV that the card describes.
    """
    path = place(truth.file)
    named = truth.id if truth.templates else truth.template
    bodies, names = columns(path, [truth.body, named])
    distinct = names.dictionary_encode().combine_chunks()
    texts = _texts(distinct.dictionary)
    if truth.templates:
        texts = _by_id(texts, place(truth.templates), truth, path)
    if truth.rules:
        texts = [RULES[truth.rules](text) for text in texts]
    return Labelled(_texts(bodies), [texts[code] for code in distinct.indices.to_pylist()], truth.style)


def columns(path: Path, names: Sequence[str]) -> list[pa.ChunkedArray]:
    """Columns of a CSV file, as they stand in it, as bytes.

    Raises LogcliError for a column that is not there or a row with another number of values.
    """
    header = _header(path)
    for name in names:
        if name not in header:
            hint = f"there are: {', '.join(header)}" if header else ""
            raise LogcliError(f"no column `{name}`", where=str(path), hint=hint)
    try:
        with pa.input_stream(str(path), compression="gzip" if path.suffix == ".gz" else None) as stream:
            table = pa.csv.read_csv(
                stream,
                read_options=pa.csv.ReadOptions(block_size=_BLOCK),
                parse_options=pa.csv.ParseOptions(newlines_in_values=True),
                convert_options=pa.csv.ConvertOptions(
                    include_columns=list(names),
                    column_types={name: pa.binary() for name in names},
                    null_values=[],
                    strings_can_be_null=False,
                ),
            )
    except (pa.ArrowInvalid, OSError) as error:
        raise _damage(path, error) from error
    return [table.column(name) for name in names]


def _texts(column: Any) -> list[str]:
    """The column as text; what is no UTF-8 becomes `\\xNN`."""
    try:
        return list(column.cast(pa.string()).to_pylist())
    except pa.ArrowInvalid:
        return [value.decode("utf-8", "backslashreplace") for value in column.to_pylist()]


def _by_id(ids: Sequence[str], path: Path, truth: Truth, rows: Path) -> list[str]:
    """The text of each id in a file of templates."""
    keys, values = (_texts(column) for column in columns(path, [truth.id, truth.template]))
    known = dict(zip(keys, values, strict=True))
    for name in ids:
        if name not in known:
            raise LogcliError(f"`{name}` in `{rows.name}` is no template", where=str(path))
    return [known[name] for name in ids]


def _header(path: Path) -> list[str]:
    try:
        with _rows(path) as lines:
            return next(csv.reader(lines), [])
    except _UNREADABLE as error:
        raise LogcliError("cannot read the truth", why=str(error), where=str(path)) from error


def _damage(path: Path, error: Exception) -> LogcliError:
    """Where a CSV file is not one; the fast reader does not say."""
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    try:
        with _rows(path) as lines:
            reader = csv.reader(lines)
            wanted = len(next(reader, []))
            for row in reader:
                if row and len(row) != wanted:
                    what = f"a row has {len(row):,} values, the header {wanted:,}"
                    return LogcliError(what, where=f"{path}:{reader.line_num}")
    except _UNREADABLE:
        pass
    return LogcliError("cannot read the truth", why=str(error).split("\n")[0], where=str(path))


@contextmanager
def _rows(path: Path) -> Iterator[TextIO]:
    settings: dict[str, Any] = {"encoding": "utf-8-sig", "errors": "backslashreplace", "newline": ""}
    with gzip.open(path, "rt", **settings) if path.suffix == ".gz" else path.open(**settings) as lines:
        yield lines
