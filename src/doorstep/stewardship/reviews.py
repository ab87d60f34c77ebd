"""Reviews that are due wait for whoever answers for the page."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from doorstep.library.models import Process, Version, VersionState
from doorstep.people.prepared import Prepared
from doorstep.stewardship.own.pointed import on_point_for
from doorstep.stewardship.waits import Waiting

AHEAD = timedelta(days=14)
"""A review waits for its owner this long before it is due."""


# Index: process_review_due.
def reviews_due(person: UUID, at: datetime) -> list[Waiting]:
    """Return the pages somebody answers for that are to be looked at again.  One query, and those of `on_point_for`."""
    roles = list(on_point_for(person, at=at))
    return [_waiting(*row) for row in _DUE(person=person, roles=roles, day=(at + AHEAD).date())]


def _due(person: UUID, roles: list[UUID], day: date) -> QuerySet[Process, Any]:
    mine = Q(owner=person) | Q(owner_role__among=roles) | Q(custodian=person)
    in_force = Version.objects.filter(process=OuterRef("id"), state=VersionState.EFFECTIVE)
    rows = Process.objects.filter(mine, Exists(in_force), review_due__lte=day)
    return rows.order_by("review_due", "title").values_list("key", "title", "review_due")[:200]


_DUE = Prepared(_due)


def _waiting(key: str, title: str, day: date) -> Waiting:
    due = datetime.combine(day, time(), UTC)
    return Waiting(
        kind="review",
        path=f"/library/{key}/#review",
        name=f"Is “{title}” still right?",
        title="Read it, then say so, amend it, or make it obsolete.",
        since=due - AHEAD,
        due_at=due,
    )
