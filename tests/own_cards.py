"""Dataset cards of the user's own, in the configuration folder of a test."""

from __future__ import annotations

import hashlib
import json
from itertools import count
from pathlib import Path
from typing import Any

import yaml

from logcli import registry
from tests.running import Done, logcli

_numbers = count(1)


def write(card: dict[str, Any] | str) -> str:
    """Put a card into the configuration folder; its name, which no other card had: classes stay known."""
    name = f"own{next(_numbers)}"
    path = registry.config_folder() / "datasets" / f"{name}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(card if isinstance(card, str) else yaml.safe_dump(card, sort_keys=False), "utf-8")
    return name


def card(files: dict[str, dict[str, Any]], **more: Any) -> str:
    """A card of these files, the first of which is a log with a label in each line; its name."""
    log = next(iter(files))
    labels = {"per": "line", "file": log, "form": "first_word"}
    return write({"about": "a log", "files": files, "logs": log, "labels": labels, **more})


def facts(data: bytes) -> dict[str, Any]:
    """What a card says of a file of this content."""
    return {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}


def datasets(*words: str | Path) -> Done:
    """Run a command under `datasets` with the data folder `data`."""
    return logcli("datasets", *words, "--data", "data")


def there(folder: str | Path = "data") -> dict[str, bytes]:
    """The files below a folder and their contents."""
    root = Path(folder)
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in sorted(root.rglob("*")) if p.is_file()}


def put(path: str, data: bytes) -> Path:
    """Write a file into a folder that may not be there yet."""
    place = Path(path)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data)
    return place


def data_of(done: Done) -> Any:
    """What a command printed as JSON."""
    return json.loads(done.out)["data"]
