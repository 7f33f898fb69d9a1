"""Runs drain3 over the first lines of an input: the program behind the two drain3 subjects.

The header is cut as for the other subjects, so that the same bodies are mined; for JSON lines the
body is the value of one key. Template ids and counts are made, times and parameters are not.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import sys
from collections.abc import Callable, Iterable
from itertools import islice
from pathlib import Path
from typing import IO, Any, cast

from benchmarks.cases import CASES, Case


def body_of(case: Case) -> Callable[[str], str]:
    """Function that cuts the body out of a line; a line with another header is all body."""
    if case.keys:
        import orjson

        key = case.keys["body"]
        return lambda line: str(orjson.loads(line)[key])
    header = re.compile(case.header)

    def cut(line: str) -> str:
        match = header.match(line)
        return match["body"] if match else line

    return cut


def open_text(path: Path) -> IO[str]:
    """Open an input, plain or gzipped."""
    if path.suffix == ".gz":
        return cast("IO[str]", gzip.open(path, "rt", encoding="utf-8", errors="replace", newline="\n"))
    return path.open(encoding="utf-8", errors="replace", newline="\n")


def example_masks() -> list[tuple[str, str]]:
    """Pattern and name of drain3's example masks.

    They are taken from the package (a commented list in `drain3.masking`, the same as in the
    project's `examples/drain3.ini`). Raises LookupError when they are not there.
    """
    from drain3 import masking

    source = Path(masking.__file__).read_text(encoding="utf-8")
    found = re.findall(r"""^#\s+MaskingInstruction\(r'(.+)', "(\w+)"\),$""", source, re.MULTILINE)
    if not found:
        raise LookupError("this drain3 has no example masks in `drain3/masking.py`")
    return found


def miner(masks: bool) -> Any:
    """A drain3 miner with default settings, nothing persisted."""
    from drain3 import TemplateMiner
    from drain3.masking import MaskingInstruction
    from drain3.template_miner_config import TemplateMinerConfig

    config = TemplateMinerConfig()
    if masks:
        config.masking_instructions = [MaskingInstruction(*mask) for mask in example_masks()]
    return TemplateMiner(config=config)


def mine(lines: Iterable[str], case: Case, masks: bool) -> dict[str, int]:
    """Mine the lines; how many there were and how many templates came of them."""
    cut, drain = body_of(case), miner(masks)
    count = 0
    for count, line in enumerate(lines, 1):  # noqa: B007
        drain.add_log_message(cut(line.rstrip("\n")))
    return {"lines": count, "templates": len(drain.drain.clusters)}


def main(arguments: list[str]) -> int:
    """`python -m benchmarks.drain FILE --case hdfs --lines 500000 [--masks]`."""
    parser = argparse.ArgumentParser(prog="benchmarks.drain", description=main.__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--case", choices=sorted(CASES), required=True)
    parser.add_argument("--lines", type=int, required=True)
    parser.add_argument("--masks", action="store_true")
    given = parser.parse_args(arguments)
    with open_text(given.file) as file:
        print(json.dumps(mine(islice(file, given.lines), CASES[given.case], given.masks)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
