"""Lists of leaves and what is known of one, without importing more than needed."""

from __future__ import annotations

import inspect
import json
from collections.abc import Sequence
from typing import Any

import click

from logcli import registry


def show(kind: str, name: str | None, as_json: bool) -> None:
    """The leaves of a kind, or one of them."""
    if name is None:
        show_leaves(kind, as_json)
    else:
        show_leaf(kind, name, as_json)


def show_leaves(kind: str, as_json: bool) -> None:
    """Names of a kind with the first line of what each says about itself."""
    rows = [(name, registry.about(kind, name)) for name in registry.names(kind)]
    if as_json:
        show_json(kind, [{"name": name, "about": about} for name, about in rows])
    else:
        show_rows(rows)


def show_leaf(kind: str, name: str, as_json: bool) -> None:
    """One leaf: its documentation and its parameters with their defaults."""
    cls = registry.leaf(kind, name)
    parameters = _parameters(cls)
    about = registry.about(kind, cls.name)
    if as_json:
        show_json(kind[:-1], {"name": cls.name, "about": about, "parameters": parameters})
        return
    click.echo(f"{cls.name}: {about}\n\n{inspect.getdoc(cls) or ''}".rstrip())
    if parameters:
        click.echo("\nparameters:")
        show_rows([(f"  {p['name']}", f"{p['type']}, {p['default']}") for p in parameters])


def _parameters(cls: type) -> list[dict[str, Any]]:
    found = inspect.signature(cls).parameters.values()
    return [{"name": p.name, "type": str(p.annotation), "default": p.default} for p in found]


def show_rows(rows: Sequence[tuple[str, ...]]) -> None:
    """Aligned columns; the last one as long as it is."""
    if not rows:
        return
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)][:-1]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        click.echo("  ".join([*cells, row[-1]]).rstrip())


def show_json(table: str, data: Any) -> None:
    """JSON that names its schema."""
    whole = {"schema": f"logcli.{table}/1", "data": data}
    click.echo(json.dumps(whole, indent=1, default=str, ensure_ascii=False))
