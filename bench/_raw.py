"""The limit: SELECT FOR UPDATE and one data-modifying statement, by bare psycopg with prepared statements."""

from __future__ import annotations

from functools import cache
from typing import Any

import psycopg

TABLES = {
    "journal": "cases_journal",
    "journal_private": "cases_journalprivate",
    "journal_key": "cases_journalkey",
    "handled": "cases_handled",
    "ask": "cases_ask",
    "home": "cases_home",
    "delivery": "cases_delivery",
    "timer": "cases_timer",
    "action": "cases_action",
}
"""What is inserted; the rest of a handoff is updates of the case, its ask and its timers."""

Rows = dict[str, list[dict[str, Any]]]
_opened: list[psycopg.Connection[Any]] = []


def connection() -> psycopg.Connection[Any]:
    """Return this process's bare connection."""
    if not _opened:
        from django.db import connection as ours

        parameters = ours.get_connection_params()
        parameters.pop("context", None)
        parameters.pop("cursor_factory", None)
        _opened.append(psycopg.connect(**parameters))
    return _opened[0]


def write(handoffs: list[Rows]) -> None:
    """Write the rows of one handoff in a transaction of their own."""
    (rows,) = handoffs
    bare = connection()
    with bare.transaction():
        case = rows["case"][0]
        bare.execute(
            "SELECT id, state, head, seq FROM cases_case WHERE id = %s FOR UPDATE", (case["id"],), prepare=True
        )
        text, values = _statement(rows)
        bare.execute(text, values, prepare=True)


def _statement(rows: Rows) -> tuple[bytes, list[Any]]:
    inserted = tuple((part, tuple(rows[part][0]), len(rows[part])) for part in TABLES if rows.get(part))
    values = [row[name] for part, names, _ in inserted for row in rows[part] for name in names]
    case = rows["case"][0]
    answered = rows["answered"][0]
    stopped = rows.get("stopped", [{}])[0]
    late = [case["state"], case["status"], case["head"], case["seq"], case["id"]]
    late += [
        answered["settled_at"],
        answered["outcome"],
        answered["answered_by"],
        answered["answer"],
        answered["id"],
        answered["id"],
    ]
    late += [case["id"], stopped.get("step", "")]
    return _text(inserted), values + late


@cache
def _text(inserted: tuple[tuple[str, tuple[str, ...], int], ...]) -> bytes:
    parts = [_insert(part, names, count) for part, names, count in inserted]
    parts += [
        "c AS (UPDATE cases_case SET state = %s, status = %s, head = %s, seq = %s WHERE id = %s)",
        "a AS (UPDATE cases_ask SET state = 'answered', settled_at = %s, outcome = %s, answered_by = %s, answer = %s WHERE id = %s)",
        "h AS (DELETE FROM cases_home WHERE ask_id = %s)",
        "t AS (UPDATE cases_timer SET state = 'withdrawn' WHERE case_id = %s AND step = %s AND state = 'open')",
    ]
    return ("WITH " + ", ".join(parts) + " SELECT 1").encode()


def _insert(part: str, names: tuple[str, ...], count: int) -> str:
    columns = ", ".join(f'"{name}"' for name in names)
    row = f"({', '.join(['%s'] * len(names))})"
    return f"i_{part} AS (INSERT INTO {TABLES[part]} ({columns}) VALUES {', '.join([row] * count)})"


def write_all(handoffs: list[Rows]) -> None:
    """Write the rows of many handoffs in one transaction, set by set with unnest."""
    bare = connection()
    with bare.transaction():
        ids = [rows["case"][0]["id"] for rows in handoffs]
        bare.execute(
            "SELECT id, state, head, seq FROM cases_case WHERE id = ANY(%s) ORDER BY id FOR UPDATE",
            (ids,),
            prepare=True,
        )
        text, values = _set_based(handoffs)
        bare.execute(text, values, prepare=True)


def _set_based(handoffs: list[Rows]) -> tuple[bytes, list[Any]]:
    first = handoffs[0]
    inserted = tuple((part, tuple(first[part][0])) for part in TABLES if all(rows.get(part) for rows in handoffs))
    values: list[Any] = [[rows[part][0][name] for rows in handoffs] for part, names in inserted for name in names]
    cases = [rows["case"][0] for rows in handoffs]
    answered = [rows["answered"][0] for rows in handoffs]
    values += [[case[name] for case in cases] for name in ("id", "state", "status", "head", "seq")]
    values += [[one[name] for one in answered] for name in ("id", "settled_at", "outcome", "answered_by", "answer")]
    values += [[one["id"] for one in answered], [case["id"] for case in cases]]
    return _set_text(inserted), values


@cache
def _set_text(inserted: tuple[tuple[str, tuple[str, ...]], ...]) -> bytes:
    parts = [_insert_set(part, names) for part, names in inserted]
    parts += [
        "c AS (UPDATE cases_case x SET state = u.s, status = u.t, head = u.h, seq = u.q FROM unnest(%s::uuid[], %s::bytea[], %s::text[], %s::bytea[], %s::int[]) u(i, s, t, h, q) WHERE x.id = u.i)",
        "a AS (UPDATE cases_ask x SET state = 'answered', settled_at = u.s, outcome = u.o, answered_by = u.b, answer = u.a FROM unnest(%s::uuid[], %s::timestamptz[], %s::text[], %s::uuid[], %s::bytea[]) u(i, s, o, b, a) WHERE x.id = u.i)",
        "h AS (DELETE FROM cases_home WHERE ask_id = ANY(%s))",
        "t AS (UPDATE cases_timer SET state = 'withdrawn' WHERE case_id = ANY(%s) AND state = 'open' AND purpose = 'due')",
    ]
    return ("WITH " + ", ".join(parts) + " SELECT 1").encode()


def _insert_set(part: str, names: tuple[str, ...]) -> str:
    columns = ", ".join(f'"{name}"' for name in names)
    arrays = ", ".join(f"%s::{_types(TABLES[part])[name]}[]" for name in names)
    return f"i_{part} AS (INSERT INTO {TABLES[part]} ({columns}) SELECT * FROM unnest({arrays}))"


@cache
def _types(table: str) -> dict[str, str]:
    query = "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
    return dict(connection().execute(query, (table,)).fetchall())
