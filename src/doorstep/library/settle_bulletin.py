"""Ending a bulletin: it is in the page now, or it no longer holds."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from doorstep.library.errors import NotUsable
from doorstep.library.models import Bulletin, BulletinState, Version, VersionState
from doorstep.library.renew_bulletin import bulletin_of
from doorstep.library.rights import require_steward
from doorstep.people.clock import business_now
from doorstep.people.rights import Doer

ENDED = (BulletinState.MERGED, BulletinState.WITHDRAWN)


@transaction.atomic
def settle_bulletin(
    *, bulletin: UUID, how: BulletinState, by: Doer, outcome: str = "", at: datetime | None = None
) -> Bulletin:
    """Withdraw a bulletin, or take down that it was merged: a version published since must say it.

    Raises NotUsable where it has ended so already or no version came since, NotAllowed.
    """
    now = at or business_now()
    row = bulletin_of(bulletin)
    require_steward(row.process, by, what="end a bulletin on it")
    if how not in ENDED:
        raise NotUsable(f'Expected "merged" or "withdrawn", but got "{how}".')
    if row.state in ENDED:
        raise NotUsable(f"This bulletin was {row.state} already. There is nothing more to do.")
    in_force = [VersionState.EFFECTIVE, VersionState.APPROVED, VersionState.SUPERSEDED]
    since = Version.objects.filter(process=row.process, published_at__gt=row.since, state__in=in_force)
    if how == BulletinState.MERGED and not since.exists():
        raise NotUsable(
            "Expected a version published since the bulletin, but there is none. Put it into the page first, or withdraw it."
        )
    row.state, row.settled_at, row.settled_by_id, row.outcome = how, now, by, outcome.strip()
    row.save(update_fields=["state", "settled_at", "settled_by", "outcome"])
    return row
