"""Memory that threads use again for block after block, so that the system need not clear it each time."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import numpy.typing as npt


class Scratch(threading.local):
    """Memory of a thread that is used again for block after block."""

    def __init__(self) -> None:
        self._held: dict[Any, npt.NDArray[Any]] = {}

    def take(self, dtype: Any, *sizes: int) -> list[npt.NDArray[Any]]:
        """Arrays of these sizes, their content undefined."""
        total = sum(sizes)
        held = self._held.get(dtype)
        if held is None or len(held) < total:
            held = self._held[dtype] = np.empty(total + total // 4, dtype)
        stops = np.cumsum(sizes).tolist()
        return [held[stop - size : stop] for size, stop in zip(sizes, stops, strict=True)]


SCRATCH = Scratch()
