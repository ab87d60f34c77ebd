"""Rows in binary arrive as they were given, whatever their columns are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from django.db import connection
from psycopg import RawCursor
from psycopg.errors import DatatypeMismatch

from doorstep.cases.binary_rows import array_of, forget, table_of

pytestmark = [pytest.mark.database, pytest.mark.django_db]

ONE = UUID("0195d5a0-0000-7000-8000-000000000001")
FULL = {
    "id": ONE,
    "name": "Größe „zwei“ ☕",
    "kind": "call",
    "sealed": b"\x00\xff sealed",
    "at": datetime(2026, 3, 6, 12, 0, 0, 1, tzinfo=UTC),
    "small": -3,
    "number": 70_000,
    "large": 2**40,
    "first": True,
}


def written(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    """Send rows to a table that has a column of each kind, and read what is there then."""
    connection.ensure_connection()
    raw = connection.connection
    forget(raw)  # the table of the test before had the same name
    RawCursor(raw).execute(
        "CREATE TEMP TABLE IF NOT EXISTS of_each_kind (id uuid, name text, kind varchar(9), sealed bytea, at timestamptz,"
        " small int2, number int4, large int8, first bool) ON COMMIT DROP"
    )
    given = array_of(table_of(raw, "of_each_kind"), rows)
    cursor = RawCursor(raw)
    cursor.execute("INSERT INTO of_each_kind SELECT * FROM unnest($1::of_each_kind[])", [given])
    found = cursor.execute("SELECT * FROM of_each_kind ORDER BY id").fetchall()
    return [dict(zip(FULL, row, strict=True)) for row in found]


def test_every_kind_of_column_arrives_as_given() -> None:
    assert written([FULL]) == [FULL]


def test_a_column_not_named_is_null() -> None:
    assert written([{"id": ONE}]) == [dict.fromkeys(FULL) | {"id": ONE}]


def test_many_rows_travel_as_one() -> None:
    rows = [FULL | {"id": UUID(int=at), "name": "", "first": False} for at in range(1, 51)]
    assert written(rows) == rows


def test_a_time_before_2000_and_of_another_zone_is_the_same_instant() -> None:
    at = datetime(1969, 12, 31, 19, 0, 0, 999_999, tzinfo=timezone(timedelta(hours=-5)))
    assert written([{"id": ONE, "at": at}])[0]["at"] == at


def test_an_identity_may_be_written_as_text() -> None:
    assert written([{"id": str(ONE)}])[0]["id"] == ONE


def test_a_table_that_was_changed_is_asked_for_anew() -> None:
    assert written([FULL]) == [FULL]
    raw = connection.connection
    with raw.transaction(force_rollback=True):
        RawCursor(raw).execute("ALTER TABLE of_each_kind ADD COLUMN late text")
        old = array_of(table_of(raw, "of_each_kind"), [FULL])
        with pytest.raises(DatatypeMismatch), raw.transaction():
            RawCursor(raw).execute("SELECT id FROM unnest($1::of_each_kind[])", [old])
        forget(raw)
        new = array_of(table_of(raw, "of_each_kind"), [FULL | {"late": "x"}])
        assert RawCursor(raw).execute("SELECT late FROM unnest($1::of_each_kind[])", [new]).fetchone() == ("x",)
    forget(raw)


def test_a_table_that_is_not_there_is_said() -> None:
    connection.ensure_connection()
    with pytest.raises(Exception, match="nowhere"):
        table_of(connection.connection, "nowhere")
