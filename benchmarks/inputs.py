"""The input files: made once, kept with a note of how they were made, used again when it still holds."""

from __future__ import annotations

import argparse
import gzip
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.cases import CASES, Case

_MILLION = 1_000_000


def parameters(case: Case, size: int, seed: int) -> dict[str, Any]:
    """All that decides the bytes of an input."""
    from benchmarks.expand import VERSION

    return {"case": case.name, "size": size, "seed": seed, "tail": case.tail, "version": VERSION}


def ensure(
    case: Case, folder: Path, *, size: int, seed: int, gzipped: bool, samples: Path | None
) -> dict[str, Any]:
    """Make the input unless it is there; returns its file name, lines and bytes.

    Raises ValueError, OSError or LogcliError when it cannot be made.
    """
    folder.mkdir(parents=True, exist_ok=True)
    data, note = folder / f"{case.name}.log", folder / f"{case.name}.json"
    wanted = parameters(case, size, seed)
    known = _known(note, data, wanted)
    if known is None:
        known = {**_make(case, data, size, seed, samples), "parameters": wanted}
        note.write_text(json.dumps(known), encoding="utf-8")
    if gzipped:
        data = _zip(data)
    return {"file": data.name, **known}


def _known(note: Path, data: Path, wanted: dict[str, Any]) -> dict[str, Any] | None:
    """What is known of an input that was made before with the same parameters."""
    try:
        known: dict[str, Any] = json.loads(note.read_text(encoding="utf-8"))
        fits = known["parameters"] == wanted and data.stat().st_size == known["bytes"]
    except (OSError, ValueError, KeyError):
        return None
    return known if fits else None


def _make(case: Case, data: Path, size: int, seed: int, samples: Path | None) -> dict[str, Any]:
    from benchmarks import expand

    if case.keys:
        return _shop(data, size, seed)
    if case.sample and samples is None:
        raise ValueError("needs the folder of sample logs: --samples or LOGCLI_TEST_DATA")
    sample = expand.read_sample(samples / case.sample) if case.sample and samples else expand.invent(seed)
    most = _MILLION if case.distinct else 2**62
    return expand.expand(case, sample, data, size=size, seed=seed, most=most)


def _shop(data: Path, size: int, seed: int) -> dict[str, Any]:
    """The shop's checkout service, one JSON object to the line."""
    from logcli import registry

    with tempfile.TemporaryDirectory(dir=data.parent) as folder:
        shop = registry.create(
            "datasets", "shop", seed=seed, size_bytes=size, services=("checkout",), truth=False
        )
        shop.write(Path(folder))
        shutil.move(Path(folder) / "checkout.log", data)
    return {"lines": _lines(data), "bytes": data.stat().st_size}


def _lines(path: Path) -> int:
    with path.open("rb") as file:
        return sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 24), b""))


def _zip(data: Path) -> Path:
    packed = data.with_name(data.name + ".gz")
    if not packed.exists() or packed.stat().st_mtime < data.stat().st_mtime:
        with data.open("rb") as source, gzip.open(packed, "wb", compresslevel=6) as target:
            shutil.copyfileobj(source, target, 1 << 24)
    return packed


def sample_folder(option: str | None) -> Path | None:
    """The folder of sample logs: the option or `$LOGCLI_TEST_DATA`."""
    name = option or os.environ.get("LOGCLI_TEST_DATA", "")
    return Path(name) if name else None


def main(arguments: list[str]) -> int:
    """`python -m benchmarks inputs`: make inputs, one JSON line each with file, lines and bytes."""
    parser = argparse.ArgumentParser(prog="benchmarks inputs", description=main.__doc__)
    parser.add_argument("names", nargs="+", choices=sorted(CASES), metavar="INPUT")
    parser.add_argument("--size", type=float, default=2e9, help="bytes of each input (default 2e9)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--data", type=Path, default=Path(".benchdata"), help="where they are kept")
    parser.add_argument("--samples", help="folder with loghub_2k (default $LOGCLI_TEST_DATA)")
    parser.add_argument("--gzip", action="store_true", help="pack them")
    given = parser.parse_args(arguments)
    from logcli.errors import LogcliError

    failed = 0
    for name in given.names:
        try:
            made = ensure(
                CASES[name], given.data, size=int(given.size), seed=given.seed,
                gzipped=given.gzip, samples=sample_folder(given.samples),
            )  # fmt: skip
        except (OSError, ValueError, LogcliError) as error:
            made, failed = {"reason": f"{type(error).__name__}: {error}"}, 1
        print(json.dumps({"input": name, **made}), flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
