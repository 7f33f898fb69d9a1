"""`python -m benchmarks SUITE`: `ablation` and `speed` measure, `inputs` makes the inputs of the latter."""

from __future__ import annotations

import sys

from benchmarks import ablation, inputs, speed

_SUITES = {"ablation": ablation.main, "inputs": inputs.main, "speed": speed.main}


def main(arguments: list[str]) -> int:
    """Run a suite with its options."""
    if not arguments or arguments[0] not in _SUITES:
        print(f"usage: python -m benchmarks {{{','.join(_SUITES)}}} [options]", file=sys.stderr)
        return 2
    return _SUITES[arguments[0]](arguments[1:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
