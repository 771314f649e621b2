"""The pages of those who work here: an app of its own, on an internal network."""
