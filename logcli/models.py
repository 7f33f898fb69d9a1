"""Saved models: what a parser learnt and the ids it gave, as JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from logcli.base import Parser
from logcli.errors import LogcliError
from logcli.labels import Labeler
from logcli.templates import parse_template

SCHEMA = "logcli.model/1"


@dataclass(frozen=True)
class Model:
    """A model as read from a file.

    templates : [id, text, group] in the order they were numbered; a template keeps its id for good
    """

    parser: str
    parameters: dict[str, Any]
    grain: str
    state: dict[str, Any]
    templates: list[tuple[str, str, int]]

    def restore(self, parser: Parser, labeler: Labeler) -> None:
        """Put the parser and the labeler into the saved state."""
        parser.load(self.state)
        for saved_id, text, group in self.templates:
            number = labeler.intern(parse_template(text), group)
            labeler.ids[number] = saved_id


def load(path: Path) -> Model:
    """Read a model; LogcliError when the file is missing or is no model."""
    try:
        data = json.loads(path.read_bytes())
    except OSError as error:
        raise LogcliError(f"cannot read the model `{path}`", why=error.strerror or "") from error
    except ValueError as error:
        raise _no_model(path, "it is not JSON") from error
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:
        raise _no_model(path, f"its schema is not `{SCHEMA}`")
    try:
        templates = [(str(i), str(text), int(group)) for i, text, group in data["templates"]]
        parser = data["parser"]
        return Model(
            str(parser["name"]), dict(parser["parameters"]), str(data["grain"]), dict(parser["state"]), templates
        )
    except (KeyError, TypeError, ValueError) as error:
        raise _no_model(path, f"a part is missing or of the wrong kind: {error}") from error


def _no_model(path: Path, why: str) -> LogcliError:
    hint = "make one with `logcli templates FILE --save-model MODEL.json`"
    return LogcliError(f"`{path}` is not a logcli model", why=why, hint=hint)


def save(path: Path, parser: Parser, parameters: dict[str, Any], grain: str, labeler: Labeler) -> None:
    """Write a model; the file is complete or not there."""
    from logcli.output import open_output

    rows = zip(labeler.ids, labeler.templates, labeler.groups, strict=True)
    data = {
        "schema": SCHEMA,
        "parser": {"name": parser.name, "parameters": parameters, "state": parser.save()},
        "grain": grain,
        "templates": [[template_id, template.text, group] for template_id, template, group in rows],
    }
    with open_output(path) as out:
        out.write(json.dumps(data, ensure_ascii=False, indent=1).encode() + b"\n")
