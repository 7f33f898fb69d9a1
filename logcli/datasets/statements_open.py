"""Logs of 33 programs beyond Loghub, to learn from

The log statements of well-known servers, tools and devices, with typed slots; values are made up. What
is judged on these may look at them; `statements_held_out` has other programs in the same styles.
"""

from __future__ import annotations

from logcli.datasets._statements import Statements


class StatementsOpen(Statements):
    """Logs of the programs of the open half, with the truth of every line.

    Parameters
    ----------
    seed : the same seed and parameters give the same bytes
    lines : how many lines each program writes
    programs : which to write, as one text `nginx+kafka`; all of the half if there is none

    The bodies of a program are in `<program>.log`, without a header, and with their templates in
    `<program>.truth.csv`. A template is the statement with `<*>` for each slot.

    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     made = StatementsOpen(lines=100, programs=("postgresql",)).write(Path(folder))
    >>> list(made["files"])
    ['postgresql.log']
    """

    system = "many programs"
    half = "open"
