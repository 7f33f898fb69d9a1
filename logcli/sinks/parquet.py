"""Parquet with the column names and types of the schema"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO, ClassVar

import pyarrow as pa

from logcli.base import Sink
from logcli.output import stamped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

# A row group ends at this many records or bytes: the writer holds one in memory.
_GROUP_ROWS = 65_536
_GROUP_BYTES = 8 << 20


class Parquet(Sink):
    """Row groups of bounded size; columns that repeat themselves are dictionaries, others plain."""

    suffixes: ClassVar[tuple[str, ...]] = (".parquet", ".pq")
    binary: ClassVar[bool] = True

    def write(self, batches: Iterable[pa.RecordBatch], schema: pa.Schema, out: BinaryIO | Path) -> None:
        import pyarrow.parquet as pq

        schema = stamped(schema)
        with pq.ParquetWriter(out, schema, **_options(schema)) as writer:
            for group in _groups(batches):
                writer.write_table(pa.Table.from_batches(group, schema), row_group_size=_GROUP_ROWS)


def _options(schema: pa.Schema) -> dict[str, Any]:
    """Encodings by type. Against zstd 1, lz4 wrote a fifth faster and twice the bytes."""
    words = [field.name for field in schema if pa.types.is_dictionary(field.type)]
    keys = [f"{field.name}.key_value.key" for field in schema if pa.types.is_map(field.type)]
    rising = [field.name for field in schema if field.type == pa.int64() or pa.types.is_timestamp(field.type)]
    # statistics of texts are seldom asked for and cost a tenth of the time
    telling = [field.name for field in schema if pa.types.is_primitive(field.type)]
    return {
        "compression": "zstd",
        "compression_level": 1,
        "use_dictionary": words + keys or False,
        "column_encoding": dict.fromkeys(rising, "DELTA_BINARY_PACKED"),
        "write_statistics": telling or False,
        "write_batch_size": 16_384,
    }


def _groups(batches: Iterable[pa.RecordBatch]) -> Iterator[list[pa.RecordBatch]]:
    group: list[pa.RecordBatch] = []
    rows = size = 0
    for batch in batches:
        group.append(batch)
        rows, size = rows + batch.num_rows, size + batch.nbytes
        if rows >= _GROUP_ROWS or size >= _GROUP_BYTES:
            yield group
            group, rows, size = [], 0, 0
    if group:
        yield group
