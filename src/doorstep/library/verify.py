"""Saying that a page is still right."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from doorstep.library.dates import review_day, zone_of
from doorstep.library.errors import NotUsable
from doorstep.library.models import Process, Version, VersionState
from doorstep.library.programs import meaning_of
from doorstep.library.rights import require_leader
from doorstep.library.seen import seen_by
from doorstep.people.clock import business_now
from doorstep.people.rights import Doer


@transaction.atomic
def verify(*, process: str, by: Doer, at: datetime | None = None) -> Process:
    """Take down that somebody looked at a page and found it right; it is looked at again after its Review.

    Raises NotUsable where nothing is in force, NotAllowed for others than owner and expert.
    """
    now = at or business_now()
    row = Process.objects.select_for_update(of=("self",)).filter(seen_by(by), key=process).first()
    version = Version.objects.filter(process=row, state=VersionState.EFFECTIVE).first() if row else None
    if row is None or version is None:
        raise NotUsable(f'Expected a page that is in force, but "{process}" has none. Publish it first.')
    require_leader(row, by, what="say that it is still right")
    page = meaning_of(version.id).page
    row.verified_at, row.verified_by_id = now, by
    row.review_due = review_day(now.astimezone(zone_of(page)).date(), page.card.review)
    row.save(update_fields=["verified_at", "verified_by", "review_due"])
    return row
