"""Every line of real logs is accounted for, and nothing of it is lost between bytes and table."""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
from collections.abc import Iterator
from pathlib import Path

import lz4.frame
import numpy as np
import pyarrow as pa
import pytest

from logcli import foreign, scanning
from logcli.accounting import Account
from logcli.errors import visible
from logcli.pipeline import Request, Run

_FOLDER = os.environ.get("LOGCLI_TEST_DATA", "")
_SAMPLE = 1 << 20  # bytes of each file
_SMALL = 3 << 10  # bytes per block, to have borders between records everywhere

needs_data = pytest.mark.skipif(not _FOLDER, reason="LOGCLI_TEST_DATA names no folder with logs")


def _groups() -> dict[str, list[Path]]:
    """The files, by folder of their collection."""
    found: dict[str, list[Path]] = {}
    root = Path(_FOLDER)
    for path in sorted(root.glob("formats/**/*")) if _FOLDER else []:
        if path.is_file() and foreign.kind(path.read_bytes()[: 1 << 10]) is None:
            found.setdefault("/".join(path.relative_to(root).parts[1:3][:2]), []).append(path)
    return found


def unpacked(data: bytes) -> bytes:
    """The text of a file, told by its magic numbers."""
    for magic, unpack in (
        (b"\x1f\x8b", gzip),
        (b"BZh", bz2),
        (b"\xfd7zXZ", lzma),
        (b"\x04\x22M\x18", lz4.frame),
    ):
        if data.startswith(magic):
            try:
                return bytes(unpack.decompress(data))
            except (OSError, EOFError, ValueError):
                return b""
    return data


def in_utf8(data: bytes) -> bytes:
    """The same text as UTF-8 with newlines."""
    for mark, charset in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"), (b"\xef\xbb\xbf", "utf-8")):
        if data.startswith(mark):
            data = data[len(mark) :].decode(charset, "surrogateescape").encode("utf-8", "surrogateescape")
    return data if b"\n" in data[: 1 << 16] else data.replace(b"\r", b"\n")


def samples(paths: list[Path], folder: Path) -> Iterator[tuple[Path, bytes]]:
    """A file with the beginning of each of these, and its text."""
    for number, path in enumerate(paths):
        data = unpacked(path.read_bytes())[:_SAMPLE]
        sample = folder / f"{number}.log"
        sample.write_bytes(data)
        yield sample, in_utf8(data)


def read(path: Path, **more: object) -> tuple[pa.Table, Account]:
    with Run(Request(targets=(str(path),), jobs=1, **more)) as run:  # type: ignore[arg-type]
        batches = list(run.parsed())
        return pa.Table.from_batches(batches) if batches else pa.table({}), run.account


def check_sums(account: Account, text: bytes, table: pa.Table) -> None:
    lines = text.count(b"\n") + (not text.endswith(b"\n") and bool(text))
    assert account.lines == lines
    parts = (account.first, account.continuation, account.blank, account.header, account.unreadable)
    assert account.lines == sum(parts)
    assert account.records == account.matched + account.unmatched == account.kept + account.filtered
    assert account.kept == table.num_rows
    assert account.containers or account.records == account.first
    assert not account.damaged


def filled(template: str, parameters: list[str]) -> str:
    """The text of a template with its values put in; `<*>` in a log is always a value."""
    parts = template.split("<*>")
    assert len(parts) == len(parameters) + 1
    return "".join(a + b for a, b in zip(parts, [*parameters, ""], strict=True))


def check_rows(table: pa.Table, text: bytes) -> None:
    """Templates with their values are the bodies; places lead to the lines."""
    columns = ("body", "template", "parameters", "line", "offset", "length")
    starts = np.concatenate(([0], np.flatnonzero(np.frombuffer(text, np.uint8) == 10) + 1))
    for body, template, values, line, offset, length in zip(
        *(table.column(name).to_pylist() for name in columns), strict=True
    ):
        assert filled(template, values) == body
        assert starts[line - 1] == offset, (line, offset)
        end = offset + length
        assert 0 < length <= len(text) - offset
        assert text[end : end + 1] in (b"", b"\n", b"\r"), text[end - 10 : end + 10]


@needs_data
@pytest.mark.slow
@pytest.mark.parametrize("group", _groups())
def test_real_logs(group: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failures = []
    for path, text in samples(_groups()[group], tmp_path):
        name = _groups()[group][int(path.stem)].name
        try:
            table, account = read(path)
            check_sums(account, text, table)
            if table.num_rows:
                check_rows(table, text)
            for size in ("BLOCK_BYTES", "WIDE_BLOCK_BYTES"):
                monkeypatch.setattr(scanning, size, _SMALL)
            again, recount = read(path)
            assert recount.line() == account.line()
            assert again.to_pylist() == table.to_pylist()
        except AssertionError as error:
            failures.append(f"{name}: {visible(str(error))[:400]}")
        finally:
            monkeypatch.undo()
    assert not failures, "\n".join(failures)
