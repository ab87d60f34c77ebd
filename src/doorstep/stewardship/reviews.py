"""Reviews that are due wait for whoever answers for the page."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from doorstep.library.models import Process, Version, VersionState
from doorstep.people.models import Membership
from doorstep.stewardship.waits import Waiting

AHEAD = timedelta(days=14)
"""A review waits for its owner this long before it is due."""


# Index: process_review_due.
def reviews_due(person: UUID, at: datetime) -> list[Waiting]:
    """Return the pages somebody owns that are to be looked at again.  One query."""
    roles = Membership.objects.filter(person=person).values("role")
    mine = Q(owner=person) | Q(owner_role__in=roles) | Q(custodian=person)
    in_force = Version.objects.filter(process=OuterRef("id"), state=VersionState.EFFECTIVE)
    rows = Process.objects.filter(mine, Exists(in_force), review_due__lte=(at + AHEAD).date())
    return [_waiting(row) for row in rows.order_by("review_due", "title")[:200]]


def _waiting(row: Process) -> Waiting:
    assert row.review_due is not None, "those without a day were left out"
    due = datetime.combine(row.review_due, time(), UTC)
    return Waiting(
        kind="review",
        path=f"/library/{row.key}/#review",
        name=f"Is “{row.title}” still right?",
        title="Read it, then say so, amend it, or make it obsolete.",
        since=due - AHEAD,
        due_at=due,
    )
