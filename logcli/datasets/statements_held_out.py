"""Logs of 35 programs beyond Loghub, to be judged by

The other half of the statements, see `statements_open`: other programs in the same styles. Nothing is
to be tuned to these.
"""

from __future__ import annotations

from logcli.datasets._statements import Statements


class StatementsHeldOut(Statements):
    """Logs of the programs of the half that is held out, with the truth of every line.

    Parameters
    ----------
    seed : the same seed and parameters give the same bytes
    lines : how many lines each program writes
    programs : which to write, as one text `redis+haproxy`; all of the half if there is none

    The bodies of a program are in `<program>.log`, without a header, and with their templates in
    `<program>.truth.csv`. A template is the statement with `<*>` for each slot.
    """

    system = "many programs"
    half = "held_out"
