"""Give the application's role its rights: it may add to the journal and read it, no more."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from psycopg import Connection, sql

_STATEMENTS = Path(__file__).with_name("grants.sql")


def grant(connection: Connection[Any], *, role: str) -> None:
    """Apply `grants.sql` for a role, as the owner of the tables."""
    text = _STATEMENTS.read_text(encoding="utf-8")
    connection.execute(sql.SQL(text).format(role=sql.Identifier(role)))
