"""Statements on the wire: with a transaction's begin and end, prepared once, and whatever goes wrong is said."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, connections, transaction
from psycopg import Cursor, OperationalError
from psycopg.errors import FeatureNotSupported, InvalidSqlStatementName, NotNullViolation, UniqueViolation
from psycopg.pq import TransactionStatus
from tests.emptied import empty

from doorstep.cases import statements
from doorstep.cases.statements import Named, is_whole, line_now, rows, run

pytestmark = pytest.mark.database(transaction=True)

INSERT = b"INSERT INTO cases_counter (name, value) VALUES ($1, $2)"


@pytest.fixture(autouse=True)
def emptied(db: None) -> Iterator[None]:
    yield
    connections.close_all()
    empty()


def insert(name: str, value: int | None = 1, *, commit: bool = False) -> None:
    line_now().execute(INSERT, [name, value], commit=commit)


def elsewhere(text: str) -> Any:
    """Return what a statement gives on another connection."""
    other = connections["default"].copy()
    try:
        with other.cursor() as cursor:
            cursor.execute(text)
            return cursor.fetchone()[0]
    finally:
        other.close()


def counted() -> int:
    """Return how many rows others see."""
    return int(elsewhere("SELECT count(*) FROM cases_counter WHERE name LIKE 'test%'"))


def test_rows_come_as_values() -> None:
    at, one = datetime(2026, 3, 6, 12, tzinfo=UTC), UUID(int=1)
    asked = Named(b"SELECT $1::uuid AS id, $2::text, $3::timestamptz AS at, $4::bytea, $5::uuid[]", tuple("abcde"))
    given = {"a": one, "b": "Größe", "c": at, "d": b"\x00\xff", "e": [one, one]}
    assert run(asked, given) == [(one, "Größe", at, b"\x00\xff", [one, one])]
    named = [{"id": one, "text": "Größe", "at": at, "bytea": b"\x00\xff", "uuid": [one, one]}]
    assert rows(asked, given) == rows(asked, given) == named
    assert run(Named(b"SELECT 1 WHERE false")) == []
    assert run(Named(b"SET application_name = 'test'")) == []


def test_a_transaction_begins_with_its_first_statement_and_ends_with_the_last() -> None:
    done: list[str] = []
    raw = line_now().raw
    with transaction.atomic():
        insert("test 1")
        begun = raw.info.transaction_status
        transaction.on_commit(lambda: done.append("done"))
        assert counted() == 0
        insert("test 2", commit=is_whole())
        assert (begun, raw.info.transaction_status) == (TransactionStatus.INTRANS, TransactionStatus.IDLE)
        assert counted() == 2
        assert done == []
    assert done == ["done"]


def test_a_block_within_another_does_not_end_it() -> None:
    with transaction.atomic():
        with transaction.atomic():
            assert not is_whole()
            insert("test 1", commit=is_whole())
        assert counted() == 0
        transaction.set_rollback(True)
        assert not is_whole()
    assert counted() == 0


def test_what_does_not_hold_is_raised_and_nothing_of_it_stays() -> None:
    def twice() -> None:
        with transaction.atomic():
            insert("test 1")
            insert("test 1", commit=is_whole())

    with pytest.raises(UniqueViolation):
        twice()
    with pytest.raises(NotNullViolation), transaction.atomic():
        insert("test 2", None, commit=is_whole())
    assert counted() == 0
    with transaction.atomic():
        insert("test 3", commit=is_whole())
    assert counted() == 1


def test_a_statement_is_prepared_once() -> None:
    connection.close()
    for number in range(4):
        insert(f"test {number}")
    texts = [text for (text,) in run(Named(b"SELECT statement FROM pg_prepared_statements"))]
    assert texts.count(INSERT.decode()) == 1


def test_statements_that_are_too_many_are_forgotten_the_oldest_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statements, "PREPARED", 2)
    connection.close()
    for number in range(5):
        assert run(Named(f"SELECT {number}".encode())) == [(number,)]
    assert run(Named(b"SELECT count(*) FROM pg_prepared_statements")) == [(2,)]
    assert run(Named(b"SELECT 4")) == [(4,)]


def test_statements_that_psycopg_prepared_stay_when_ours_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statements, "PREPARED", 1)
    connection.close()
    run(Named(b"SELECT 1"))
    theirs = Cursor(connection.connection)
    theirs.execute("SELECT 'theirs'", prepare=True)
    run(Named(b"SELECT 2"))
    assert theirs.execute("SELECT 'theirs'", prepare=True).fetchall() == [("theirs",)]


def test_a_statement_whose_columns_changed_is_prepared_anew() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE growing (name text)")
        try:
            assert run(Named(b"SELECT * FROM growing")) == []
            cursor.execute("ALTER TABLE growing ADD COLUMN size int")
            with pytest.raises(FeatureNotSupported):
                run(Named(b"SELECT * FROM growing"))
            assert run(Named(b"SELECT * FROM growing")) == []
        finally:
            cursor.execute("DROP TABLE growing")


def test_statements_that_psycopg_forgets_after_a_rollback_are_prepared_anew() -> None:
    with transaction.atomic():
        insert("test 1")
        Cursor(connection.connection).execute("SELECT 1", prepare=True)
        with pytest.raises(UniqueViolation), transaction.atomic():
            insert("test 1")
        insert("test 2")
    assert counted() == 2


def test_statements_that_somebody_else_forgot_are_prepared_anew() -> None:
    insert("test 1")
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    with pytest.raises(InvalidSqlStatementName), transaction.atomic():
        insert("test 2")
    insert("test 3")
    assert counted() == 2


def test_what_is_larger_than_the_socket_takes_arrives_whole() -> None:
    large = bytes(20_000_000)
    ((back,),) = run(Named(b"SELECT $1::bytea", ("large",)), {"large": large})
    assert back == large


def test_a_connection_that_was_lost_is_said_and_the_next_one_works() -> None:
    raw = line_now().raw
    assert elsewhere(f"SELECT pg_terminate_backend({raw.info.backend_pid})") is True
    with pytest.raises(OperationalError):
        insert("test 1")
    assert raw.closed
    connection.close()
    insert("test 2")
    assert counted() == 1
