"""Work in threads: order, errors, and ends."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from logcli.workers import Workers


@pytest.mark.parametrize("jobs", [1, 2, 5])
def test_order_is_kept(jobs: int) -> None:
    with Workers(jobs) as workers:
        delays = [0.01, 0.0, 0.005, 0.0, 0.0, 0.01]
        assert list(workers.map(lambda d: time.sleep(d) or d, delays)) == delays
        assert list(workers.ahead(iter(range(100)))) == list(range(100))


@pytest.mark.parametrize("jobs", [1, 2])
def test_errors_reach_the_caller_where_they_belong(jobs: int) -> None:
    def failing() -> Iterator[int]:
        yield 1
        raise ValueError("two")

    with Workers(jobs) as workers:
        items = workers.ahead(failing())
        assert next(items) == 1
        with pytest.raises(ValueError, match="two"):
            next(items)


def test_what_is_made_ahead_ends_with_the_one_who_takes_it() -> None:
    closed = threading.Event()

    def endless() -> Iterator[int]:
        try:
            while True:
                yield 1
        finally:
            closed.set()

    with Workers(2) as workers:
        items = workers.ahead(endless())
        assert next(items) == 1
        items.close()  # type: ignore[attr-defined]
        assert closed.wait(5)
        closed.clear()
        left = workers.ahead(endless())  # an error elsewhere: nobody closes this one
        assert next(left) == 1
    assert closed.wait(5)
