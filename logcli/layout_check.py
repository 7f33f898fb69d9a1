"""Whether a format does to its own samples what its file says."""

from __future__ import annotations


def check(name: str) -> list[str]:
    """Problems of a format: samples that come out otherwise, layouts without a sample."""
    return []
