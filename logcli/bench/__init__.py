"""Parsers compared: run in processes of their own, answers kept, scored afterwards."""
