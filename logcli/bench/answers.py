"""What a parser says of a log: the group of each line, the parser's own template, and ours."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from logcli import arrays, shapes
from logcli.base import Parser
from logcli.errors import LogcliError
from logcli.labels import Labeler
from logcli.records import of_texts
from logcli.shapes import ShapeTable

# Lines that are looked at together.
_STEP = 1 << 17
SCHEMA = pa.schema(
    [
        pa.field("group", pa.int32(), nullable=False),
        pa.field("own", pa.dictionary(pa.int32(), pa.string()), nullable=False),
        pa.field("lossless", pa.dictionary(pa.int32(), pa.string())),
    ]
)


@dataclass(slots=True)
class Answer:
    """The answer to a log.

    table : a row per line, columns of SCHEMA: the parser's group, its own template text, and the
        lossless template that the line is labelled with (null where the parser is not ours)
    seconds : what masking, learning and labelling took
    """

    table: pa.Table
    seconds: float


def answer(bodies: pa.Array, parser: Parser, masks: Sequence[str] = ()) -> Answer:
    """Let a parser learn from all lines and say what each of them is.

    bodies : one text per line
    masks : regular expressions for values, replaced in this order by what the parser wants
    A parser that learns from bodies sees each distinct one once, in first-seen order, with its count.
    """
    began = time.perf_counter()
    bodies = masked(bodies, masks, parser.mask)
    raw = parser.grain == "body"
    # No cap: a benchmark that merged what came late would not be one of the parser.
    table = ShapeTable(raw=raw, cap=len(bodies) + 1, cap_bytes=1 << 62)
    number = np.empty(len(bodies), np.int32)
    for start in range(0, len(bodies), _STEP):
        records = of_texts(bodies[start : start + _STEP])
        block = shapes.distinct(records, raw=raw)
        number[start : start + _STEP] = table.admit(block, records)[block.shape]
    groups = parser.learn(table.distinct())
    own = parser.templates()
    labeler = Labeler()
    labeler.learn(table, groups, own)
    lossless = _labelled(bodies, raw, table, labeler)
    seconds = time.perf_counter() - began
    return Answer(_table(groups[number], own, lossless), seconds)


def masked(bodies: pa.Array, masks: Sequence[str], mask: str) -> pa.Array:
    """The bodies with what the masks match replaced; each distinct one is masked once."""
    if not masks:
        return bodies
    patterns = [re.compile(text) for text in masks]
    coded = bodies.dictionary_encode()
    texts = coded.dictionary.to_pylist()
    for pattern in patterns:
        texts = [pattern.sub(lambda _: mask, text) for text in texts]
    return arrays.texts(texts).take(coded.indices)


def _labelled(bodies: pa.Array, raw: bool, table: ShapeTable, labeler: Labeler) -> pa.DictionaryArray:
    """The lossless template of each line."""
    found = np.empty(len(bodies), np.int32)
    for start in range(0, len(bodies), _STEP):
        records = of_texts(bodies[start : start + _STEP])
        block = shapes.distinct(records, raw=raw)
        numbers = table.find(block, records)
        found[start : start + _STEP] = labeler.label(records, block.shape, numbers).template
    texts = arrays.texts(template.text for template in labeler.templates)
    return pa.DictionaryArray.from_arrays(arrays.numbers(found), texts)


def _table(groups: npt.NDArray[np.int64], own: Sequence[str], lossless: pa.Array) -> pa.Table:
    group = arrays.numbers(groups.astype(np.int32))
    texts = pa.DictionaryArray.from_arrays(group, arrays.texts(own))
    return pa.Table.from_arrays([group, texts, lossless], schema=SCHEMA)


def write(answer: Answer, path: Path) -> None:
    """Write an answer as Parquet, whole or not at all."""
    from logcli.output import open_output

    with open_output(path) as out:
        pq.write_table(answer.table, out, compression="zstd")


def read(path: Path) -> pa.Table:
    """Read an answer; its texts come back as dictionaries.

    Raises LogcliError when it is not there or damaged.
    """
    try:
        return pq.read_table(path, schema=SCHEMA).combine_chunks()
    except (OSError, pa.ArrowException) as error:
        why = "it is not there" if isinstance(error, FileNotFoundError) else str(error).split("\n")[0]
        hint = "run it again with `--again`"
        raise LogcliError("cannot read an answer", why=why, where=str(path), hint=hint) from error


def fingerprint(bodies: Sequence[str]) -> str:
    """A digest of a log, which tells whether an answer is to that log."""
    digest = hashlib.blake2b(digest_size=8)
    for start in range(0, len(bodies), _STEP):
        digest.update("".join(f"{body}\0" for body in bodies[start : start + _STEP]).encode())
    return digest.hexdigest()
