"""The tables of the studio's database."""
