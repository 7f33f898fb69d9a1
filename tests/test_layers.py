"""Who may import whom: the layers of the house."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "logcli"
LEAVES = {"sources", "formats", "parsers", "sinks", "datasets"}
# Modules that know the leaves or the order of the stages; a leaf knows none of them.
ABOVE_LEAVES = {"pipeline", "library", "warmup", "commands", "bench", "__main__", "__init__"}
# Third-party packages that have one place.
PLACES = {
    "click": {"commands", "__main__"},
    "rich": {"sinks", "commands"},
    "sklearn": {"features", "clusterers", "detectors"},
    "numba": {"kernels"},
    "drain3": {"parsers"},
}
HEAVY = {"numpy", "pyarrow", "numba", "rich", "pandas", "polars", "yaml", "drain3", "zoneinfo"}
FILES = sorted(PACKAGE.rglob("*.py"))


def imports(path: Path, top_level: bool = False) -> set[str]:
    """Modules that a file imports, in full; `from logcli import x` as `logcli.x`."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for_types = _for_types_only(tree)
    nodes = tree.body if top_level else [node for node in ast.walk(tree) if node not in for_types]
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {node.module}
    return found


def _for_types_only(tree: ast.Module) -> set[ast.AST]:
    blocks = [n for n in ast.walk(tree) if isinstance(n, ast.If) and ast.unparse(n.test) == "TYPE_CHECKING"]
    return {inner for block in blocks for inner in ast.walk(block)}


def area(path: Path) -> str:
    """Folder in the package, or the module's name at the top."""
    parts = path.relative_to(PACKAGE).parts
    return parts[0] if len(parts) > 1 else path.stem


def ours(path: Path) -> set[str]:
    """Areas of logcli that a file imports."""
    return {name.split(".")[1] for name in imports(path) if name.startswith("logcli.")}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_layers(path: Path) -> None:
    where, known = area(path), ours(path)
    if where in {"errors", "schema"}:
        assert known <= set(), known
    if where in {"kernels", "metrics"}:
        assert known <= {where}, known
    if where in LEAVES:
        assert not known & (ABOVE_LEAVES | {"registry"} | LEAVES - {where}), known
        siblings = {name for name in imports(path) if name.startswith(f"logcli.{where}.")}
        assert all(name.split(".")[2].startswith("_") for name in siblings), siblings
    elif where not in ABOVE_LEAVES:
        assert not known & (ABOVE_LEAVES | LEAVES), known


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_packages_have_their_places(path: Path) -> None:
    packages = {name.split(".")[0] for name in imports(path)}
    assert not packages & {"tests", "benchmarks"}
    for package, places in PLACES.items():
        assert package not in packages or area(path) in places, package


@pytest.mark.parametrize(
    "path",
    [p for p in FILES if area(p) in {"commands", "__main__", "__init__", "registry", "errors", "config"}],
    ids=lambda path: str(path.relative_to(PACKAGE)),
)
def test_what_every_command_loads_is_light(path: Path) -> None:
    light = {"errors", "registry", "config", "commands"}
    for name in imports(path, top_level=True):
        assert name.split(".")[0] not in HEAVY, name
        assert not name.startswith("logcli.") or name.split(".")[1] in light, name


def test_files_stay_small() -> None:
    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in FILES}
    assert not {str(path) for path, n in lines.items() if n > (500 if area(path) == "kernels" else 400)}
