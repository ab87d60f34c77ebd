"""Bring a proposal onto the newest version: what was published meanwhile stays, and so does what is proposed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from doorstep.cases.refusals import NotAllowed, NotPossible
from doorstep.library.models import Version
from doorstep.library.publish import latest_published
from doorstep.people.clock import business_now
from doorstep.stewardship.answerable import may_edit
from doorstep.stewardship.call_off import let_go, open_proposal
from doorstep.stewardship.merge import merge
from doorstep.stewardship.models import Proposal, ProposalState, Revision
from doorstep.stewardship.three_ways import Choices, Conflict
from doorstep.stewardship.told import happened


class BothChanged(NotPossible):
    """The newest version and the proposal changed the same things; ``conflicts`` are to be chosen from."""

    def __init__(self, version: Version, conflicts: tuple[Conflict, ...]) -> None:
        names = ", ".join(dict.fromkeys(f"“{one.step}”" if one.step else "the page" for one in conflicts))
        super().__init__(f"Version {version.number} changed the same as this proposal: {names}. Choose what holds.")
        self.version = version
        self.conflicts = conflicts


def newer_than(proposal: Proposal) -> Version | None:
    """Return the version that was published since a proposal was begun, if there is one."""
    if proposal.process is None or proposal.base_id is None:
        return None
    newest = latest_published(proposal.process)
    return newest if newest and newest.id != proposal.base_id else None


@transaction.atomic
def rebase(*, proposal: UUID, by: UUID, choices: Choices | None = None, at: datetime | None = None) -> Proposal:
    """Bring a proposal's text onto the newest version.  Nothing newer: nothing changes.

    Raises NotAllowed, NotPossible, and BothChanged until every conflict has a choice, "mine" or "theirs".
    """
    row = open_proposal(proposal)
    if not may_edit(row, by):
        raise NotAllowed("Only the proposer, and the owner and the expert of the page, may edit this proposal.")
    if row.state == ProposalState.IN_APPROVAL:
        raise NotPossible("This is being approved as it is. When it cannot be published, it comes back to you.")
    newest = newer_than(row)
    if newest is None:
        return row
    if row.text:
        _bring(row, newest, choices or {}, by=by, at=at or business_now())
    row.base = newest
    row.outcome = ""
    row.save()
    return row


def _bring(row: Proposal, newest: Version, choices: Choices, *, by: UUID, at: datetime) -> None:
    assert row.base is not None, "there is a newer one than its base"
    merged = merge(row.base.text, row.text, newest.text, choices=choices)
    open_ = tuple(one for one in merged.conflicts if choices.get(one.id) not in ("mine", "theirs"))
    if open_:
        raise BothChanged(newest, open_)
    let_go(row)
    row.text, row.revision = merged.text, row.revision + 1
    row.identities = {**newest.identities, **_chosen(row, newest)}
    Revision.objects.create(proposal=row, number=row.revision, text=row.text, by_id=by, at=at)
    happened(row, f"Brought onto version {newest.number}.", by=by, at=at)


def _chosen(row: Proposal, newest: Version) -> dict[str, str]:
    """Return the identities the proposal gave to new headings, as far as the newest version has the steps."""
    before = row.base.identities if row.base else {}
    known = set(newest.identities.values())
    return {name: one for name, one in row.identities.items() if before.get(name) != one and one in known}
