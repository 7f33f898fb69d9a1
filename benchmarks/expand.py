"""Makes an input of any size from a sample of a log: same seed, same bytes.

Time fields advance by a fixed number of lines to the second, the other header fields are those of the
sample, and digits and hex values of the bodies are drawn anew (see `redraw`). Lines end in a newline,
whatever the sample has. Memory does not depend on the size.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.cases import Case
from benchmarks.page import Page, compile_page

# Part of every input's parameters: raise it when the same seed gives other bytes.
VERSION = 1
_LINES_PER_PAGE = 16_000
_LINES_PER_SECOND = 100
# The log starts on the tenth of a month: a day of one digit would move the fields behind it.
_DAYS = 18


def expand(
    case: Case, sample: Sequence[bytes], out: Path, *, size: int, seed: int, most: int = 2**62
) -> dict[str, Any]:
    """Write whole lines until the next one would pass `size` bytes, and `most` lines at most.

    Returns the number of lines and bytes. Raises ValueError when no line of the sample has the
    header of the case.
    """
    random = Random(seed)
    page = compile_page(case, sample, max(1, _LINES_PER_PAGE // max(1, len(sample))), random)
    if not len(page.ends):
        raise ValueError(f"no line of the sample is a line of {case.format}")
    lines = written = 0
    with out.open("wb") as file:
        for copy in _copies(page, size, most, seed):
            whole = int(np.searchsorted(page.ends, size - written, side="right"))
            whole = min(whole, most - lines)
            end = int(page.ends[whole - 1]) if whole else 0
            file.write(copy[:end].data)
            lines, written = lines + whole, written + end
    return {"lines": lines, "bytes": written}


def _copies(page: Page, size: int, most: int, seed: int) -> Iterator[npt.NDArray[np.uint8]]:
    """As many copies of the page as it takes to fill `size` bytes or `most` lines."""
    length, count = len(page.low), len(page.ends)
    needed = min(-(-size // length), -(-most // count))
    rate = max(_LINES_PER_SECOND, -(-needed * count // (_DAYS * 86_400)))
    # Raw output of a bit generator is the one stream that numpy promises never to change.
    noise = np.random.PCG64(seed)
    for index in range(needed):
        random = noise.random_raw(-(-length // 8)).view(np.uint8)
        yield page.copy(random, index * count, rate)


def read_sample(path: Path) -> list[bytes]:
    """Lines of a raw log without line endings and blank lines."""
    return [line for line in path.read_bytes().replace(b"\r", b"").split(b"\n") if line.strip()]


def invent(seed: int, lines: int = 1_000) -> list[bytes]:
    """HDFS lines with bodies of random words, for inputs that need no sample."""
    random = Random(seed)
    # Three to five letters: never as long as a unique word.
    words = [
        "".join(random.choices("abcdefghijklmnopqrstuvwxyz", k=random.randint(3, 5))) for _ in range(400)
    ]
    head = "081109 203518 {} INFO dfs.{}: {} {} of {} took {} ms at 10.0.{}.{}"
    return [
        head.format(
            random.randint(10, 999),
            random.choice(("DataNode", "FSNamesystem", "FSDataset")),
            " ".join(random.choices(words, k=random.randint(2, 6))),
            random.randint(1, 99_999),
            " ".join(random.choices(words, k=random.randint(1, 3))),
            random.randint(1, 999),
            random.randint(10, 99),
            random.randint(10, 99),
        ).encode()
        for _ in range(lines)
    ]
