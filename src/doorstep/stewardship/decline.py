"""Decline a proposal, with the reason its proposer hears."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from doorstep.cases.refusals import NotAllowed, NotPossible
from doorstep.people.clock import business_now
from doorstep.people.rights import is_administrator
from doorstep.stewardship.answerable import leads
from doorstep.stewardship.call_off import call_off, open_proposal
from doorstep.stewardship.models import Proposal, ProposalState
from doorstep.stewardship.told import name_of, page_of, settle


@transaction.atomic
def decline(*, proposal: UUID, by: UUID, reason: str, at: datetime | None = None) -> Proposal:
    """Decline a proposal that is not settled.  Owner, expert, custodian or an administrator, never its proposer.

    Raises NotAllowed, NotPossible without a reason.
    """
    now = at or business_now()
    row = open_proposal(proposal)
    decides = is_administrator(by) or (row.process is not None and leads(row.process, by))
    if row.by_id == by or not decides:
        raise NotAllowed(
            "Only the owner or the expert of the page may decline a proposal; whoever made it withdraws it."
        )
    if not reason.strip():
        raise NotPossible("Expected a reason: whoever proposed it hears it. Write a sentence.")
    call_off(row, by=by, reason=f"{name_of(by)} declined the proposal: {reason.strip()}", at=now)
    name, why = name_of(by), reason.strip()
    told = f"{name} declined your proposal for {page_of(row)}: {why}"
    settle(row, ProposalState.DECLINED, f"Declined by {name}: {why}", by=by, at=now, told=told)
    return row
