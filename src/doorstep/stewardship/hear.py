"""Hear the outcome of a proposal: the proposer says that they saw it, and it leaves their Home."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from doorstep.cases.refusals import NotAllowed
from doorstep.people.clock import business_now
from doorstep.stewardship.models import Proposal


@transaction.atomic
def hear(*, proposal: UUID, by: UUID, at: datetime | None = None) -> None:
    """Note that the proposer saw the outcome; once.  Raises NotAllowed for anybody else."""
    row = Proposal.objects.select_for_update().get(id=proposal)
    if row.by_id != by:
        raise NotAllowed("Only whoever proposed this can say that they heard it.")
    if row.settled_at and row.heard_at is None:
        row.heard_at = at or business_now()
        row.save(update_fields=["heard_at"])
