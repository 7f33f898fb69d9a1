"""A run over two logs at once: who is good, who is bad, and one format that fits both."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow.compute as pc

from logcli import arrays, inputs, reading
from logcli.compared import Compared, Flags
from logcli.errors import LogcliError, UsageError

if TYPE_CHECKING:
    import pyarrow as pa

    from logcli.inputs import Input
    from logcli.reading import Stream
    from logcli.request import Request
    from logcli.scanning import Say


class Pair:
    """The baselines and the log that is compared with them; checked, nothing read.

    at : nanoseconds since 1970 that part one log in two

    Raises UsageError for anything but one bad log, and when a log would be compared with itself.
    """

    def __init__(self, good: Sequence[str], bad: str, at: int | None = None) -> None:
        self.at = at
        self._named = tuple(good)
        self.bad = _only(bad)
        found = [] if at is not None else reading.expand(good)
        self.good = [stream for stream in found if not _same(stream, self.bad)]
        self.left_out = len(found) - len(self.good)
        if at is None and not self.good:
            hint = "name another one, or part it by time: `logcli diff FILE --at TIME`"
            raise UsageError(f"`{bad}` would be compared with itself" if found else "no baseline", hint=hint)

    @property
    def targets(self) -> tuple[str, ...]:
        """What to read; names of their own where a pattern stands for the bad log, too."""
        if not self.left_out:
            return (*self._named, self.bad.name) if self.at is None else (self.bad.name,)
        return tuple(stream.name for stream in [*self.good, self.bad])

    @property
    def title(self) -> str:
        """Both sides in words."""
        good = f"`{self.good[0].name}`" if len(self.good) == 1 else f"{len(self.good):,} good logs"
        return f"{good} and `{self.bad.name}`"

    def request(self, asked: Request, say: Say) -> Request:
        """The request, in a format that fits both sides: else the same lines differ in all they say."""
        if asked.format != "auto" or not self.good or not self.bad.rereadable:
            return asked
        theirs = {_format(stream, asked) for stream in self.good if stream.rereadable}
        own = _format(self.bad, asked)
        if not theirs or not own or own in theirs or theirs == {""}:
            return asked
        known = ", ".join(sorted(theirs - {""}))
        say(f"the baseline is {known}, `{self.bad.name}` is {own}: both are read as plain text (-f)")
        return replace(asked, format="plain")

    def sides(self, batch: pa.RecordBatch) -> Flags:
        """Which records are of the bad side; with `at` those from then on."""
        if self.at is None:
            source = batch.column("source")
            names = np.array([name == self.bad.name for name in source.dictionary.to_pylist()], bool)
            return np.asarray(names[arrays.values(source.indices)])
        times = batch.column("time_unix_nano").cast("int64")
        late = pc.greater_equal(times, arrays.scalar(self.at))
        return np.asarray(arrays.values(late, False), bool)

    def check(self, sides: Compared, known: Iterable[Input]) -> None:
        """Raise LogcliError when a side is empty or cannot be known: Arrow streams name earlier logs."""
        if self.at is None and any(isinstance(one, inputs.ArrowInput) for one in known):
            raise LogcliError(
                "Arrow streams cannot be compared", hint="compare the logs that they were made of"
            )
        good, bad = sides.counts.sum(axis=1).tolist()
        if good and bad:
            return
        if self.at is not None:
            where = "before" if not good else "from then on"
            hint = "a time without a date is one of today; `logcli inspect FILE` tells the log's times"
            raise LogcliError(f"`{self.bad.name}` has no records {where}", hint=hint)
        what = f"`{self.bad.name}`" if good else "the baseline"
        raise LogcliError(f"{what} has no records to compare")


def _only(target: str) -> Stream:
    found = reading.expand([target])
    if len(found) != 1:
        why = f"`{target}` stands for {len(found):,} logs"
        raise UsageError("the log to explain is one file, named last", why=why)
    return found[0]


def _same(one: Stream, other: Stream) -> bool:
    """Whether two names are of one file; those inside an archive are told apart by name."""
    if one.path != one.name or other.path != other.name:
        return one.name == other.name
    return Path(one.path).resolve() == Path(other.path).resolve()


def _format(stream: Stream, asked: Any) -> str:
    """The format that a log is found to have; empty for an empty log."""
    with stream.open() as reader:
        if not reader.peek(1):
            return ""
        return inputs.find_input(0, stream, reader, asked).format.name
