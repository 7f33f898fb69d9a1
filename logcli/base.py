"""The kinds of leaf, and the values that pass between the stages.

A kind is an abstract class with one to three methods. A leaf is one file in the folder of its kind
with exactly one public subclass of it (or one YAML file where the kind can be read from data).
Constructors take keyword parameters with defaults and only store them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect_left
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO, ClassVar

from logcli.errors import LogcliError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

    from logcli.dress import Dress
    from logcli.streams import Stream

    Bytes = npt.NDArray[np.uint8]
    Ints = npt.NDArray[np.int32]
    Longs = npt.NDArray[np.int64]
    Flags = npt.NDArray[np.uint8]
    Hashes = npt.NDArray[np.uint64]
    Range = tuple[Ints, Ints]  # start (-1: absent) and end, both into `text`
    Progress = Callable[[int, int | None, str], None]

# Status of a line after `Format.cut`.
NO_MATCH, RECORD_START, BLANK, HEADER, CONTINUED = 0, 1, 2, 3, 4

# A time that is not known.
NO_TIME = -(2**63)

# What a timestamp text said (bits of `Cut.time_kind`); what it did not say is filled in later.
HAS_YEAR, HAS_DATE, HAS_ZONE = 1, 2, 4


@dataclass(slots=True)
class Block:
    """Whole lines of one source, as read.

    data : bytes of the block; the last line may lack its newline at the end of the input
    source : name shown to the user
    offset : byte offset of `data[0]` in the decompressed input
    cut_lines : offsets within `data` of lines that were longer than the limit and lost their end
    lost_bytes : bytes removed by that limit, in all
    buffer : the reusable allocation behind `data`, given back by `Pool.release`
    lost_each : bytes removed from each of `cut_lines`: what follows lies that much further in the input
    """

    data: Bytes
    source: str
    offset: int
    cut_lines: tuple[int, ...] = ()
    lost_bytes: int = 0
    state: Any = None
    buffer: Any = None
    lost_each: tuple[int, ...] = ()

    def upto(self, stop: int) -> Block:
        """The block's first bytes, up to the end of a line."""
        n = bisect_left(self.cut_lines, stop)
        lost = self.lost_each[:n]
        return Block(
            self.data[:stop],
            self.source,
            self.offset,
            self.cut_lines[:n],
            sum(lost),
            self.state,
            lost_each=lost,
        )


@dataclass(slots=True)
class Lines:
    """The lines of a block, as valid UTF-8 without ANSI codes.

    text : the block's bytes, then a rewritten copy of each line that needed mending
    start, end : each line in `text`, without its line ending
    raw_start, raw_end : the same line in the block as it was read
    defects : bits of `schema.DEFECTS`
    """

    text: Bytes
    start: Ints
    end: Ints
    raw_start: Ints
    raw_end: Ints
    defects: Flags
    state: Any = None

    def __len__(self) -> int:
        return len(self.start)


@dataclass(slots=True)
class Ragged:
    """Key and value ranges, any number per row: row i owns `offsets[i]:offsets[i + 1]`."""

    offsets: Longs
    key_start: Ints
    key_end: Ints
    value_start: Ints
    value_end: Ints


@dataclass(slots=True)
class Cut:
    """What a format found, one row per line (or per record of a container line, see `row`).

    text : the lines' text, longer than `Lines.text` where the format had to write (unescaped strings)
    status : NO_MATCH, RECORD_START, BLANK, HEADER or CONTINUED
    time : nanoseconds, local to the text's zone unless HAS_ZONE; year 2000 if no year was written,
        1970-01-01 if no date; NO_TIME if there is none
    severity : OpenTelemetry number, 0 when unknown
    columns : `body`, `time_text`, `severity_text`, … ranges into `text`; every name that is not a
        column of RECORD is an attribute, `resource.x` is the resource attribute `x`
    extra : further attributes, when their names differ from row to row
    row : line of each row; None when row i is line i. Several rows of one line are several records.
    """

    text: Bytes
    status: Flags
    time: Longs
    time_kind: Flags
    severity: Flags
    columns: dict[str, Range] = field(default_factory=dict)
    extra: Ragged | None = None
    resource: Ragged | None = None
    row: Ints | None = None


@dataclass(slots=True)
class Distinct:
    """Distinct shapes (or bodies) in order of their first record: what a parser learns from.

    bodies : the first body of each, as text; a parser must not assume it is short
    counts : records of each
    first : index of the first record of each
    varied : per shape, for each of its value tokens in order, about how many distinct values it had
        (exact up to 1, an estimate up to 64 above); empty tuples when the grain is `body`
    """

    bodies: Sequence[str]
    counts: Longs
    first: Longs
    varied: Sequence[tuple[int, ...]] = ()

    def __len__(self) -> int:
        return len(self.bodies)


class Leaf:
    """Anything found by its file name. `name` is set by the registry."""

    name: ClassVar[str] = ""


class Source(Leaf, ABC):
    """Where bytes come from."""

    @abstractmethod
    def matches(self, target: str) -> bool:
        """Whether this source reads the target."""

    @abstractmethod
    def expand(self, target: str, report: Callable[[str], None]) -> list[Stream]:
        """What the target stands for, in reading order; all of it checked, none of it read.

        report : is told what was left out and why
        Raises LogcliError if nothing can be read.
        """


