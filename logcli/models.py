"""Saved models: what a parser learnt, the shapes it learnt from, and the ids it gave, as JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from logcli.base import Parser
from logcli.errors import LogcliError
from logcli.labels import Labeler
from logcli.moves import Moves
from logcli.shapes import ShapeTable

SCHEMA = "logcli.model/1"
_HINT = "make one with `logcli templates FILE --save-model MODEL.json`"


@dataclass(frozen=True)
class Shape:
    """A shape that was learnt: its first body, its group, and for each of its values `1` if that changed.

    From these its template follows as it did when it was learnt: to ask the parser again is not the
    same, as a parser that generalises step by step may find another group for what it has seen.
    """

    body: str
    group: int
    varied: str


@dataclass(frozen=True)
class Model:
    """A model as read from a file.

    templates : [id, text] in the order they were numbered; a template keeps both for good
    moves : what the user's corrections came to
    """

    path: Path
    parser: str
    parameters: dict[str, Any]
    grain: str
    state: dict[str, Any]
    templates: list[tuple[str, str]]
    shapes: list[Shape]
    moves: Moves = field(default_factory=Moves)

    def restore(self, parser: Parser, table: ShapeTable, labeler: Labeler) -> list[int]:
        """Put all three into the saved state; the group of each shape.

        Raises LogcliError when the model contradicts itself.
        """
        try:
            parser.load(self.state)
            texts = parser.templates()
            for saved_id, text in self.templates:
                labeler.ids[labeler.intern(text)] = saved_id
            known = table.restore([shape.body for shape in self.shapes])
            shapes = [self.shapes[k] for k in known.tolist()]
            flags = np.frombuffer("".join(shape.varied for shape in shapes).encode(), np.uint8) == ord("1")
            table.suppose(0, flags)
            groups = np.array([shape.group for shape in shapes], np.int64)
            if len(groups) and not -1 <= groups.min() <= groups.max() < len(texts):
                raise ValueError("a shape is of a group that is not there")
            self.moves.check(len(texts))
            moved = self.moves.applied(table, 0, groups)
            labeler.learn(table, moved.groups, [*texts, *self.moves.texts], moved.variants)
            return [shape.group for shape in shapes]
        except (AttributeError, LookupError, TypeError, ValueError, OverflowError) as error:
            raise _no_model(self.path, f"it contradicts itself: {error}") from error


def load(path: Path) -> Model:
    """Read a model; LogcliError when the file is missing or is no model."""
    data = _read(path)
    try:
        parser = data["parser"]
        return Model(
            path,
            _of(str, parser["name"]),
            _of(dict, parser["parameters"]),
            _of(str, data["grain"]),
            _of(dict, parser["state"]),
            [(_of(str, saved_id), _of(str, text)) for saved_id, text in _of(list, data["templates"])],
            [
                Shape(_of(str, body), _of(int, group), _of(str, flags))
                for body, group, flags in data["shapes"]
            ],
            Moves.load(data["corrections"]) if "corrections" in data else Moves(),
        )
    except KeyError as error:
        raise _no_model(path, f"it has no `{error.args[0]}`") from error
    except (TypeError, ValueError) as error:
        raise _no_model(path, f"a part is of the wrong kind: {error}") from error


def _read(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_bytes())
        # Lone surrogates can be written in JSON, but are no text.
        json.dumps(data, ensure_ascii=False).encode()
    except OSError as error:
        raise LogcliError(f"cannot read the model `{path}`", why=error.strerror or "", hint=_HINT) from error
    except (ValueError, RecursionError) as error:
        raise _no_model(path, "it is not JSON") from error
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:
        raise _no_model(path, f"its schema is not `{SCHEMA}`")
    return data


def _of(kind: type[Any], value: Any) -> Any:
    if type(value) is not kind:
        raise TypeError(f"{kind.__name__} expected, got {type(value).__name__}")
    return value


def _no_model(path: Path, why: str) -> LogcliError:
    return LogcliError(f"`{path}` is not a logcli model", why=why, hint=_HINT)


def save(
    path: Path,
    parser: Parser,
    parameters: dict[str, Any],
    table: ShapeTable,
    groups: list[int],
    labeler: Labeler,
    moves: Moves,
) -> None:
    """Write a model; the file is complete or not there.

    groups : the parser's group of each shape of the table
    moves : what the user's corrections came to
    """
    from logcli.output import open_output

    texts = [template.text for template in labeler.templates]
    data = {
        "schema": SCHEMA,
        "parser": {"name": parser.name, "parameters": parameters, "state": parser.save()},
        "grain": "body" if table.raw else "shape",
        "templates": list(zip(labeler.ids, texts, strict=True)),
        "shapes": _shapes(table, groups),
    }
    if moves.steps:
        data["corrections"] = moves.save()
    with open_output(path) as out:
        out.write(json.dumps(data, ensure_ascii=False, indent=1).encode() + b"\n")


def _shapes(table: ShapeTable, groups: list[int]) -> list[tuple[str, int, str]]:
    """What `Shape` holds; none when shapes are whole bodies, which would be the log itself."""
    if table.raw:
        return []
    found = table.distinct()
    marks = ("".join("1" if change else "0" for change in row) for row in found.varied)
    rows = zip(found.bodies, groups, marks, table.levels().tolist(), strict=True)
    return [(body, group, varied) for body, group, varied, level in rows if not level]
