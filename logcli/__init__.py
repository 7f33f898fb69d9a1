"""Turn raw logs into structured tables and answers."""
