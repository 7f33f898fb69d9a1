"""What is measured: one adapter per file, the file name is the subject's name."""

from __future__ import annotations
