"""Counts of conversations that can be published, and nothing finer."""
