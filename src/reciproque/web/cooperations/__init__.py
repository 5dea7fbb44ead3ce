"""Cooperations: the workspace where parties expect, promise, do, and come back to it."""
