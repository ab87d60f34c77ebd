"""Rows as they are written, each with every column that has no null."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from doorstep.identifiers import uuid7

Row = dict[str, Any]

RANKS = {"asks": 0, "reminders": 1, "receipts": 2, "notes": 3}
"""The lanes in the order a connection with a rate serves them."""

LAST = 4
"""Behind every lane: letters of the floors above, which leave when nothing else does."""

LANES = {
    "ask": "asks", "change": "asks", "code": "asks", "clarify": "receipts", "assistant": "receipts", "receipt": "receipts",
    "reminder": "reminders", "withdrawn": "notes", "tell": "notes", "status": "notes",
}  # fmt: skip


def ask_row(**columns: Any) -> Row:
    """Return a new ask."""
    return {
        "id": uuid7(),
        "state": "open",
        "outcome": "",
        "answered_as": "",
        "proof": "",
        "answer": b"",
        "question": b"",
        "delegated": "",
        "made": "",
        "told": "",
        "could_not_look": "",
        **columns,
    }


def delivery_row(*, purpose: str, queued_at: datetime, real: datetime, **columns: Any) -> Row:
    """Return a new delivery in its lane."""
    lane = LANES[purpose]
    return {
        "id": uuid7(),
        "address": "",
        "connection": "",
        "purpose": purpose,
        "n": 1,
        "state": "queued",
        "lane": lane,
        "rank": RANKS[lane],
        "not_before": real,
        "attempts": 0,
        "error": "",
        "external_id": "",
        "link": "",
        "brief": b"",
        "sealed": b"",
        "queued_at": queued_at,
        "position": 0,
        **columns,
    }


def timer_row(*, case_id: UUID, purpose: str, due_at: datetime, **columns: Any) -> Row:
    """Return a new due time."""
    return {
        "id": uuid7(),
        "case_id": case_id,
        "step": "",
        "instance": "",
        "round": 0,
        "purpose": purpose,
        "spec": "",
        "due_at": due_at,
        "state": "open",
        **columns,
    }


def action_row(*, kind: str, real: datetime, **columns: Any) -> Row:
    """Return a new action or look."""
    return {
        "id": uuid7(),
        "kind": kind,
        "n": 1,
        "state": "queued",
        "records": "",
        "first": True,
        "not_before": real,
        "asked_at": real,
        "attempts": 0,
        "error": "",
        "sealed": b"",
        **columns,
    }
