"""How well `logcli diff` finds what people marked in failing CI logs: `python -m benchmarks.cidiff FOLDER`.

FOLDER is the dataset of labri-progress/cidiff: folders with `pass.log.gz`, `fail.log.gz` and `groundtruth`.
"""

from __future__ import annotations

import argparse
import gzip
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from logcli import differences
from logcli.compared import COLUMNS, Compared
from logcli.comparing import Pair
from logcli.differences import Finding
from logcli.pipeline import Request, Run


@dataclass(frozen=True)
class Judged:
    """One case.

    hits : whether each finding, best first, contains a marked line; what is gone has no lines
    covered : share of the marked lines in the first three findings
    precision : share of these findings' lines that are marked, as error or as context
    """

    name: str
    hits: list[bool]
    covered: float
    precision: float
    ranges: list[tuple[int, int]]


def main(arguments: list[str]) -> int:
    """Print a table of all cases and the sums."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cidiff", description=__doc__)
    parser.add_argument("folder", type=Path)
    found = [judge(case) for case in cases(parser.parse_args(arguments).folder)]
    if not found:
        print("no case with pass.log.gz, fail.log.gz and groundtruth in this folder", file=sys.stderr)
        return 1
    print("\n".join(table(found)))
    return 0


def cases(folder: Path) -> list[Path]:
    """Folders with both logs and the truth, by name."""
    found = sorted(path.parent for path in folder.rglob("groundtruth"))
    return [case for case in found if (case / "pass.log.gz").exists() and (case / "fail.log.gz").exists()]


def judge(case: Path) -> Judged:
    """Compare the two logs of a case and hold the findings against the truth."""
    error, context = marked(case)
    ranges = [(one.first_line or 0, one.last_line or -1) for one in findings(case)]
    hits = [any(first <= line <= last for line in error) for first, last in ranges]
    shown = {line for first, last in ranges[:3] for line in range(first, last + 1)}
    good = len(shown & (error | context)) / max(len(shown), 1)
    return Judged(case.name, hits, len(shown & error) / len(error), good, ranges[:3])


def findings(case: Path) -> list[Finding]:
    """What `logcli diff pass.log.gz fail.log.gz` finds."""
    pair, sides = Pair([str(case / "pass.log.gz")], str(case / "fail.log.gz")), Compared()
    asked = pair.request(Request(targets=pair.targets, columns=COLUMNS), lambda text: None)
    with Run(asked) as run:
        for batch in run.parsed():
            sides.update(batch, pair.sides(batch))
    return differences.findings(sides, int(sides.last.max()))


def marked(case: Path) -> tuple[set[int], set[int]]:
    """Line numbers marked as error and as context.

    The truth counts a carriage return alone as the end of a line, too; here only a newline is one.
    """
    text = gzip.decompress((case / "fail.log.gz").read_bytes())
    ends = [match.group() for match in re.finditer(rb"\r\n|\r|\n", text)]
    numbers = [1]
    for end in ends:
        numbers.append(numbers[-1] + end.endswith(b"\n"))
    found: dict[str, set[int]] = {"E": set(), "C": set()}
    for kind, first, last in re.findall(
        r"^([EC]) (\d+)(?:-(\d+))?", (case / "groundtruth").read_text(), re.M
    ):
        found[kind] |= set(numbers[int(first) - 1 : int(last or first)])
    return found["E"], found["C"]


def table(found: list[Judged]) -> list[str]:
    """Markdown: a row per case, then sums and means."""
    lines = [
        "| case | first | in three | covered | precision | lines of the first three |",
        "|---|---|---|---|---|---|",
    ]
    for one in found:
        first, three = ("yes" if hit else "no" for hit in (any(one.hits[:1]), any(one.hits[:3])))
        places = ", ".join(f"{a}-{b}" for a, b in one.ranges if a)
        lines.append(
            f"| {one.name} | {first} | {three} | {one.covered:.2f} | {one.precision:.2f} | {places} |"
        )
    n = len(found)
    firsts, threes = (sum(any(one.hits[:k]) for one in found) for k in (1, 3))
    covered, precision = (sum(getattr(one, name) for one in found) / n for name in ("covered", "precision"))
    lines.append(f"| all {n} | {firsts} of {n} | {threes} of {n} | {covered:.2f} | {precision:.2f} | |")
    return lines


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
