"""Turn raw logs into structured tables and answers.

>>> import logcli
>>> parsed = logcli.parse("datasets/shop/host.log")  # doctest: +SKIP
>>> parsed.to_pandas()  # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from logcli.library import Log, parse, read

__version__ = "0.1.0"
__all__ = ["Log", "__version__", "parse", "read"]


def __getattr__(name: str) -> Any:
    """Load the verbs on first use, so that `import logcli` stays quick."""
    if name in ("Log", "parse", "read"):
        from logcli import library

        return getattr(library, name)
    raise AttributeError(f"module `logcli` has no attribute `{name}`")
