"""Work on blocks in parallel threads, results in order: kernels let go of the GIL."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from queue import Full, Queue
from threading import Event, Thread
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
        self._stops: list[Event] = []  # set when nobody wants more of what is made ahead

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *reason: object) -> None:
        for stopped in self._stops:
            stopped.set()
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
            waiting.append(self._pool.submit(work, item))
            # One more than threads, so that none is idle while a result is used. Each holds a block.
            if len(waiting) > self.jobs:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

    def ahead(self, items: Iterator[Out]) -> Iterator[Out]:
        """The same items, the next one made while this one is used.

        items : must not wait for anybody, such as a silent pipe: its end is waited for
        """
        if self._pool is None:
            yield from items
            return
        made: Queue[tuple[Out | None, BaseException | None]] = Queue(1)
        stopped = Event()
        self._stops.append(stopped)
        thread = Thread(target=_fill, args=(items, made, stopped), name="ahead", daemon=True)
        thread.start()
        try:
            while True:
                item, error = made.get()
                if isinstance(error, StopIteration):
                    break
                if error is not None:
                    raise error
                yield item  # type: ignore[misc]
        finally:
            stopped.set()
            thread.join()


def _fill(items: Iterator[Out], made: Queue[tuple[Out | None, BaseException | None]], stopped: Event) -> None:
    end: BaseException = StopIteration()
    try:
        for item in items:
            if not _put(made, (item, None), stopped):
                return
    except BaseException as error:
        end = error
    finally:
        if hasattr(items, "close"):
            items.close()
    _put(made, (None, end), stopped)


def _put(made: Queue[In], item: In, stopped: Event) -> bool:
    """Hand an item over, whenever there is room; False if nobody wants it any more."""
    while not stopped.is_set():
        with suppress(Full):
            made.put(item, timeout=0.05)
            return True
    return False
