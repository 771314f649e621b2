"""What somebody does who edits the statistics database by hand, with any tool that opens it."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from tests.release.operating import Place


def edited(place: Place, *statements: str) -> None:
    """Run SQL as the sqlite3 program does, which looks after no foreign key."""
    with closing(sqlite3.connect(place.database)) as connection, connection:
        for statement in statements:
            connection.execute(statement)
