"""File name → leaf. The file is the registration; listing never imports a leaf.

Built-in leaves are the files of a kind's folder; outsiders use the entry-point group
`logcli.<kind>`; users put YAML files into `<config folder>/formats` and `<config folder>/datasets`.
"""

from __future__ import annotations

import ast
import difflib
import importlib
import inspect
import os
from functools import cache
from pathlib import Path
from typing import Any, cast

from logcli.errors import LogcliError, UsageError

_HERE = Path(__file__).parent
# Kind (folder) → name of its abstract class in `base`.
KINDS = {
    "sources": "Source",
    "formats": "Format",
    "parsers": "Parser",
    "sinks": "Sink",
    "datasets": "Dataset",
}
# Kinds that YAML files can define: module and function that make a class of a name and a path. Users
# put such files into a folder of the kind's name in their configuration folder.
_FROM_YAML = {
    "formats": ("logcli.layout", "format_class"),
    "datasets": ("logcli.cards", "dataset_class"),
}

# What a parameter may be, by the type of its default.
_TYPES: dict[type[Any], tuple[Any, ...]] = {
    bool: ("true or false", bool),
    int: ("a whole number", int),
    float: ("a number", int, float),
    str: ("a word", str),
}


def config_folder() -> Path:
    """The user's configuration folder: `$XDG_CONFIG_HOME/logcli`, `%APPDATA%\\logcli` on Windows."""
    if os.environ.get("LOGCLI_CONFIG_DIR"):
        return Path(os.environ["LOGCLI_CONFIG_DIR"])
    if os.name == "nt":  # pragma: no cover
        return Path(os.environ.get("APPDATA", Path.home())) / "logcli"
    base = os.environ.get("XDG_CONFIG_HOME")
    return (Path(base) if base else Path(os.path.expanduser("~")) / ".config") / "logcli"


def names(kind: str) -> list[str]:
    """Names of all leaves of a kind, sorted, without importing any.

    >>> "drain" in names("parsers")
    True
    """
    return sorted({*_files(kind), *_outsiders(kind)})


def about(kind: str, name: str) -> str:
    """First line of a leaf's docstring (or its `about`), without importing it."""
    path = _files(kind).get(name)
    if path is None:
        return "from " + (_outsiders(kind)[name].dist.name if name in _outsiders(kind) else "?")
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".yaml":
        first = next((line for line in text.splitlines() if line.startswith("about:")), "about:")
        return first[len("about:") :].strip().strip("'\"")
    doc = ast.get_docstring(ast.parse(text)) or ""
    return doc.split("\n")[0].rstrip(".")


def path_of(kind: str, name: str) -> Path:
    """The file that defines a built-in or user leaf."""
    return _files(kind)[_resolve(kind, name)]


def create(kind: str, name: str, **parameters: Any) -> Any:
    """Make a leaf by name.

    Raises UsageError for an unknown name (with the nearest one) or an unknown or ill-typed
    parameter, LogcliError when a package that the leaf needs is missing.
    """
    cls = leaf(kind, name)
    _check_parameters(kind, cls, parameters)
    return cls(**parameters)


@cache
def leaf(kind: str, name: str) -> type[Any]:
    """The class of a leaf; a YAML leaf gets a class of its own."""
    name = _resolve(kind, name)
    base = getattr(importlib.import_module("logcli.base"), KINDS[kind])
    path = _files(kind).get(name)
    if path is None:
        cls = _outsiders(kind)[name].load()
    elif path.suffix == ".yaml":
        module, function = _FROM_YAML[kind]
        cls = getattr(importlib.import_module(module), function)(name, path)
    else:
        cls = _only_leaf(_import(kind, name), base)
    cls.name = name
    return cast("type[Any]", cls)


def nearest(word: str, words: list[str]) -> str:
    """Hint for a mistyped word; empty when nothing is near.

    >>> nearest("drian", ["drain", "shape"])
    'did you mean `drain`?'
    """
    close = difflib.get_close_matches(word, words, n=1, cutoff=0.6)
    return f"did you mean `{close[0]}`?" if close else ""


def _resolve(kind: str, name: str) -> str:
    own = _files(kind)
    for candidate in (name, name.replace("-", "_"), name.lower().replace("-", "_")):
        if candidate in own or candidate in _outsiders(kind):
            return candidate
    known = names(kind)
    hint = nearest(name.lower(), known) or f"`logcli {kind}` lists them"
    raise UsageError(f"no {kind[:-1]} called `{name}`", hint=hint)


def _files(kind: str) -> dict[str, Path]:
    found = dict(_listed(kind, _HERE / kind, 0))
    own = config_folder() / kind
    if kind in _FROM_YAML and own.is_dir():
        found.update(_listed(kind, own, own.stat().st_mtime_ns))
    return found


@cache
def _listed(kind: str, folder: Path, changed: int) -> dict[str, Path]:
    """Leaves of a folder; asked for again only when it changed."""
    found: dict[str, Path] = {}
    for path in sorted(folder.iterdir()):
        if path.suffix not in (".py", ".yaml") or path.stem.startswith("_"):
            continue
        if path.stem in found:
            raise LogcliError(f"two {kind} are called `{path.stem}`", where=str(path))
        found[path.stem] = path
    return found


@cache
def _outsiders(kind: str) -> dict[str, Any]:
    from importlib.metadata import entry_points

    return {entry.name: entry for entry in entry_points(group=f"logcli.{kind}")}


def _import(kind: str, name: str) -> Any:
    try:
        return importlib.import_module(f"logcli.{kind}.{name}")
    except ModuleNotFoundError as error:
        if error.name and error.name.split(".")[0] == "logcli":
            raise
        package = (error.name or "?").split(".")[0]
        raise LogcliError(
            f"{kind[:-1]} `{name}` needs the package `{package}`", hint=f"pip install {package}"
        ) from error


def _only_leaf(module: Any, base: type) -> type[Any]:
    found = [
        thing
        for thing in vars(module).values()
        if inspect.isclass(thing)
        and issubclass(thing, base)
        and not inspect.isabstract(thing)
        and thing.__module__ == module.__name__
    ]
    if len(found) != 1:
        raise LogcliError(f"`{module.__name__}` must define exactly one {base.__name__}, found {len(found)}")
    return found[0]


def _check_parameters(kind: str, cls: type[Any], parameters: dict[str, Any]) -> None:
    known = inspect.signature(cls).parameters
    for name, value in parameters.items():
        if name not in known:
            hint = nearest(name, list(known)) or f"it takes: {', '.join(known) or 'none'}"
            raise UsageError(f"{kind[:-1]} `{cls.name}` has no parameter `{name}`", hint=hint)
        wanted = _TYPES.get(type(known[name].default))
        if wanted and type(value) not in wanted[1:]:
            where = f"`{name}` of {kind[:-1]} `{cls.name}`"
            raise UsageError(f"{where} must be {wanted[0]}, got `{value}`")
