"""Offering the ownership of a process to somebody, who then accepts or declines."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from doorstep.people.errors import NotAllowed, NotUsable
from doorstep.people.models import Person
from doorstep.people.rights import Doer
from doorstep.stewardship.models import Ownership, OwnershipEvent
from doorstep.stewardship.own.custody import ANSWERED
from doorstep.stewardship.own.entries import entry, keep
from doorstep.stewardship.own.rights import require_able, require_decides
from doorstep.stewardship.own.taking_over import forget_offer, locked
from doorstep.stewardship.own.telling import tell, tell_offered


@transaction.atomic
def offer(*, process: UUID, to: UUID, by: Doer, at: datetime, takes_over_on: date | None = None) -> None:
    """Offer a process to somebody to own; with a day it is theirs from then on, if they accept.

    Until they accept nothing changes but what readers see.  Raises NotAllowed, and NotUsable for somebody who
    cannot own it: who left, is outside, or owns it already.
    """
    row = offered(process, to, by, at, takes_over_on)
    tell_offered([row], giver=name_of(by), on=takes_over_on, at=at)


def offered(process: UUID, to: UUID, by: Doer, at: datetime, on: date | None) -> Ownership:  # noqa: PLR0917
    """Make an offer without telling anybody, and return it; inside a transaction."""
    row = require_known(process)
    require_decides(row.process, by, what="offer it to somebody")
    person = require_able(to, today=at.date())
    if row.process.owner_id == to and row.owner_id == to and row.state in ANSWERED:
        raise NotUsable(f"{person} owns “{row.process.title}” already. Offer it to somebody else.")
    if on and on < at.date():
        raise NotUsable(f"Expected a day that is still to come, but got {on}. Choose today or later.")
    forget_offer(row)
    row.proposed, row.proposed_by_id, row.proposed_at = person, by, at
    row.takes_over_on = on if on and on > at.date() else None
    row.save()
    keep([entry(row, OwnershipEvent.OFFERED, at=at, person=to, by=by)])
    return row


@transaction.atomic
def take_back(*, process: UUID, by: Doer, at: datetime) -> bool:
    """Take an offer back, also one that was agreed to; returns false when there is none.  Raises NotAllowed."""
    row = require_known(process)
    require_decides(row.process, by, what="take the offer back")
    if row.proposed_id is None or row.proposed_by_id is None:
        return False
    to, title = row.proposed_id, row.process.title
    forget_offer(row)
    row.save()
    keep([entry(row, OwnershipEvent.TAKEN_BACK, at=at, person=to, by=by)])
    text = f"{name_of(by)} no longer offers you “{title}”. You need not do anything."
    tell(to, text, key=f"taken back:{process}:{at:%Y%m%d%H%M%S}", at=at)
    return True


def require_known(process: UUID) -> Ownership:
    """Return the ownership of a process, locked.  Raises NotUsable before its page first took effect."""
    rows = locked([process])
    if not rows:
        raise NotUsable("This page has not taken effect yet, so nobody owns it. Publish it first.")
    return rows[0]


def require_here(by: UUID, *, at: datetime) -> None:
    """Raise NotAllowed for somebody who has left."""
    if not Person.objects.here(at.date()).filter(id=by).exists():
        raise NotAllowed("You are recorded as having left. An administrator can hand over what you own.")


def name_of(by: Doer) -> str:
    """Return the name of who does it."""
    return Person.objects.get(id=by).name if by else "An administrator"
