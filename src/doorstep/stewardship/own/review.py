"""When a page is to be looked at again, and saying that it is still right."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from doorstep.library.dates import review_day
from doorstep.library.models import Process
from doorstep.library.programs import meaning_of
from doorstep.people.errors import NotUsable
from doorstep.stewardship.models import Proposal, ProposalState
from doorstep.stewardship.own.taking_over import effective_id


def verify(process: Process, *, by: UUID, at: datetime) -> None:
    """Let somebody who owns a process say that it is still right; the next review is an interval away.

    Raises NotUsable while changes are proposed: each must have its answer first.
    """
    waiting = Proposal.objects.filter(
        process=process, state__in=(ProposalState.OPEN, ProposalState.IN_APPROVAL)
    ).count()
    if waiting:
        proposals = "a change is proposed" if waiting == 1 else f"{waiting} changes are proposed"
        raise NotUsable(f"“{process.title}” is due for its review, and {proposals}. Answer that first, then confirm.")
    process.verified_at, process.verified_by_id = at, by
    process.review_due = due_after(process, at.date())
    process.save(update_fields=["verified_at", "verified_by", "review_due"])


def due_after(process: Process, day: date) -> date:
    """Return the day of the review that follows a day."""
    version = effective_id(process.id)
    review = meaning_of(version).page.card.review if version else None
    return review_day(day, review)
