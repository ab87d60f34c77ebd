"""Lists in pages: a cursor says after which row to go on, so that rows that come or go shift nothing."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from ninja import Query, Schema

from doorstep.api.problems import Problem

T = TypeVar("T")
R = TypeVar("R")

Limit = Annotated[int, Query(ge=1, le=200, description="How many rows at most.")]
Cursor = Annotated[str, Query(max_length=400, description="`next` of the page before; empty for the first.")]


class PageOf(Schema, Generic[T]):
    """Some rows, and the cursor of the next; null when these were the last."""

    items: list[T]
    next: str | None


def page(rows: Sequence[R], *, limit: int, key: Callable[[R], object], shown: Callable[[R], Any]) -> dict[str, Any]:
    """Return a page made of up to ``limit`` + 1 rows that were read."""
    more = len(rows) > limit
    return {"items": [shown(row) for row in rows[:limit]], "next": cursor(key(rows[limit - 1])) if more else None}


def cursor(value: object) -> str:
    """Return the cursor that goes on after a value."""
    return base64.urlsafe_b64encode(str(value).encode()).decode().rstrip("=")


def after(text: str) -> str:
    """Return the value a cursor goes on after; empty for the first page.  Raises Problem."""
    try:
        found = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError) as error:
        raise _not_a_cursor(text) from error
    if "\0" in found:
        raise _not_a_cursor(text)
    return found


def after_number(text: str) -> int | None:
    """Return the number a cursor goes on after.  Raises Problem."""
    found = after(text)
    if found and not (found.isascii() and found.isdecimal() and len(found) < 19):
        raise _not_a_cursor(text)
    return int(found) if found else None


def after_id(text: str) -> UUID | None:
    """Return the id a cursor goes on after.  Raises Problem."""
    found = after(text)
    try:
        return UUID(found) if found else None
    except ValueError as error:
        raise _not_a_cursor(text) from error


def _not_a_cursor(text: str) -> Problem:
    return Problem(
        422, f'Expected the "next" of a page as cursor, but got "{text[:40]}". Leave it out for the first page.'
    )
