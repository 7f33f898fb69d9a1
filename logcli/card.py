"""What a dataset card says: files and where they are upstream, licence, truths, labels, settings."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

LOCAL = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Licence:
    """Under what the data is given.

    notice : what must be shown, and kept with every copy
    accept : whether the user must agree before it is downloaded
    """

    name: str = ""
    url: str = ""
    notice: str = ""
    accept: bool = False


@dataclass(frozen=True, slots=True)
class Archive:
    """A zip, tar or gz file that files are taken from; `url` is empty if it is not published."""

    name: str = ""
    url: str = ""
    sha256: str = ""
    md5: str = ""
    bytes: int = 0


@dataclass(frozen=True, slots=True)
class File:
    """A file of the dataset.

    path : below the dataset's folder; with `/` at its end, a folder that holds the archive's files
    url : where it is upstream; empty if it comes out of an archive or is not published
    archive : name of the archive it is in
    member : end of its path there, by default its own path; of a folder, of all files that go there
    sha256, md5, bytes, lines : of its content, unpacked; empty or 0 where not known
    count : files in the folder, 0 if not known
    """

    path: str = ""
    url: str = ""
    archive: str = ""
    member: str = ""
    sha256: str = ""
    md5: str = ""
    bytes: int = 0
    lines: int = 0
    count: int = 0

    @property
    def is_folder(self) -> bool:
        return self.path.endswith("/")


@dataclass(frozen=True, slots=True)
class Truth:
    """A version of the true templates: a CSV file with a row per line.

    file : the CSV file; body, template : its columns
    templates : a CSV file that the texts are taken from instead, by the column `id` of both
    rules : correction rules that the texts are put through (`logcli.corrections`)
    style : how the texts are written: a name of `logcli.templates.STYLES`
    """

    file: str = ""
    body: str = "Content"
    template: str = "EventTemplate"
    id: str = "EventId"
    templates: str = ""
    rules: str = ""
    style: str = "loghub"


@dataclass(frozen=True, slots=True)
class Labels:
    """What is anomalous.

    per : what a label is about: `line`, `block`, ...
    file : what says so, in the `form` csv, first_word, list or sections (`logcli.anomaly_labels`)
    key, label : columns of a csv
    normal : what a label says of what is normal
    pattern : regular expression that finds the key in a line of the log, as its first group
    others : whether what the file does not name is normal
    """

    per: str = ""
    file: str = ""
    form: str = "csv"
    key: str = ""
    label: str = ""
    normal: str = "Normal"
    pattern: str = ""
    others: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """A dataset card; `datasets/README.md` explains its keys."""

    about: str = ""
    title: str = ""
    like: tuple[str, ...] = ()
    home: str = ""
    made: str = ""
    system: str = ""
    format: str = ""
    lines: int = 0
    licence: Licence = field(default_factory=Licence)
    cite: tuple[str, ...] = ()
    archives: dict[str, Archive] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
    logs: tuple[str, ...] = ()
    truths: dict[str, Truth] = field(default_factory=dict)
    labels: Labels = field(default_factory=Labels)
    masks: tuple[str, ...] = ()
    masks_of: dict[str, tuple[str, ...]] = field(default_factory=dict)
    tuned: dict[str, dict[str, Any]] = field(default_factory=dict)

    def unpublished(self) -> list[str]:
        """Files that have no address: they can only be imported."""
        return [
            file.path
            for file in self.files.values()
            if not (self.archives[file.archive].url if file.archive else file.url)
        ]


def secure(url: str) -> bool:
    """Whether an address may be downloaded from: `https`, or `http` on this machine.

    >>> secure("https://example.org/a"), secure("http://example.org/a"), secure("http://localhost:80/a")
    (True, False, True)
    """
    try:
        parts = urlsplit(url)
        if not url.isascii() or parts.port == 0:
            return False
    except ValueError:
        return False
    here = parts.scheme == "http" and parts.hostname in LOCAL
    return bool(parts.hostname) and (parts.scheme == "https" or here)
