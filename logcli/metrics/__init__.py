"""Numbers that judge a parse: labels and texts of lines in, numbers out; no other part of logcli is known."""

from __future__ import annotations

SLOT = "<*>"  # a value in a template
