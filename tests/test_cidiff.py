"""`logcli diff` on failing builds whose relevant lines people marked."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_CIDIFF = Path(os.environ.get("LOGCLI_TEST_DATA") or "/nonexistent") / "cidiff"


@pytest.mark.skipif(not _CIDIFF.is_dir(), reason="LOGCLI_TEST_DATA names no folder with cidiff")
def test_finds_what_people_marked_in_failing_builds():
    from benchmarks import cidiff

    found = [cidiff.judge(case) for case in cidiff.cases(_CIDIFF)]
    assert len(found) == 14
    assert sum(any(one.hits[:1]) for one in found) >= 12
    assert sum(any(one.hits[:3]) for one in found) >= 13
    assert sum(one.covered for one in found) / 14 >= 0.8
    assert sum(one.precision for one in found) / 14 >= 0.5
