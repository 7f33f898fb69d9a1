"""How a terminal wants text dressed: colour and width."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass


@dataclass(frozen=True)
class Dress:
    """How text may look.

    color : whether escape codes for colour are welcome
    width : columns of the terminal; 0: no limit, nothing is cut or left out
    wrap : long lines are left to the terminal instead of being cut
    """

    color: bool = False
    width: int = 0
    wrap: bool = False


def dress_for(color: str, tty: bool, wrap: bool = False) -> Dress:
    """The dress for a stream.

    color : `always`, `never` or `auto`, which asks `LOGCLI_NO_COLOR`, `NO_COLOR`, `FORCE_COLOR`,
        `TERM` and whether the stream is a terminal, in this order
    """
    width = shutil.get_terminal_size().columns if tty else 0
    return Dress(color == "always" or (color == "auto" and _wants_color(tty)), width, wrap)


def _wants_color(tty: bool) -> bool:
    if os.environ.get("LOGCLI_NO_COLOR") or os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return os.environ["FORCE_COLOR"] != "0"
    return tty and os.environ.get("TERM") != "dumb"
