"""Publish what was approved: the last step of the run that approved it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from doorstep.cases.refusals import NotPossible
from doorstep.library.errors import NotPublishable, Overtaken
from doorstep.library.models import Version, VersionState
from doorstep.library.review import approve
from doorstep.people.clock import business_now
from doorstep.stewardship.call_off import let_go
from doorstep.stewardship.models import Moving, Proposal, ProposalState
from doorstep.stewardship.running import look_again
from doorstep.stewardship.told import happened, page_of, sender_of, settle, tell, tell_drift
from doorstep.stewardship.weigh import weighed


def publish_proposal(*, proposal: UUID, case: UUID, at: datetime | None = None) -> Version:
    """Publish the version of a proposal that a run approved; once, however often it is asked.

    Raises NotPossible for a run that is not the one the proposal was sent to, and when it cannot be
    published any more; the proposal is then open again, with the words, and its proposer hears it.
    """
    now = at or business_now()
    refused = _publish(proposal, case, now)
    if isinstance(refused, Version):
        return refused
    raise NotPossible(refused)


@transaction.atomic
def _publish(proposal: UUID, case: UUID, now: datetime) -> Version | str:
    """Return the version, or in words why it could not be published; both are kept."""
    rows = Proposal.objects.select_for_update()
    row = rows.filter(id=proposal, case=case).first()
    if row is None:
        return "Expected a proposal that was sent to this run for approval. Send it from the proposal's own page."
    if row.state == ProposalState.APPROVED and row.version:
        return row.version
    if row.state != ProposalState.IN_APPROVAL or row.version is None:
        return f"This proposal was {row.state} meanwhile, so there is nothing to publish."
    drift = look_again(row, at=now)
    try:
        with transaction.atomic():
            version = _approve(row, now)
    except (Overtaken, NotPublishable) as refused:
        _back(row, str(refused), now)
        return str(refused)
    _approved(row, version, now)
    if drift:
        tell_drift(row, drift, since="it was sent for approval", at=now)
    return version


def _approve(row: Proposal, now: datetime) -> Version:
    assert row.version is not None, "asked before"
    weight, said = weighed(row)
    if said:
        row.materiality = weight
        happened(row, said, by=None, at=now)
    why, on, version, base = row.sentence, row.effective_from, row.version.id, row.base_id
    return approve(version=version, base=base, effective_from=on, materiality=weight, why=why, at=now)


def _approved(row: Proposal, version: Version, now: datetime) -> None:
    assert version.effective_from is not None, "an approved version has its date"
    when = "in force" if version.state == VersionState.EFFECTIVE else f"from {version.effective_from:%-d %B %Y}"
    row.version = version
    row.moving = Moving.DUE
    settle(
        row, ProposalState.APPROVED, f"Approved: version {version.number} of {page_of(row)} is {when}.", by=None, at=now
    )


def _back(row: Proposal, why: str, now: datetime) -> None:
    """Put a proposal back before its writers: nothing of it is lost, and whoever sent it hears why."""
    starter = sender_of(row)
    let_go(row)
    row.state = ProposalState.OPEN
    row.outcome = f"Approved, but not published: {why}"
    happened(row, row.outcome, by=None, at=now)
    row.save()
    tell(row, [one for one in (row.by_id, starter) if one], f"Your change of {page_of(row)}: {row.outcome}", at=now)
