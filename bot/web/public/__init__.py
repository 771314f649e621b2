"""The visitor's site: anonymous, complete without scripts, and up when the assistant isn't."""
