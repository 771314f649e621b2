"""The check-in: a few questions, each of which can be skipped, that end in one next step."""
