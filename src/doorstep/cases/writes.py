"""What one handoff writes: rows by table, in one data-modifying statement.

Each table's rows travel as one array of the table's own row type, in binary (`binary_rows`); a part whose
columns are no table's gets them as one JSON document.
So the statement's text depends only on which tables have rows: it is prepared once per such shape and
serves one case as well as a thousand.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections
from psycopg import Connection, RawCursor
from psycopg.errors import DatatypeMismatch

from doorstep.cases.binary_rows import Packed, array_of, forget, table_of
from doorstep.cases.json_text import writer

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
        filled = [(part, rows) for part in PARTS if part in self._rows and (rows := self._rows[part])]
        if filled:
            raw = _connection()
            parts = tuple((part, _most(len(rows))) for part, rows in filled)
            documents = [_document(raw, part, rows) for part, rows in filled]
            try:
                RawCursor(raw).execute(statement(parts), documents, prepare=True)
            except DatatypeMismatch:  # a migration changed a table meanwhile: the next handoff asks for it anew
                forget(raw)
                raise


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
    return 1 if count == 1 else next(most for most in (10, 100, 1_000, 1_000_000) if count <= most)


@lru_cache(maxsize=256)
def statement(parts: tuple[tuple[str, int], ...]) -> bytes:
    """Return the statement that writes these parts; equal parts give the same text, so it stays prepared."""
    texts = [_part(part).replace(":most", str(most)) for part, most in parts]
    numbered = [
        text.replace(f"%({part})s", f"${at}") for at, (text, (part, _)) in enumerate(zip(texts, parts, strict=True), 1)
    ]
    return ("WITH " + ",\n".join(numbered) + "\nSELECT 1").encode()


def _document(raw: Connection[Any], part: str, rows: Sequence[Row]) -> Packed | str:
    """Return a part's rows as one parameter: in binary where they are rows of one table, else as JSON."""
    table = _table(part)
    return array_of(table_of(raw, table), rows) if table else _json_of(rows)


_ROWS_OF = re.compile(r"unnest\(%\(\w+\)s::(\w+)\[\]\)")


@cache
def _table(part: str) -> str:
    """Return the table whose row type a part's rows have, empty when their columns are the part's own."""
    found = _ROWS_OF.search(_part(part))
    return found[1] if found else ""


@cache
def _part(part: str) -> str:
    return (_FOLDER / "handoff" / f"{part}.sql").read_text(encoding="utf-8").strip()


@dataclass(frozen=True, slots=True)
class Named:
    """A statement of a file: its text with the parameters numbered, as PostgreSQL has them, and their names in order."""

    text: bytes
    names: tuple[str, ...] = ()


_PARAMETER = re.compile(r"%\((\w+)\)s")


@cache
def named(name: str) -> Named:
    """Return the statement of ``sql/<name>.sql``, without what explains it; numbered once, not at every run."""
    lines = (_FOLDER / f"{name}.sql").read_text(encoding="utf-8").splitlines()
    text = "\n".join(line for line in lines if not line.startswith("--"))
    names = tuple(dict.fromkeys(_PARAMETER.findall(text)))
    return Named(_PARAMETER.sub(lambda found: f"${names.index(found[1]) + 1}", text).encode(), names)


def run(statement: Named, parameters: Mapping[str, object] | None = None) -> RawCursor[Any]:
    """Run a prepared statement with parameters bound on the server, on Django's own connection.

    Django's cursor binds on the client, which costs a third of the speed.
    """
    given = [parameters[name] for name in statement.names] if parameters else []
    return RawCursor(_connection()).execute(statement.text, given, prepare=True, binary=True)


def _connection() -> Connection[Any]:
    ours = connections[DEFAULT_DB_ALIAS]  # found once: ``django.db.connection`` looks for it at every word
    ours.ensure_connection()
    raw: Connection[Any] = ours.connection
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

_json_of = writer(_plain)
