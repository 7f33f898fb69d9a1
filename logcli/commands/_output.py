"""Tables to where the options say: sink, destination, dress, pager."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from logcli.commands._pager import paged
from logcli.commands._run import Options

if TYPE_CHECKING:
    import pyarrow as pa


class Output:
    """The chosen sink and destination; made before anything is read.

    piped : kind of output when it goes into a pipe and none is named

    Raises UsageError for an unknown kind, and for a binary one on a terminal; LogcliError where nothing
    can be written.
    """

    def __init__(self, options: Options, piped: str = "table") -> None:
        from logcli import output, registry
        from logcli.dress import dress_for

        tty = sys.stdout.isatty()
        named, target = options["to"], options["output"]
        if not named and target in (None, "-") and not tty:
            named = piped
        name, self.target = output.choose(named, target, tty)
        self.sink = registry.create("sinks", name)
        if not self.sink.files:
            output.check(self.target)
        to_terminal = tty and self.target == output.STDOUT
        self.sink.dress = dress_for(options["color"], to_terminal, wrap=False)
        self._pages = options["pager"]

    def write(self, batches: Iterable[pa.RecordBatch], schema: pa.Schema, live: bool = False) -> None:
        """Write all batches; `live` flushes after each and never pages."""
        from logcli.output import open_output

        self.sink.live = live
        if self.sink.files:
            from pathlib import Path

            self.sink.write(batches, schema, Path(self.target))
            return
        pages = self._pages and not live and self.target == "-"
        with paged(pages), open_output(self.target, dressed=self.sink.dressed) as out:
            self.sink.write(batches, schema, out)
