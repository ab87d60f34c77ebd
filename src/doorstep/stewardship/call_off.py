"""What ends with a proposal that is not approved: its version in review, and the run that would approve it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from doorstep.cases.advance import advance
from doorstep.cases.models import Case
from doorstep.cases.refusals import NotFound, NotPossible
from doorstep.kernel.events import CaseCancelled
from doorstep.library.models import Version, VersionState
from doorstep.stewardship.models import Moving, Proposal, ProposalState

UNSETTLED = (ProposalState.DRAFT, ProposalState.OPEN, ProposalState.IN_APPROVAL)


def open_proposal(proposal: UUID) -> Proposal:
    """Return a proposal that is not settled, locked.  Raises NotFound, NotPossible.

    What it points at is read after the lock: beside a locked row, joined ones are as they were before we waited.
    """
    rows = Proposal.objects.select_for_update()
    row = rows.filter(id=proposal).first()
    if row is None:
        raise NotFound("There is no such proposal.")
    if row.state not in UNSETTLED:
        raise NotPossible(f"This proposal was {row.state} already, so nothing about it changes any more.")
    return row


def call_off(row: Proposal, *, by: UUID | None, reason: str, at: datetime) -> None:
    """End the run that would approve a proposal, if one is under way, and let its version in review go."""
    if row.case and Case.objects.filter(id=row.case, status__in=("open", "suspended")).exists():
        advance(case_id=row.case, event=CaseCancelled(at=at, by=str(by) if by else None, reason=reason))
    let_go(row)
    row.moving = Moving.NONE


def let_go(row: Proposal) -> None:
    """Take away the version in review of a proposal; its text stays with the proposal."""
    if row.version_id:
        Version.objects.filter(id=row.version_id, state=VersionState.IN_REVIEW).delete()
        row.version = None
