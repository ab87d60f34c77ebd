"""What one handoff writes: rows by table, in one data-modifying statement.

A table's row travels as a value of the table's own row type, in binary (`binary_rows`), several as an array of
them; a part whose columns are no table's gets them as one JSON document.
So the statement's text depends only on which tables have one row, and which have several: it is prepared once per
such shape and serves a thousand cases as well as one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.errors import DatatypeMismatch

from doorstep.cases.binary_rows import Packed, array_of, forget, row_of, table_of
from doorstep.cases.json_text import writer
from doorstep.cases.statements import FOLDER, is_whole, line_now

Row = Mapping[str, object]


class Writes:
    """Rows to write, by the name of the part of the statement that writes them (`sql/handoff/<part>.sql`)."""

    def __init__(self) -> None:
        self._rows: defaultdict[str, list[Row]] = defaultdict(list)

    def add(self, part: str, row: Row) -> None:
        """Add one row.  A table's row names columns of that table alone, and every one without a null."""
        self._rows[part].append(row)

    def rows(self, part: str) -> list[Row]:
        """Return the rows added to a part so far."""
        return self._rows[part]

    def extend(self, other: Writes) -> None:
        """Add everything another has: that is what a batch is."""
        for part, rows in other._rows.items():
            self._rows[part].extend(rows)

    def write(self, *, last: bool = False) -> None:
        """Write it all in one statement on Django's connection, inside the caller's transaction.

        ``last``: nothing follows in it, so that its COMMIT may go with the statement.
        """
        filled = [(part, rows) for part in PARTS if part in self._rows and (rows := self._rows[part])]
        if filled:
            line = line_now()
            text = statement(tuple((part, _most(len(rows))) for part, rows in filled))
            documents = [_document(line.raw, part, rows) for part, rows in filled]
            try:
                line.execute(text, documents, commit=last and is_whole())
            except DatatypeMismatch:  # a migration changed a table meanwhile: the next handoff asks for it anew
                forget(line.raw)
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
    texts = [_with_rows(part, most) for part, most in parts]
    numbered = [
        text.replace(f"%({part})s", f"${at}") for at, (text, (part, _)) in enumerate(zip(texts, parts, strict=True), 1)
    ]
    return ("WITH " + ",\n".join(numbered) + "\nSELECT 1").encode()


_ROWS = re.compile(r"rows\((?P<given>%\(\w+\)s)::(?P<table>\w+)\)")
"""Where a part reads its rows: ``rows(%(ask)s::cases_ask) x``."""


def _with_rows(part: str, most: int) -> str:
    """Return a part that reads one row, or at most so many.

    The planner puts one row's columns where they are used, as if each were a parameter; several are a scan.
    """
    if most == 1:
        return _ROWS.sub(r"(SELECT (\g<given>::\g<table>).*)", _part(part)).replace(":most", "1")
    return _ROWS.sub(r"(SELECT * FROM unnest(\g<given>::\g<table>[]) LIMIT :most)", _part(part)).replace(
        ":most", str(most)
    )


def _document(raw: Connection[Any], part: str, rows: Sequence[Row]) -> Packed | str:
    """Return a part's rows as one parameter: in binary where they are rows of one table, else as JSON."""
    name = _table(part)
    if not name:
        return _json_of(rows)
    table = table_of(raw, name)
    return row_of(table, rows[0]) if len(rows) == 1 else array_of(table, rows)


@cache
def _table(part: str) -> str:
    """Return the table whose row type a part's rows have, empty when their columns are the part's own."""
    found = _ROWS.search(_part(part))
    return found["table"] if found else ""


@cache
def _part(part: str) -> str:
    return (FOLDER / "handoff" / f"{part}.sql").read_text(encoding="utf-8").strip()


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
