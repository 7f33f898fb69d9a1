"""`python -m logcli.bench.child TASK`: one parser on one log, in a process of its own.

TASK is JSON: dataset, its folder, a truth (for the bodies), parser, parameters, masks, number of lines
(or null), bytes of memory, and the file to write the answer to. What was measured is printed as JSON, and
nothing else: what the parser prints goes to standard error.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from logcli.bench import isolated


def main(task: dict[str, Any]) -> dict[str, Any]:
    """Run a task; what was measured."""
    from logcli import arrays, registry
    from logcli.bench import answers, growing, parsers

    began = time.perf_counter()
    log = registry.create("datasets", task["dataset"]).read(Path(task["folder"]), task["truth"])
    if task["lines"]:
        log = growing.sized(log, task["lines"])
    bodies = arrays.texts(log.bodies)
    read = time.perf_counter() - began
    parser = parsers.create(task["parser"], task["parameters"])
    found = answers.answer(bodies, parser, task["masks"])
    answers.write(found, Path(task["out"]))
    return {
        "lines": len(bodies), "log": answers.fingerprint(log.bodies), "read_seconds": read,
        "parse_seconds": found.seconds,
    }  # fmt: skip


if __name__ == "__main__":
    asked = json.loads(sys.argv[1])
    isolated.watch_memory(asked["memory"])
    told = os.dup(1)
    os.dup2(2, 1)
    try:
        os.write(told, json.dumps(main(asked)).encode())
    except MemoryError:
        sys.exit(isolated.MEMORY_CODE)
    except Exception as error:
        from logcli.errors import LogcliError

        if not isinstance(error, LogcliError):
            raise
        sys.stderr.write(f"{error.what}{f': {error.why}' if error.why else ''}\n")
        sys.exit(1)
