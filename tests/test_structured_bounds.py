"""Kernels stay inside their arrays, whatever the text."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.skipif(sys.platform != "linux", reason="guard pages are set by mprotect")
def test_kernels_stay_inside_their_arrays() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.guarded_cuts"],
        capture_output=True, text=True, timeout=300, check=False, cwd=Path(__file__).parents[1],
    )  # fmt: skip
    assert done.stdout == "survived\n", (done.returncode, done.stderr[-2000:])
