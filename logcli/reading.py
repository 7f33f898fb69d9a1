"""From what the user names to blocks of bytes: the public face of reading.

`expand` turns targets into streams; a stream is opened for a pass; `blocks` cuts a pass into blocks of
whole records; `Tee` lets a pipe be read twice; `follow` goes on where a file ends.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from logcli import rotation
from logcli.blocks import Pool, blocks, room
from logcli.errors import UsageError
from logcli.follow import arriving, follow
from logcli.reader import HEAD_BYTES, Reader
from logcli.streams import Stream
from logcli.tee import Tee

if TYPE_CHECKING:
    from logcli.base import Source

__all__ = ["HEAD_BYTES", "Pool", "Reader", "Stream", "Tee", "arriving", "blocks", "expand", "follow", "room"]


def expand(targets: Sequence[str], report: Callable[[str], None] = lambda note: None) -> list[Stream]:
    """The streams that the targets stand for, all checked, nothing read.

    targets : files, folders (with all below), glob patterns (`**` too), `-` for stdin, or what
        another source knows
    report : is told what was left out and why

    Targets keep their order, but the rotated files of a log come together, the oldest first.
    Raises LogcliError for what is missing or cannot be read, UsageError for stdin named twice.
    """
    sources = _sources()
    streams: list[Stream] = []
    for target in targets:
        source = next((source for source in sources if source.matches(target)), None)
        if source is None:
            raise UsageError(f"no source reads `{target}`", hint="`logcli sources` lists them")
        streams += source.expand(target, report)
    _check_once([stream.name for stream in streams if not stream.rereadable])
    return _oldest_first(streams)


def _sources() -> list[Source]:
    from logcli import registry

    return [registry.create("sources", name) for name in registry.names("sources")]


def _check_once(names: list[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise UsageError(f"`{name}` is named twice, but can be read only once")


def _oldest_first(streams: list[Stream]) -> list[Stream]:
    """A shell expands `app.log*` to `app.log app.log.1 app.log.2.gz`: the newest first."""
    logs: dict[object, list[Stream]] = {}
    for index, stream in enumerate(streams):
        logs.setdefault(rotation.log_of(stream.path) if stream.path else index, []).append(stream)
    return [stream for log in logs.values() for stream in sorted(log, key=_age)]


def _age(stream: Stream) -> tuple[object, ...]:
    return rotation.order(stream.path) if stream.path else ()
