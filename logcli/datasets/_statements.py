"""Log statements of well-known programs, as made-up logs with their truth; what both halves share."""

from __future__ import annotations

import csv
import re
import tempfile
from bisect import bisect
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from logcli import base
from logcli.errors import LogcliError, UsageError

if TYPE_CHECKING:
    from logcli.datasets._statements_dice import Dice
    from logcli.datasets._statements_files import Statement
    from logcli.datasets._statements_values import Values

FOLDER = Path(__file__).parent / "_statements"
HALVES = ("open", "held_out")
# Rank r of a program's statements weighs 1 / (r + c)³, c between these: a few write most of the lines.
_OFFSETS = (2, 7)
# What is seldom is still rarer than its rank says, so that many statements are seen once.
_SELDOM = 0.15
_MOST_LINES = 1_000_000
_BODY, _TEMPLATE = "Content", "EventTemplate"


class Statements(base.Dataset):
    """The programs of one half; see the leaves.

    half : of `_statements/SPLIT`
    """

    truths = ("exact",)
    generated: ClassVar[bool] = True
    half: ClassVar[str] = ""

    def __init__(self, *, seed: int = 7, lines: int = 2_000, programs: Sequence[str] = ()) -> None:
        self.seed = seed
        self.per_program = lines
        self.programs = programs

    def bring(
        self, folder: Path, *, accepted: bool = False, progress: base.Progress | None = None
    ) -> dict[str, Any]:
        """Write the logs, if the folder does not have them yet."""
        return self.write(folder) if self.missing(folder) else {"folder": str(folder)}

    def missing(self, folder: Path) -> list[str]:
        """Files that are not in the folder; looks at names only."""
        names = [f"{program}.{end}" for program in self._chosen() for end in ("log", "truth.csv")]
        return [name for name in names if not (folder / name).is_file()]

    def read(self, folder: Path, truth: str) -> base.Labelled:
        """Bodies and templates of the programs, one program after the other.

        Linear in the size of the logs. Raises UsageError for a truth that is not `exact`, LogcliError
        for a file that is missing or no truth.
        """
        if truth not in self.truths:
            what = f"dataset `statements_{self.half}` has no truth called `{truth}`"
            raise UsageError(what, hint="there is: exact")
        found = [read_program(folder, program) for program in self._chosen()]
        return base.Labelled(
            [body for log in found for body in log.bodies], [t for log in found for t in log.templates]
        )

    def write(self, folder: Path) -> dict[str, Any]:
        """Write the logs; all files appear at the end, or none.

        Returns `files` (name → lines, bytes, templates) and the sums `lines`, `bytes`, `templates`.
        Raises UsageError for a parameter that makes no sense, LogcliError if the folder cannot be written.
        """
        chosen = self._chosen()
        if not 1 <= self.per_program <= _MOST_LINES:
            raise UsageError(f"`lines` must be from 1 to {_MOST_LINES:,}: `{self.per_program}`")
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(prefix=".statements-", dir=folder) as scratch:
                made = {
                    f"{program}.log": _write(Path(scratch), program, self.seed, self.per_program)
                    for program in chosen
                }
                for path in sorted(Path(scratch).iterdir()):
                    path.replace(folder / path.name)
        except OSError as error:
            raise LogcliError("cannot write the logs", why=str(error), where=str(folder)) from error
        sums = {key: sum(file[key] for file in made.values()) for key in ("lines", "bytes", "templates")}
        return {"files": made, **sums}

    def _chosen(self) -> list[str]:
        """The wanted programs in the order of their names; one text may hold several, with `+` between."""
        known, given = programs(self.half), self.programs
        names = re.findall(r"[^\s,+]+", given) if isinstance(given, str) else list(given)
        for name in names:
            if name not in known:
                what = f"dataset `statements_{self.half}` has no program `{name}`"
                raise UsageError(what, hint=f"known: {', '.join(known)}")
        return [name for name in known if name in names or not names]


