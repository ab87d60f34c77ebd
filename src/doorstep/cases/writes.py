"""What one handoff writes: rows by table, in one data-modifying statement.

Each table's rows travel as one JSON document, which PostgreSQL spreads over the table's own row type.
So the statement's text depends only on which tables have rows: it is prepared once per such shape and
serves one case as well as a thousand.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection
from psycopg import Connection, Cursor, RawCursor

Row = Mapping[str, object]

_FOLDER = Path(__file__).with_name("sql")


class Writes:
    """Rows to write, by the name of the part of the statement that writes them (`sql/handoff/<part>.sql`)."""

    def __init__(self) -> None:
        self._rows: defaultdict[str, list[Row]] = defaultdict(list)

    def add(self, part: str, row: Row) -> None:
        """Add one row.  A table's row names every column without a null."""
        self._rows[part].append(row)

    def rows(self, part: str) -> list[Row]:
        """Return the rows added to a part so far."""
        return self._rows[part]

    def extend(self, other: Writes) -> None:
        """Add everything another has: that is what a batch is."""
        for part, rows in other._rows.items():
            self._rows[part].extend(rows)

    def write(self) -> None:
        """Write it all in one statement on Django's connection, inside the caller's transaction."""
        parts = tuple((part, _most(len(self._rows[part]))) for part in PARTS if self._rows.get(part))
        if parts:
            documents = [_ENCODER.encode(self._rows[part]) for part, _ in parts]
            RawCursor(_connection()).execute(statement(parts), documents, prepare=True)


PARTS = (
    "case",
    "case_row",
    "journal",
    "journal_private",
    "journal_key",
    "handled",
    "answered",
    "recalled",
    "withdrawn",
    "ask",
    "home",
    "due",
    "covers",
    "noted",
    "resumed",
    "delivery",
    "follow",
    "handed",
    "undelivered",
    "stopped",
    "timer",
    "dropped",
    "action",
    "acted",
    "unwatched",
    "watch",
    "closed",
    "deviation",
    "reply",
)
"""Every part, in the order they stand in the statement."""


def _most(count: int) -> int:
    """Return how many rows the planner is told to expect, so that a few are found by their index."""
    return next(most for most in (1, 10, 100, 1_000, 1_000_000) if count <= most)


@lru_cache(maxsize=256)
def statement(parts: tuple[tuple[str, int], ...]) -> bytes:
    """Return the statement that writes these parts; equal parts give the same text, so it stays prepared."""
    texts = [_part(part).replace(":most", str(most)) for part, most in parts]
    numbered = [
        text.replace(f"%({part})s", f"${at}") for at, (text, (part, _)) in enumerate(zip(texts, parts, strict=True), 1)
    ]
    return ("WITH " + ",\n".join(numbered) + "\nSELECT 1").encode()


@cache
def _part(part: str) -> str:
    return (_FOLDER / "handoff" / f"{part}.sql").read_text(encoding="utf-8").strip()


@cache
def named(name: str) -> bytes:
    """Return the text of ``sql/<name>.sql``, without what explains it."""
    lines = (_FOLDER / f"{name}.sql").read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if not line.startswith("--")).encode()


def run(text: bytes, parameters: Mapping[str, object] | None = None) -> Cursor[Any]:
    """Run a prepared statement with parameters bound on the server, on Django's own connection.

    Django's cursor binds on the client, which costs a third of the speed.
    """
    return Cursor(_connection()).execute(text, parameters or {}, prepare=True, binary=True)


def _connection() -> Connection[Any]:
    connection.ensure_connection()
    raw: Connection[Any] = connection.connection
    return raw


def _plain(value: object) -> str:
    """Write a column's value as PostgreSQL reads it.  Called fifty times a handoff, so it looks the type up."""
    as_text = _AS_TEXT.get(type(value))
    if as_text is None:
        raise TypeError(f"Expected a column's value, but got a {type(value).__name__}: {value!r}.")
    return as_text(value)


_AS_TEXT: Mapping[type, Callable[[Any], str]] = {
    UUID: lambda value: f"{value.int:032x}",
    datetime: datetime.isoformat,
    bytes: lambda value: "\\x" + value.hex(),
    memoryview: lambda value: "\\x" + value.hex(),
}

_ENCODER = json.JSONEncoder(default=_plain, ensure_ascii=False, separators=(",", ":"), check_circular=False)
"""Made once: `json.dumps` with arguments makes one each time."""
