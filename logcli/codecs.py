"""Compressed bytes, known by their content: gzip, zstd, xz, bz2 and lz4 frames.

Everything streams in bounded memory, whatever the data claims about itself. Several members or
frames one after another are one input; damaged data gives what could be read, and a note.
"""

from __future__ import annotations

import bz2
import lzma
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from logcli.decoders import Damage, Decoder, Gzip, Stepwise, Zstd

_PIECE = 1 << 20  # about how many bytes are given at once
_CHUNK = 1 << 18  # compressed bytes read at once
_LONGEST_MAGIC = 10
_XZ_MEMORY = 256 << 20  # `xz -9` needs 65 MiB; a header may ask for 4 GiB
_BZ2_FIRST = (bytes.fromhex("314159265359"), bytes.fromhex("177245385090"))  # a block, or the end at once

Report = Callable[[str, bool], None]  # a note for the user, and whether input was lost


@dataclass(frozen=True)
class Codec:
    """A kind of compression: how to know it, and how to undo one member of it."""

    name: str
    matches: Callable[[bytes], bool]
    decoder: Callable[[], Decoder]


def detect(head: bytes) -> Codec | None:
    """The compression of data that begins with `head` (10 bytes, unless there are fewer); None for none.

    >>> detect(bytes.fromhex("1f8b0800")).name
    'gzip'
    >>> detect(b"BZh is how this text begins")
    """
    return next((codec for codec in CODECS if codec.matches(head)), None)


def decode(codec: Codec, read: Callable[[int], bytes], report: Report) -> Iterator[bytes]:
    """Decompressed bytes in pieces of about 1 MiB; `read(n)` gives compressed ones, b"" at the end."""
    return iter(_Members(codec, read, report))


class _Members:
    def __init__(self, codec: Codec, read: Callable[[int], bytes], report: Report) -> None:
        self._codec = codec
        self._read = read
        self._report = report
        self._data = b""  # read, not yet given to a decoder
        self._taken = 0
        self._intact = True

    def __iter__(self) -> Iterator[bytes]:
        yield from self._member()
        while self._intact and self._another():
            yield from self._member()

    def _more(self) -> bool:
        chunk = self._read(_CHUNK)
        self._data += chunk
        self._taken += len(chunk)
        return bool(chunk)

    def _member(self) -> Iterator[bytes]:
        decoder = self._codec.decoder()
        while not decoder.eof:
            if decoder.needs_input and not self._data and not self._more():
                return self._lost(f"ends early at byte {self._taken:,}")
            data, self._data = self._data, b""
            try:
                piece = decoder.decompress(data, _PIECE)
            except Damage as damage:
                yield damage.kept
                return self._lost(f"is damaged near byte {self._taken - damage.left:,} ({damage})")
            if piece:
                yield piece
        self._data = decoder.unused_data

    def _lost(self, what: str) -> None:
        self._intact = False
        self._report(f"{self._codec.name} data {what}: kept what was readable", True)

    def _another(self) -> bool:
        """Whether a further member follows; zero bytes between members are padding."""
        self._data = self._data.lstrip(b"\0")
        while len(self._data) < _LONGEST_MAGIC and self._more():
            self._data = self._data.lstrip(b"\0")
        if self._data and not self._codec.matches(self._data):
            at = self._taken - len(self._data)
            self._report(f"what follows the {self._codec.name} data at byte {at:,} was left out", False)
            return False
        return bool(self._data)


def _begins(magic: str) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(bytes.fromhex(magic))


def _is_zstd(head: bytes) -> bool:
    skippable = head[1:4] == bytes.fromhex("2a4d18") and head[0] >> 4 == 5
    return skippable or head.startswith(bytes.fromhex("28b52ffd"))


def _is_bz2(head: bytes) -> bool:
    known = any(first.startswith(head[4:10]) for first in _BZ2_FIRST)
    return len(head) > 4 and head[:3] == b"BZh" and head[3:4] in b"123456789" and known


def _bz2() -> Decoder:
    return Stepwise(bz2.BZ2Decompressor(), OSError)


def _xz() -> Decoder:
    return Stepwise(lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_MEMORY), lzma.LZMAError)


def _lz4() -> Decoder:
    import lz4.frame

    return Stepwise(lz4.frame.LZ4FrameDecompressor(), RuntimeError)


CODECS = (
    Codec("gzip", _begins("1f8b08"), Gzip),
    Codec("zstd", _is_zstd, Zstd),
    Codec("xz", _begins("fd377a585a00"), _xz),
    Codec("bz2", _is_bz2, _bz2),
    Codec("lz4", _begins("04224d18"), _lz4),
)
