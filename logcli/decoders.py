"""Undoing one member or frame of compressed data, in bounded memory, as far as it is valid."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Any, Protocol

_STEP = 1 << 16  # bytes that a decoder without a way back may lose when it meets damage
_ZSTD_BLOCK = 1 << 17  # the most that one zstd block can hold
_ZSTD_SKIPPABLE = bytes.fromhex("2a4d18")  # last three bytes of the sixteen magic numbers

_Part = Callable[[int], "tuple[int, _Part]"]


class Damage(Exception):
    """Compressed data is not valid; `kept` was readable, `left` bytes of the input were not looked at."""

    def __init__(self, why: object, kept: bytes, left: int) -> None:
        super().__init__(str(why).rsplit(": ", 1)[-1])  # "Error -3 while decompressing data: invalid …"
        self.kept = kept
        self.left = left


class Decoder(Protocol):
    """One member, with the interface of `bz2.BZ2Decompressor`; raises Damage."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int) -> bytes: ...


class Gzip:
    """One gzip member; before damage not a byte is lost."""

    def __init__(self) -> None:
        self._inflate = zlib.decompressobj(31)
        self.needs_input = True

    @property
    def eof(self) -> bool:
        return self._inflate.eof

    @property
    def unused_data(self) -> bytes:
        return self._inflate.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        data = self._inflate.unconsumed_tail + data
        before = self._inflate.copy()
        try:
            piece = self._inflate.decompress(data, max_length)
        except zlib.error as error:
            raise _salvage(before, data, error) from error
        self.needs_input = not self._inflate.unconsumed_tail and len(piece) < max_length
        return piece


def _salvage(inflate: Any, data: bytes, error: zlib.error) -> Damage:
    kept = []
    for step in (4096, 64, 1):
        while data:
            before = inflate.copy()
            try:
                kept.append(inflate.decompress(data[:step]))
            except zlib.error:
                inflate = before
                break
            data = data[step:]
    return Damage(error, b"".join(kept), len(data))


class Stepwise:
    """One member of a library that cannot go back, asked for little at a time so that damage costs little."""

    def __init__(self, decoder: Any, *errors: type[Exception]) -> None:
        self._decoder = decoder
        self._errors = errors

    @property
    def eof(self) -> bool:
        return bool(self._decoder.eof)

    @property
    def needs_input(self) -> bool:
        return bool(self._decoder.needs_input)

    @property
    def unused_data(self) -> bytes:
        return self._decoder.unused_data or b""

    def decompress(self, data: bytes, max_length: int) -> bytes:
        pieces: list[bytes] = []
        size = 0
        while size < max_length:
            try:
                pieces.append(self._decoder.decompress(data, _STEP))
            except self._errors as error:
                raise Damage(error, b"".join(pieces), 0) from error
            data = b""
            size += len(pieces[-1])
            if self.eof or self.needs_input:
                break
        return b"".join(pieces)


class Zstd:
    """One zstd frame, given to the library block by block (RFC 8878, section 3.1.1).

    The library's own streams either do not limit what they give at once or do not say whether the
    frame was complete.
    """

    def __init__(self) -> None:
        import zstandard

        self._unpack = zstandard.ZstdDecompressor().decompressobj(write_size=_ZSTD_BLOCK)
        self._error = zstandard.ZstdError
        self._data = b""
        self._part: _Part = self._header
        self._checksum = False
        self._skip = 0
        self.eof = False
        self.needs_input = True
        self.unused_data = b""

    def decompress(self, data: bytes, max_length: int) -> bytes:
        self._data += data
        pieces: list[bytes] = []
        size = at = 0
        while size < max_length and not self.eof:
            end, then = self._part(at)
            if end > len(self._data):
                break
            if self._skipped not in (self._part, then):
                pieces.append(self._give(at, end, pieces))
                size += len(pieces[-1])
            at, self._part, self.eof = end, then, then == self._done
        self.needs_input = size < max_length
        self._data = self._data[at:]
        if self.eof:
            self.unused_data, self._data = self._data, b""
        return b"".join(pieces)

    def _give(self, at: int, end: int, pieces: list[bytes]) -> bytes:
        try:
            return bytes(self._unpack.decompress(self._data[at:end]))
        except self._error as error:
            raise Damage(error, b"".join(pieces), len(self._data) - at) from error

    # Each part says where it ends and which part follows; an end beyond the data asks for more.

    def _header(self, at: int) -> tuple[int, _Part]:
        if self._data[at + 1 : at + 4] == _ZSTD_SKIPPABLE:
            self._skip = int.from_bytes(self._data[at + 4 : at + 8], "little")
            return at + 8, self._skipped if self._skip else self._done
        flags = self._data[at + 4] if len(self._data) > at + 4 else 0
        single = flags >> 5 & 1
        self._checksum = bool(flags & 4)
        content_size = (single, 2, 4, 8)[flags >> 6]
        dictionary = (0, 1, 2, 4)[flags & 3]
        return at + 6 - single + dictionary + content_size, self._block

    def _block(self, at: int) -> tuple[int, _Part]:
        if len(self._data) < at + 3:
            return at + 3, self._block
        word = int.from_bytes(self._data[at : at + 3], "little")
        size = 1 if word >> 1 & 3 == 1 else word >> 3
        after = self._tail if self._checksum else self._done
        return at + 3 + size, after if word & 1 else self._block

    def _tail(self, at: int) -> tuple[int, _Part]:
        return at + 4, self._done

    def _skipped(self, at: int) -> tuple[int, _Part]:
        there = min(self._skip, len(self._data) - at)
        self._skip -= there
        return at + max(there, 1), self._skipped if self._skip else self._done

    def _done(self, at: int) -> tuple[int, _Part]:
        return at, self._done
