"""Withdraw a proposal: its proposer thought better of it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from doorstep.cases.refusals import NotAllowed
from doorstep.people.clock import business_now
from doorstep.people.rights import is_administrator
from doorstep.stewardship.call_off import call_off, open_proposal
from doorstep.stewardship.models import Proposal, ProposalState
from doorstep.stewardship.told import settle


@transaction.atomic
def withdraw_proposal(*, proposal: UUID, by: UUID, why: str = "", at: datetime | None = None) -> Proposal:
    """Withdraw a proposal that is not settled; those who are asked to approve it hear that it is over.

    Its proposer or an administrator.  Raises NotAllowed, NotPossible.
    """
    now = at or business_now()
    row = open_proposal(proposal)
    if row.by_id != by and not is_administrator(by):
        raise NotAllowed("Only whoever proposed this may withdraw it. Owner and expert decline it instead.")
    reason = f": {why.strip()}" if why.strip() else "."
    call_off(row, by=by, reason=f"The proposal was withdrawn{reason}", at=now)
    settle(row, ProposalState.WITHDRAWN, f"Withdrawn{reason}", by=by, at=now)
    return row
