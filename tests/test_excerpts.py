"""Raw lines with context, against `grep`'s own answers."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.runs import in_blocks_of, running

KINDS = ("took 7 ms", "user ann is here", "nothing to do")


def line(k: int, body: str) -> str:
    return f"2024-01-01 10:{k // 60 % 60:02d}:{k % 60:02d},000 INFO [main] app.Main: {body}"


def shown(*paths: Path, before: int = 0, after: int = 0, size: int = 64) -> bytes:
    with pytest.MonkeyPatch.context() as patch:
        in_blocks_of(size, patch)
        with running(*paths, max_line=150) as run:
            table = run.templates(again=True).to_pylist()
            found = [row["template_id"] for row in table if row["template"] == "took <*> ms"]
            return b"".join(run.excerpts(found[0], before=before, after=after)) if found else b""


def grepped(*paths: Path, before: int, after: int) -> bytes:
    # `-B0` alone already makes grep write `--`.
    context = [f"-B{before}", f"-A{after}"] if before or after else []
    return subprocess.run(["grep", "-h", *context, "took", *map(str, paths)], capture_output=True).stdout


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.lists(st.sampled_from(KINDS), min_size=1, max_size=40), min_size=1, max_size=3),
    st.integers(0, 3),
    st.integers(0, 3),
    st.sampled_from([64, 200, 1 << 20]),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
)
def test_like_grep(
    tmp_path: Path, logs: list[list[str]], before: int, after: int, size: int, end: str, whole: bool
) -> None:
    paths = []
    for number, bodies in enumerate(logs):
        paths.append(tmp_path / f"{number}.log")
        text = end.join(line(k, body) for k, body in enumerate(bodies))
        paths[-1].write_bytes((text + end * whole).encode())
    wanted = grepped(*paths, before=before, after=after)
    assert shown(*paths, before=before, after=after, size=size) == wanted


def test_all_lines_of_a_record(tmp_path: Path) -> None:
    path = tmp_path / "x.log"
    trace = "java.lang.IllegalStateException: x\n\tat a.B.c(B.java:1)"
    bodies = ["calm", f"took 1 ms\n{trace}", "calm", "calm", f"took 2 ms\n{trace}"]
    path.write_text("".join(line(k, body) + "\n" for k, body in enumerate(bodies)))
    first, second = (line(k, bodies[k]) for k in (1, 4))
    assert shown(path).decode() == f"{first}\n{second}\n"
    calm = [line(k, "calm") for k in range(4)]
    assert shown(path, before=1, after=0).decode() == f"{calm[0]}\n{first}\n--\n{calm[3]}\n{second}\n"
    assert shown(path, before=0, after=1).decode() == f"{first}\n{calm[2]}\n--\n{second}\n"


def test_context_longer_than_blocks(tmp_path: Path) -> None:
    path = tmp_path / "x.log"
    path.write_text("".join(line(k, "took 1 ms" if k in (20, 35) else "calm") + "\n" for k in range(60)))
    assert shown(path, before=10, after=4) == grepped(path, before=10, after=4)
    assert shown(path, before=99, after=99) == path.read_bytes()


def test_a_line_that_was_cut(tmp_path: Path) -> None:
    path = tmp_path / "x.log"
    path.write_text(f"{line(0, 'x' * 500)}\n{line(1, 'took 1 ms')}\n{line(2, 'took 2 ms')}\n")
    assert shown(path).decode() == f"{line(1, 'took 1 ms')}\n{line(2, 'took 2 ms')}\n"
