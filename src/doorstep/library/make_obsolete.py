"""Taking a process out of force: nobody starts it any more, and whoever opens it reads why."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from doorstep.library.errors import NotUsable
from doorstep.library.models import Process, Version, VersionState
from doorstep.library.rights import require_steward
from doorstep.library.seen import seen_by
from doorstep.people.clock import business_now
from doorstep.people.rights import Doer

HEARERS: list[Callable[[Process, Doer, datetime], None]] = []
"""What the floors above do when a process goes out of force, in the same transaction."""


@transaction.atomic
def make_obsolete(*, process: str, why: str, by: Doer, at: datetime | None = None) -> Process:
    """Make what is in force of a process, and what would have come, obsolete.  Running cases finish on their version.

    Those who look after it may.  Publishing again brings it back.  Raises NotUsable without a reason or where nothing is in force, NotAllowed.
    """
    row = Process.objects.select_for_update(of=("self",)).filter(seen_by(by), key=process).first()
    if row is None:
        raise NotUsable(f'Expected the key of a process, but there is no "{process}".')
    require_steward(row, by, what="make it obsolete")
    if not why.strip():
        raise NotUsable("Expected a reason: readers see it where the page was. Say what they shall do instead.")
    living = Version.objects.filter(process=row, state__in=[VersionState.EFFECTIVE, VersionState.APPROVED])
    if not living.update(state=VersionState.OBSOLETE):
        raise NotUsable(f'"{row.title}" is not in force, so there is nothing to make obsolete.')
    row.obsolete_at, row.obsolete_why, row.obsolete_by_id = at or business_now(), why.strip(), by
    row.review_due = row.custodian = None
    row.save(update_fields=["obsolete_at", "obsolete_why", "obsolete_by", "review_due", "custodian"])
    for hear in HEARERS:
        hear(row, by, row.obsolete_at)
    return row
