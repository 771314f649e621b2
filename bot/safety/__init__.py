"""How soon a person needs another human being, and what a message is about."""
