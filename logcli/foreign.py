"""Files that are no logs, known by their first bytes."""

from __future__ import annotations

from typing import NamedTuple


class Kind(NamedTuple):
    """What a file is, and how its content could be read."""

    name: str
    hint: str = ""


_PIPE = "unpack it and pipe it in: `{} | logcli templates`"
# First bytes, at a place of the file; short ones only where text hardly begins so.
_KINDS = (
    (0, b"PAR1", Kind("a Parquet file", "`logcli parse -t arrow` writes what can be read again")),
    (0, b"FEA1", Kind("a Feather file", "`logcli parse -t arrow` writes what can be read again")),
    (0, b"ORC\x00", Kind("an ORC file")),
    (0, b"Obj\x01", Kind("an Avro file")),
    (0, b"SQLite format 3\x00", Kind("an SQLite database")),
    (0, b"PK\x03\x04", Kind("a zip archive", _PIPE.format("unzip -p FILE"))),
    (0, b"7z\xbc\xaf\x27\x1c", Kind("a 7z archive", _PIPE.format("7z x -so FILE"))),
    (0, b"Rar!\x1a\x07", Kind("a RAR archive", _PIPE.format("unrar p -inul FILE"))),
    (257, b"ustar", Kind("a tar archive", _PIPE.format("tar -xOf FILE"))),
    (0, b"LPKSHHRH", Kind("a systemd journal", "`journalctl --file FILE -o json | logcli templates`")),
    (0, b"ElfFile\x00", Kind("a Windows event log", "export it as text or XML first")),
    (0, b"\xd4\xc3\xb2\xa1", Kind("a packet capture")),
    (0, b"\x0a\x0d\x0d\x0a", Kind("a packet capture")),
    (0, b"\x7fELF", Kind("a program")),
    (0, b"\x89PNG\r\n", Kind("a PNG image")),
    (0, b"GIF8", Kind("a GIF image")),
    (0, b"\xff\xd8\xff", Kind("a JPEG image")),
    (0, b"%PDF-", Kind("a PDF document")),
)


def kind(head: bytes) -> Kind | None:
    """What an input that begins with these bytes is, None if it may be a log.

    >>> kind(b"PAR1" + bytes(10)).name
    'a Parquet file'
    >>> kind(b"PARTIAL result written")
    """
    return next((found for at, magic, found in _KINDS if head.startswith(magic, at)), None)


def looks_binary(head: bytes) -> bool:
    r"""Whether there are more zero bytes than a log has, which may end with some after a crash.

    >>> looks_binary(b"\x00\x01" * 50), looks_binary(b"one line of text" + bytes(99))
    (True, False)
    """
    return head.rstrip(b"\x00").count(0) * 10 > len(head)
