"""Reads which lines, blocks, applications, ... of a log were anomalous, in the ways datasets say so.

csv : a row per key, with its label
first_word : the first word of each line of the log is its label
list : a text that names what is anomalous, found by the pattern of the keys
sections : a text with lines `Label:`, each followed by the keys that have it
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence, Sized
from pathlib import Path
from typing import TYPE_CHECKING

from logcli import datafolder
from logcli.base import AnomalyLabels
from logcli.card import Labels
from logcli.errors import LogcliError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_CHUNK = 4 << 20
_ANOMALY = "Anomaly"
_MOST_KINDS = 10_000
_SECTION = re.compile(r"(\w[^:]*):\s*")


def read(labels: Labels, path: Path) -> AnomalyLabels:
    """The labels in a file, in its order.

    Linear in its size; of a log whose lines are labelled, only a piece is in memory at a time. Raises
    LogcliError when the file is not of the form that the card says, or labels a key twice.
    """
    if labels.form == "first_word":
        kinds, kind = _first_words(labels, path)
        return AnomalyLabels(labels.per, (), kinds, kind)
    pairs = list(_FORMS[labels.form](labels, path))
    keys = [key for key, _ in pairs]
    if not keys:
        raise LogcliError("the file has no labels", where=str(path))
    key, count = Counter(keys).most_common(1)[0]
    if count > 1:
        raise LogcliError(f"`{key}` is labelled {count} times", where=str(path))
    kinds, kind = _coded(labels.normal, (label for _, label in pairs))
    return AnomalyLabels(labels.per, keys, kinds, kind, labels.others, labels.pattern)


def _csv(labels: Labels, path: Path) -> Iterator[tuple[str, str]]:
    from logcli import truths

    keys, values = truths.columns(path, [labels.key, labels.label])
    for key, value in zip(keys.to_pylist(), values.to_pylist(), strict=True):
        yield key.decode("utf-8", "backslashreplace"), value.decode("utf-8", "backslashreplace")


def _list(labels: Labels, path: Path) -> Iterator[tuple[str, str]]:
    # The same name again says nothing new in a text.
    for key in dict.fromkeys(_keys(labels, _text(labels, path))):
        yield key, _ANOMALY


def _sections(labels: Labels, path: Path) -> Iterator[tuple[str, str]]:
    label = ""
    for line in _text(labels, path).splitlines():
        section = _SECTION.fullmatch(line)
        if section:
            label = section[1]
        elif label:
            yield from ((key, label) for key in _keys(labels, line))


_FORMS: dict[str, Callable[[Labels, Path], Iterator[tuple[str, str]]]] = {
    "csv": _csv,
    "list": _list,
    "sections": _sections,
}


def _text(labels: Labels, path: Path) -> str:
    with datafolder.content(path, labels.file) as data:
        return data.read().decode("utf-8", "backslashreplace")


def _keys(labels: Labels, text: str) -> Iterator[str]:
    for match in re.finditer(labels.pattern, text):
        yield match[match.re.groups and 1]


def _coded(normal: str, labels: Iterable[str]) -> tuple[Sequence[str], npt.NDArray[np.int16]]:
    """The distinct labels, what is normal first, and the number of each."""
    import numpy as np

    codes = {normal: 0}
    kind = np.fromiter((codes.setdefault(label, len(codes)) for label in labels), np.int64)
    _check_few(codes)
    return tuple(codes), kind.astype(np.int16)


def _check_few(codes: Sized) -> None:
    if len(codes) > _MOST_KINDS:
        raise LogcliError(f"more than {_MOST_KINDS:,} kinds of label", hint="is it another file?")


# --- a label at the beginning of each line --------------------------------------------------------


def _first_words(labels: Labels, path: Path) -> tuple[Sequence[str], npt.NDArray[np.int16]]:
    """As `_coded`, of the first word of each line; lines are looked at one by one only if not normal."""
    import numpy as np

    codes: dict[bytes, int] = {labels.normal.encode(): 0}
    parts = [np.zeros(0, np.int16)]
    rest = b""
    with datafolder.content(path, labels.file) as data:
        while chunk := data.read(_CHUNK):
            text = rest + chunk
            stop = text.rfind(b"\n") + 1
            parts.append(_kinds(text[:stop], codes))
            rest = text[stop:]
    if rest:
        parts.append(_kinds(rest + b"\n", codes))
    return tuple(word.decode("utf-8", "backslashreplace") for word in codes), np.concatenate(parts)


def _kinds(text: bytes, codes: dict[bytes, int]) -> npt.NDArray[np.int16]:
    import numpy as np

    data = np.frombuffer(text, np.uint8)
    starts = np.concatenate(([0], np.flatnonzero(data == ord("\n")) + 1))[:-1]
    kind = np.zeros(len(starts), np.int16)
    normal = next(iter(codes)) + b" "
    usual = np.ones(len(starts), bool)
    for place, char in enumerate(normal):
        usual &= data[np.minimum(starts + place, len(data) - 1)] == char
    for row in np.flatnonzero(~usual).tolist():
        words = text[starts[row] : text.index(b"\n", starts[row])].split(None, 1)
        kind[row] = codes.setdefault(words[0], len(codes)) if words else 0
        _check_few(codes)
    return kind