class Format(Leaf, ABC):
    """How a line becomes a record. Pure: the same lines always give the same cut.

    continuation : `any` (a line that fits nothing continues the record before it), `indented` (only
        if it is indented or part of a stack trace), `never`
    wraps : the body is a line of another format, to be cut in its turn
    container : a line may hold several records
    """

    continuation: str = "indented"
    wraps: bool = False
    container: bool = False

    @abstractmethod
    def cut(self, lines: Lines, *, attributes: bool = True) -> Cut:
        """Find the fields of each line; `attributes=False` may leave out all but RECORD's columns."""

    def begin(self, state: Any, block: Block) -> Any:
        """State that a block's `cut` needs from blocks before it (W3C field lines); None for most."""
        return None

    def explain(self, line: bytes) -> tuple[int, str]:
        """How far the line matched (bytes) and what was expected there."""
        return 0, f"not a line of format `{self.name}`"


class Parser(Leaf, ABC):
    """Groups bodies under templates.

    `learn` writes; `match` and `templates` never change anything. Same input, same answer.

    grain : what it learns from by default, `body` or `shape`
    mask : what the literature's masks (regular expressions for values) are replaced by in its bodies:
        `<*>`, or nothing where the paper's tools take them out
    """

    grain: ClassVar[str] = "body"
    mask: ClassVar[str] = "<*>"

    @abstractmethod
    def learn(self, distinct: Distinct) -> npt.NDArray[np.int64]:
        """Learn from distinct bodies or shapes, in first-seen order; the group of each."""

    @abstractmethod
    def match(self, distinct: Distinct) -> npt.NDArray[np.int64]:
        """The group of each under what was learnt; -1 for none."""

    @abstractmethod
    def templates(self) -> list[str]:
        """Text of each group's template, `<*>` for a value."""

    @abstractmethod
    def save(self) -> dict[str, Any]:
        """The learnt state as JSON-able data."""

    @abstractmethod
    def load(self, state: dict[str, Any]) -> None:
        """Take the state that `save` gave; raises LogcliError if it is not one."""


class Sink(Leaf, ABC):
    """Writes batches as bytes.

    suffixes : file endings that choose this sink for `-o`
    binary : not for a terminal
    files : writes a set of files at a path instead of one stream
    dressed : makes its own colours and lets no other escape codes through
    live : set when following a log: flush after each batch
    dress : set by the caller: colour and width, nothing cut or coloured if None
    """

    suffixes: ClassVar[tuple[str, ...]] = ()
    binary: ClassVar[bool] = False
    files: ClassVar[bool] = False
    dressed: ClassVar[bool] = False
    live: bool = False
    dress: Dress | None = None

    @abstractmethod
    def write(self, batches: Iterable[pa.RecordBatch], schema: pa.Schema, out: BinaryIO | Path) -> None:
        """Write all batches of the schema; called once, also for no batch at all."""


@dataclass(slots=True)
class Labelled:
    """A log with the template of each line, in the order of its lines.

    bodies : what a parser is given, without the header
    templates : the true template of each body, `<*>` for a value, as the truth writes it
    style : how it writes: a name of `templates.STYLES`
    """

    bodies: Sequence[str]
    templates: Sequence[str]
    style: str = "lossless"


@dataclass(slots=True)
class AnomalyLabels:
    """What was found to be anomalous, and as what.

    per : what a label is about: `line`, `block`, `application`, ...
    keys : names of the blocks, applications, ... that have one; empty for lines, in the order of the log
    kinds : what a label may say; the first is what is normal
    kind : number of the kind of each key or line
    others : whether what is not among the keys is normal, rather than not known
    pattern : regular expression that finds the key in a line, as its first group; empty for lines
    """

    per: str
    keys: Sequence[str]
    kinds: Sequence[str]
    kind: npt.NDArray[np.int16]
    others: bool = False
    pattern: str = ""

    @property
    def anomalous(self) -> npt.NDArray[np.bool_]:
        """Which keys or lines are not normal."""
        found: npt.NDArray[np.bool_] = self.kind != 0
        return found


class Dataset(Leaf, ABC):
    """A labelled log: where it comes from, and how its files in the data folder are read.

    truths : names of its versions of the truth, the best known first; none if only anomalies are labelled
    lines : labelled lines; 0 if that is not known or a matter of parameters
    system : what wrote the log, as the literature calls it
    labels : what an anomaly label is about: `line`, `block`, `application`, ...; empty for none
    generated : whether `bring` makes it rather than downloads it
    """

    truths: tuple[str, ...] = ()
    lines: int = 0
    system: str = ""
    labels: str = ""
    generated: ClassVar[bool] = False

    @abstractmethod
    def bring(
        self, folder: Path, *, accepted: bool = False, progress: Progress | None = None
    ) -> dict[str, Any]:
        """Get its files into a folder of its own: downloaded or made; returns a summary.

        accepted : whether the user has agreed to its licence, where that must be agreed to
        progress : is told bytes done, bytes in all (None if unknown) and what is being done

        Raises LogcliError when something cannot be had or the licence is not accepted.
        """

    def missing(self, folder: Path) -> list[str]:
        """Files that are not in the folder; looks at names only."""
        return [] if folder.is_dir() else [folder.name]

    @abstractmethod
    def read(self, folder: Path, truth: str) -> Labelled:
        """The log and a version of its truth; raises LogcliError for what is missing or wrong."""

    def read_labels(self, folder: Path) -> AnomalyLabels:
        """Which lines, blocks, ... were anomalous; raises LogcliError if nothing says so."""
        raise LogcliError(f"dataset `{self.name}` has no anomaly labels")

    def masks(self, parser: str) -> tuple[str, ...]:
        """Regular expressions for values that the literature used with a parser on this log."""
        return ()

    def tuned(self, parser: str) -> dict[str, Any] | None:
        """Parameters of a parser that the literature tuned for this log; None if it never ran it there."""
        return None
