"""Work on blocks in parallel threads, results in order: kernels let go of the GIL."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

In = TypeVar("In")
Out = TypeVar("Out")


def default_jobs() -> int:
    """Processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Workers:
    """A fixed number of threads; with one job everything happens in the caller's thread.

    >>> with Workers(2) as workers:
    ...     list(workers.map(abs, [-1, -2, -3]))
    [1, 2, 3]
    """

    def __init__(self, jobs: int) -> None:
        self.jobs = jobs
        self._pool = ThreadPoolExecutor(jobs, "logcli") if jobs > 1 else None

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *reason: object) -> None:
        if self._pool:
            self._pool.shutdown(wait=True, cancel_futures=True)

    def map(self, work: Callable[[In], Out], items: Iterable[In]) -> Iterator[Out]:
        """`work(item)` for each item, in order, a few items ahead of what was taken."""
        if self._pool is None:
            for item in items:
                yield work(item)
            return
        waiting: deque[Future[Out]] = deque()
        for item in items:
            # As many on their way as there are threads: each of them holds a block.
            if len(waiting) == self.jobs:
                yield waiting.popleft().result()
            waiting.append(self._pool.submit(work, item))
        while waiting:
            yield waiting.popleft().result()
