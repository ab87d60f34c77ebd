"""Acknowledgements: which changes the caller is asked to have seen, what they say, and saying that one has."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Router, Schema

from doorstep.api.auth import caller, proof_of
from doorstep.api.paging import Cursor, Limit, PageOf, after_id, page
from doorstep.cases.clock import business_now
from doorstep.library.seen import seen_by
from doorstep.people.models import Person
from doorstep.stewardship.acknowledge import acknowledge, opened
from doorstep.stewardship.concerned import as_whom, asked_as
from doorstep.stewardship.difference import difference
from doorstep.stewardship.models import Acknowledgement, AcknowledgementState

router = Router(tags=["acknowledgements"])


class AcknowledgementRow(Schema):
    """A change to acknowledge: of which process, to which version, since which one they knew."""

    id: UUID
    process: str
    title: str
    version: int
    since: int | None
    state: str
    asked_at: datetime
    due_at: datetime
    opened: bool


class ChangeShown(Schema):
    """What changed at a step (empty: the page around them), old and new, and in sentences."""

    step: str
    how: str
    before: str
    now: str
    words: list[str]


class DifferenceShown(AcknowledgementRow):
    """A change opened: what is otherwise for the caller, and nothing else."""

    said: str
    changes: list[ChangeShown]


@router.get("", response=PageOf[AcknowledgementRow], summary="List changes to acknowledge")
def list_acknowledgements(request: HttpRequest, limit: Limit = 50, cursor: Cursor = "") -> dict[str, Any]:
    """Give the changes the caller is asked to acknowledge, in the order they were asked."""
    me = caller(request)
    rows = _of(me).filter(state=AcknowledgementState.ASKED)
    start = after_id(cursor)
    rows = rows.filter(id__gt=start) if start else rows
    return page(list(rows.order_by("id")[: limit + 1]), limit=limit, key=lambda row: row.id, shown=_row)


@router.post("/{acknowledgement_id}/open", response=DifferenceShown, summary="Open a change")
def open_change(request: HttpRequest, acknowledgement_id: UUID) -> dict[str, Any]:
    """Give what changed for the caller, and note that they have it before them: only then can it be acknowledged."""
    me = caller(request)
    row = _one(me, acknowledgement_id)
    opened(version_id=row.version_id, by=me.id, at=business_now())
    found = difference(row.version_id, row.since_id, asked_as(row, as_whom([me.id])[me.id]))
    changes = [
        {"step": one.step, "how": one.how, "before": one.before, "now": one.now, "words": list(one.words)}
        for one in found.changes
    ]
    return {**_row(row), "opened": True, "said": found.said, "changes": changes}


@router.post("/{acknowledgement_id}/done", response=AcknowledgementRow, summary="Acknowledge a change")
def say_seen(request: HttpRequest, acknowledgement_id: UUID) -> dict[str, Any]:
    """Say "I saw what changed for me". A second time is answered with the first."""
    me = caller(request)
    row = _one(me, acknowledgement_id)
    return _row(acknowledge(version_id=row.version_id, by=me.id, how="api", proof=proof_of(request)))


def _of(me: Person) -> Any:
    rows = Acknowledgement.objects.filter(seen_by(me.id, process="process"), person=me)
    return rows.select_related("process", "version", "since")


def _one(me: Person, acknowledgement_id: UUID) -> Acknowledgement:
    """Return an acknowledgement that is the caller's.  Raises Http404."""
    row: Acknowledgement | None = _of(me).filter(id=acknowledgement_id).first()
    if row is None:
        raise Http404
    return row


def _row(row: Acknowledgement) -> dict[str, Any]:
    return {
        "id": row.id,
        "process": row.process.key,
        "title": row.process.title,
        "version": row.version.number,
        "since": row.since.number if row.since else None,
        "state": row.state,
        "asked_at": row.asked_at,
        "due_at": row.due_at,
        "opened": row.opened_at is not None,
    }