def programs(half: str) -> list[str]:
    """Names of the programs of a half, `open` or `held_out`, sorted.

    >>> "postgresql" in programs("open") + programs("held_out")
    True
    """
    if half not in HALVES:
        raise UsageError(f"the statements have no half `{half}`", hint=f"there are: {', '.join(HALVES)}")
    return [program for program, (where, _) in split().items() if where == half]


@cache
def split() -> dict[str, tuple[str, str]]:
    """Half and style of each program, by name; reads one small file."""
    rows = [line.split() for line in (FOLDER / "SPLIT").read_text(encoding="utf-8").splitlines()]
    return {program: (half, style) for program, half, style in sorted(row for row in rows if row)}


def read_program(folder: Path, program: str) -> base.Labelled:
    """Bodies and templates of one program's log in a folder that `bring` made.

    Raises LogcliError for a file that is missing or no truth.
    """
    from logcli import truths

    truth = folder / f"{program}.truth.csv"
    if not truth.is_file():
        half = split().get(program, HALVES)[0]
        hint = f"`logcli datasets fetch statements_{half}` makes it"
        raise LogcliError(f"`{truth.name}` is missing", where=str(folder), hint=hint)
    bodies, templates = (
        [value.decode() for value in column.to_pylist()]
        for column in truths.columns(truth, [_BODY, _TEMPLATE])
    )
    return base.Labelled(bodies, templates)


def lines(program: str, seed: int, count: int) -> Iterator[tuple[str, str]]:
    """A log of a program: bodies with their templates, the same ones for the same seed."""
    from logcli.datasets._statements_dice import Dice
    from logcli.datasets._statements_values import Values

    dice, values = Dice(seed, program, "lines"), Values(seed, program)
    known = _ranked(program, dice)
    counts = _counts(known, count, dice)
    columns = [_bodies(statement, n, values) for statement, n in zip(known, counts, strict=True)]
    for place in dice.shuffled([place for place, n in enumerate(counts) for _ in range(n)]):
        yield next(columns[place]), known[place].template


def _ranked(program: str, dice: Dice) -> list[Statement]:
    """The statements, the frequent ones first, each group in an order of its own for each seed."""
    from logcli.datasets._statements_files import GROUPS, statements

    known = statements(FOLDER / f"{program}.yaml")
    return [s for group in GROUPS for s in dice.shuffled([s for s in known if s.group == group])]


def _counts(known: Sequence[Statement], lines: int, dice: Dice) -> list[int]:
    """How many lines each statement writes; one at least, if there are lines enough for all."""
    offset = dice.between(*_OFFSETS)
    weights = [
        (_SELDOM if statement.group == "seldom" else 1.0) / (rank + offset) ** 3
        for rank, statement in enumerate(known, start=1)
    ]
    sums = list(accumulate(weights))
    sure = 1 if lines >= 2 * len(known) else 0
    counts = [sure] * len(known)
    for _ in range(lines - sure * len(known)):
        counts[bisect(sums, dice.unit() * sums[-1], hi=len(sums) - 1)] += 1
    return counts


def _bodies(statement: Statement, count: int, values: Values) -> Iterator[str]:
    """The statement's lines."""
    columns: list[list[str]] = []
    named: dict[str, list[str]] = {}
    for place, slot in enumerate(statement.slots):
        key = slot.name or str(place)
        if key not in named:
            named[key] = values.column(slot.kind, slot.words, count, statement.template, key)
        columns.append(named[key])
    form = "%s".join(literal.replace("%", "%%") for literal in statement.literals)
    if not columns:
        return iter([form % ()] * count)
    return map(form.__mod__, zip(*columns, strict=True))


def _write(folder: Path, program: str, seed: int, count: int) -> dict[str, int]:
    """Write a program's log and truth; what they hold."""
    log, truth = folder / f"{program}.log", folder / f"{program}.truth.csv"
    made = list(lines(program, seed, count))
    log.write_bytes("".join(f"{body}\n" for body, _ in made).encode())
    with truth.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow((_BODY, _TEMPLATE))
        writer.writerows(made)
    return {"lines": count, "bytes": log.stat().st_size, "templates": len({template for _, template in made})}
