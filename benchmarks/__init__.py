"""Suites that measure logcli against its rivals; see README.md. Not part of the package."""

from __future__ import annotations
