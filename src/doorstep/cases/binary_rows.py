"""Rows as PostgreSQL receives them: an array of a table's own row type, in the binary format of its wire.

As JSON, each row is written letter by letter, read letter by letter and looked up column by column on the other
side; in binary it is copied.  The server spends a sixth less on a handoff's statement so.

The layout is that of ``array_recv`` and ``record_recv`` in PostgreSQL's source: an array is its number of
dimensions, whether it has nulls, the type of its elements, their number and the first one's index, then each
element with its length; a row is the number of its columns, then each one's type, length and bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from psycopg import Connection, RawCursor
from psycopg.types.string import BytesBinaryDumper

Row = Mapping[str, object]
Column = tuple[int, Callable[[Any], bytes]]

_NULL = b"\xff\xff\xff\xff"
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Table:
    """A table's row type: the number PostgreSQL has for it, and how its rows are written.

    ``blank`` is a row of nulls: the number of columns, then each.  ``columns`` says of each where in the row it
    stands and what writes its value.
    """

    oid: bytes
    blank: tuple[bytes, ...]
    columns: Mapping[str, Column]


class Packed(bytes):
    """A parameter whose bytes are made already."""


class _AsItIs(BytesBinaryDumper):
    """Gives psycopg a packed parameter as it is, in C; the statement says what type it has."""

    oid = 0


def row_of(table: Table, row: Row) -> Packed:
    """Return one row as a parameter of the table's row type.  A column it does not name is null."""
    return Packed(_fields(table, row))


def array_of(table: Table, rows: Sequence[Row]) -> Packed:
    """Return rows as one parameter, an array.  A column a row does not name is null."""
    parts = [b"\0\0\0\1\0\0\0\0", table.oid, _number(len(rows)), b"\0\0\0\1"]
    for row in rows:
        whole = _fields(table, row)
        parts += (_number(len(whole)), whole)
    return Packed(b"".join(parts))


def _fields(table: Table, row: Row) -> bytes:
    fields, columns = [*table.blank], table.columns
    for name, value in row.items():
        if value is not None:
            place, written = columns[name]
            fields[place] = written(value)
    return b"".join(fields)


def _number(value: int) -> bytes:
    return value.to_bytes(4, "big")


# -- Columns: each is written as its type, its length and its bytes --------------------------------------

Written = Callable[[Any], bytes]

_OFTEN = lru_cache(maxsize=4096)
"""For values that come again and again: a handoff's two clocks, its numbers, the words for states and purposes."""


@cache
def _uuid(oid: bytes) -> Written:
    head = oid + _number(16)
    return lambda value: head + (value if type(value) is UUID else UUID(value)).int.to_bytes(16, "big")


@cache
def _text(oid: bytes) -> Written:
    def written(value: str) -> bytes:
        letters = value.encode()
        return oid + len(letters).to_bytes(4, "big") + letters

    return _OFTEN(written)


@cache
def _bytes(oid: bytes) -> Written:
    return lambda value: oid + len(value).to_bytes(4, "big") + value


@cache
def _time(oid: bytes) -> Written:
    head = oid + _number(8)

    def written(value: datetime) -> bytes:
        since = value - _EPOCH
        microseconds = (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
        return head + microseconds.to_bytes(8, "big", signed=True)

    return _OFTEN(written)


def _whole(size: int) -> Callable[[bytes], Written]:
    @cache
    def of(oid: bytes) -> Written:
        head = oid + _number(size)
        return _OFTEN(lambda value: head + value.to_bytes(size, "big", signed=True))

    return of


_WRITTEN: Mapping[str, Callable[[bytes], Written]] = {
    "uuid": _uuid,
    "text": _text,
    "varchar": _text,
    "bytea": _bytes,
    "timestamptz": _time,
    "int2": _whole(2),
    "int4": _whole(4),
    "int8": _whole(8),
    "bool": _whole(1),
}


# -- Tables ------------------------------------------------------------------------------------------

_COLUMNS = """
SELECT r.oid, array_agg(a.attname::text ORDER BY a.attnum), array_agg(a.atttypid ORDER BY a.attnum),
    array_agg(t.typname::text ORDER BY a.attnum)
FROM pg_attribute a JOIN pg_type r ON r.typrelid = a.attrelid JOIN pg_type t ON t.oid = a.atttypid
WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped
GROUP BY r.oid
"""

_tables: WeakKeyDictionary[Connection[Any], dict[str, Table]] = WeakKeyDictionary()
"""What each connection knows of the tables; a connection that is opened after a migration looks anew."""


def table_of(raw: Connection[Any], name: str) -> Table:
    """Return a table's row type, asked of the database once a connection."""
    known = _tables.get(raw)
    if known is None:
        known = _tables[raw] = {}
        raw.adapters.register_dumper(Packed, _AsItIs)
    if name not in known:
        known[name] = _asked(raw, name)
    return known[name]


def forget(raw: Connection[Any]) -> None:
    """Ask for every table anew when a connection next writes."""
    if raw in _tables:
        _tables[raw].clear()


def _asked(raw: Connection[Any], name: str) -> Table:
    found = RawCursor(raw).execute(_COLUMNS, [name], prepare=False).fetchone()
    if found is None:
        raise LookupError(f"Expected the table {name}, but the database does not have it. Run doorstep migrate.")
    oid, names, types, kinds = found
    blank = [_number(number) + _NULL for number in types]
    written = [_WRITTEN[kind](_number(number)) for number, kind in zip(types, kinds, strict=True)]
    columns = {name: (place, write) for place, (name, write) in enumerate(zip(names, written, strict=True), 1)}
    return Table(_number(oid), (_number(len(columns)), *blank), columns)
