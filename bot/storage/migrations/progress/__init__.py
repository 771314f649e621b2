"""Kept progress: the history of its tables."""
