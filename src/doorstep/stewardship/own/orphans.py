"""Settling what nobody owns: take it, or make it obsolete.  (Offering it is `own.offer`.)"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from doorstep.library import make_obsolete as library
from doorstep.library.models import Process
from doorstep.people.errors import NotUsable
from doorstep.people.rights import Doer
from doorstep.stewardship.models import Ownership, OwnershipEvent, OwnershipState
from doorstep.stewardship.own.entries import entry, keep
from doorstep.stewardship.own.offer import require_known
from doorstep.stewardship.own.rights import require_able, require_orphan
from doorstep.stewardship.own.taking_over import take_over

ORPHAN = (OwnershipState.ORPHANED, OwnershipState.IN_CUSTODY)


@transaction.atomic
def take(*, process: UUID, by: UUID, at: datetime) -> None:
    """Own what nobody owns.  Its custodian, expert, champion and administrators may.  Raises NotAllowed, NotUsable."""
    row = _orphan(process)
    require_orphan(row, by, what="take it", expert=True)
    take_over(row, require_able(by, today=at.date()), by=by, at=at)


@transaction.atomic
def make_obsolete(*, process: UUID, by: Doer, reason: str, at: datetime) -> None:
    """Take a page that nobody owns out of force.  Raises what `library.make_obsolete` does, and NotUsable where somebody does."""
    row = _orphan(process)
    library.make_obsolete(process=row.process.key, why=" ".join(reason.split()), by=by, at=at)


def went_out_of_force(process: Process, by: Doer, at: datetime) -> None:
    """Let nobody own a process that was made obsolete; published again it is proposed anew."""
    for row in Ownership.objects.filter(process=process):
        keep([entry(row, OwnershipEvent.OBSOLETE, at=at, by=by, why=process.obsolete_why)])
        row.delete()


def _orphan(process: UUID) -> Ownership:
    row = require_known(process)
    if row.state not in ORPHAN:
        owner = row.owner or row.proposed
        raise NotUsable(
            f"“{row.process.title}” is no orphan: {owner or 'its owner'} answers for it. Nothing was changed."
        )
    return row
