"""How the tables of each database came about, version by version."""
