"""Saying once a year that a process is still one's own and still right."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from doorstep.people.errors import NotAllowed
from doorstep.stewardship.models import Ownership, OwnershipEvent, OwnershipState
from doorstep.stewardship.own.accept import holds
from doorstep.stewardship.own.entries import entry, keep
from doorstep.stewardship.own.review import say_right
from doorstep.stewardship.own.taking_over import locked


@transaction.atomic
def confirm(*, processes: Collection[UUID], by: UUID, at: datetime) -> int:
    """Let an owner say that processes are still theirs and still right; return how many.

    A review that is due is done by it.  Raises NotAllowed for others' processes, and NotUsable when a review is
    due while changes are proposed.  All or none.
    """
    rows = locked(list(processes))
    for row in rows:
        if row.state not in {OwnershipState.ACCEPTED, OwnershipState.LAPSING} or not _owns(row, by):
            raise NotAllowed(f"You do not own “{row.process.title}”, so you cannot confirm it. Nothing was changed.")
    for row in rows:
        if row.process.review_due and row.process.review_due <= at.date():
            say_right(process=row.process.key, by=by, at=at)
        row.state, row.since, row.why, row.accepted_at = OwnershipState.ACCEPTED, at, "", at
        row.owner_id = by
        row.save()
    keep(entry(row, OwnershipEvent.CONFIRMED, at=at, person=by, by=by) for row in rows)
    return len(rows)


def _owns(row: Ownership, by: UUID) -> bool:
    return row.owner_id == by or holds(row.role_id, by)
