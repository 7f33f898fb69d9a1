"""The verbs of the command line as functions: logs in, Arrow tables or data frames out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from os import fspath
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from logcli import schema
from logcli.pipeline import Request, Run

if TYPE_CHECKING:
    import pandas as pd

    from logcli.accounting import Account


class Log:
    """The records of one or more logs, read anew each time they are asked for.

    account : what became of every line, once records were read
    """

    def __init__(
        self, request: Request, schema: pa.Schema, batches: Callable[[Run], Iterator[pa.RecordBatch]]
    ) -> None:
        asked = request.columns
        fields = [field for field in schema if asked is None or field.name in asked]
        self._request = request
        self._schema = pa.schema(fields)
        self._batches = batches
        self.account: Account | None = None

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        """Arrow batches, in bounded memory."""
        with Run(self._request) as run:
            yield from self._batches(run)
            self.account = run.account

    def to_arrow(self) -> pa.Table:
        """One Arrow table of all records."""
        return pa.Table.from_batches(list(self), self._schema)

    def templates(self, *, values: bool = False) -> pa.Table:
        """The template table, most frequent first, without keeping any record.

        values : also what stands in each slot, at the cost of a second pass
        """
        with Run(self._request) as run:
            table = run.templates(values=values)
            self.account = run.account
        return table

    def to_pandas(self) -> pd.DataFrame:
        """One data frame of all records; attributes are dictionaries."""
        return self.to_arrow().to_pandas(maps_as_pydicts="lossy")


def parse(*targets: Any, **options: Any) -> Log:
    """Records with their template and parameters.

    Parameters
    ----------
    targets : files, folders or globs
    options : fields of `logcli.pipeline.Request`, such as `format="hdfs"`, `parser="drain"`

    Raises UsageError or LogcliError when a name, a parameter or a file is wrong.

    >>> import tempfile, pathlib
    >>> folder = tempfile.TemporaryDirectory()
    >>> file = pathlib.Path(folder.name) / "app.log"
    >>> _ = file.write_text("took 3 ms\\ntook 14 ms\\n")
    >>> parse(file).to_pandas()[["template", "parameters"]].values.tolist()[1]
    ['took <*> ms', array(['14'], dtype=object)]
    >>> folder.cleanup()
    """
    return Log(_request(targets, options), schema.PARSED, Run.parsed)


def read(*targets: Any, **options: Any) -> Log:
    """Records without templates, in one pass; parameters as `parse`."""
    return Log(_request(targets, options), schema.RECORD, Run.records)


def _request(targets: tuple[Any, ...], options: dict[str, Any]) -> Request:
    return Request(targets=tuple(fspath(target) for target in targets), **options)
