"""Letting a bulletin hold for fourteen more days, once."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from doorstep.library.bulletins import LASTS
from doorstep.library.errors import NotUsable
from doorstep.library.models import Bulletin, BulletinState
from doorstep.library.rights import require_steward
from doorstep.people.clock import business_now
from doorstep.people.rights import Doer


@transaction.atomic
def renew_bulletin(*, bulletin: UUID, by: Doer, at: datetime | None = None) -> Bulletin:
    """Renew a bulletin that is still shown.  Raises NotUsable the second time and after its end, NotAllowed."""
    now = at or business_now()
    row = bulletin_of(bulletin)
    require_steward(row.process, by, what="renew a bulletin on it")
    if row.state != BulletinState.SHOWN or row.ends_at <= now:
        raise NotUsable("This bulletin has ended. Merge it into the page, or withdraw it.")
    if row.renewed_at:
        raise NotUsable(
            "A bulletin is renewed once, and this one was. Merge it into the page before it ends, or withdraw it."
        )
    row.renewed_at, row.ends_at = now, row.ends_at + LASTS
    row.save(update_fields=["renewed_at", "ends_at"])
    return row


def bulletin_of(bulletin: UUID) -> Bulletin:
    """Return a bulletin, locked.  Raises NotUsable."""
    rows = Bulletin.objects.select_for_update(of=("self",)).select_related("process__group")
    row = rows.filter(id=bulletin).first()
    if row is None:
        raise NotUsable("There is no such bulletin. Open the page to see those that hold.")
    return row
