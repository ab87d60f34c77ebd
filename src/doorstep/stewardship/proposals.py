"""Reading proposals: of a page, of somebody, and what of them waits for whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from doorstep.cases.refusals import NotFound
from doorstep.library.models import Process
from doorstep.library.seen import may_meet
from doorstep.people.models import Membership, Person
from doorstep.stewardship.answerable import may_edit, may_see
from doorstep.stewardship.models import Proposal, ProposalState
from doorstep.stewardship.models.proposal import UNHEARD
from doorstep.stewardship.told import path_of, wish_of
from doorstep.stewardship.waits import Waiting

SHOWN = 100
STATES = (ProposalState.OPEN, ProposalState.IN_APPROVAL, ProposalState.DRAFT)
"""The states that are not settled, in the order a list shows them."""


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that happened to a proposal."""

    at: datetime
    by: str
    what: str


def proposal_of(proposal: UUID, *, reader: UUID) -> Proposal:
    """Return a proposal that somebody may see: its proposer, and who may meet its page.  Raises NotFound."""
    rows = Proposal.objects.select_related("process__group", "base", "version", "by", "settled_by")
    row = rows.filter(id=proposal).first()
    if row is None or not _meets(row, reader) or not may_see(row, reader):
        raise NotFound("There is no such proposal, or it is not for you.")
    return row


def proposals_of(process: Process, *, reader: UUID) -> list[Proposal]:
    """Return the proposals for a page, what is open first, then the latest; drafts are for those who may write them."""
    rows = _ordered(Proposal.objects.filter(process=process).select_related("by", "version"))
    if not may_edit(Proposal(process=process), reader):
        rows = rows.exclude(~Q(by=reader), state=ProposalState.DRAFT)
    return list(rows[:SHOWN])


def open_proposals(process: UUID) -> int:
    """Return how many proposals for a page are open or being approved."""
    return Proposal.objects.filter(process=process, state__in=STATES[:2]).count()


def proposals_by(person: UUID) -> list[Proposal]:
    """Return what somebody proposed, what is open first."""
    return list(_ordered(Proposal.objects.filter(by=person).select_related("process", "version"))[:SHOWN])


def history_of(proposal: Proposal) -> list[Told]:
    """Return what happened to a proposal, the latest first.  One query."""
    persons = {one["by"] for one in proposal.history if one["by"]}
    names: Mapping[str, str] = {
        str(id_): name for id_, name in Person.objects.filter(id__in=persons).values_list("id", "name")
    }
    return [
        Told(datetime.fromisoformat(one["at"]), names.get(one["by"], ""), one["what"])
        for one in reversed(proposal.history)
    ]


def proposals_waiting(person: UUID, at: datetime) -> list[Waiting]:
    """Return the proposals that wait for somebody: wishes to take up, changes wanted, outcomes not yet heard.  Two queries."""
    del at
    return [*_to_decide(person), *_to_hear(person)]


def _to_decide(person: UUID) -> list[Waiting]:
    """Return what others wish of pages somebody owns or knows, and what came back to them to change."""
    roles = Membership.objects.filter(person=person).values("role")
    leads = Q(process__owner=person) | Q(process__expert=person) | Q(process__ownership__custodian=person)
    leads |= Q(process__owner_role__in=roles) | Q(process__expert_role__in=roles)
    rows = Proposal.objects.filter(state=ProposalState.OPEN).filter(
        (leads & ~Q(by=person)) | Q(by=person, outcome__gt="")
    )
    found = rows.select_related("process", "by").order_by("at")[:SHOWN]
    return [_waits(row, "Amend and send again" if row.by_id == person else "Answer a proposal") for row in found]


def _to_hear(person: UUID) -> list[Waiting]:
    rows = Proposal.objects.filter(UNHEARD, by=person).select_related("process", "by").order_by("settled_at")[:SHOWN]
    return [_waits(row, f"Your proposal was {row.state}") for row in rows]


def _waits(row: Proposal, name: str) -> Waiting:
    title = row.process.title if row.process else "A new page"
    wish = wish_of(row)
    since = row.settled_at or row.changed_at
    by = row.by.name if row.by else ""
    return Waiting("proposal", path_of(row), name, f"{title}: {wish}" if wish else title, since, by)


def _ordered(rows: QuerySet[Proposal]) -> QuerySet[Proposal]:
    whens = [When(state=state, then=Value(at)) for at, state in enumerate(STATES)]
    rank = Case(*whens, default=Value(len(STATES)), output_field=IntegerField())
    return rows.defer("text", "identities", "history").annotate(rank=rank).order_by("rank", "-changed_at")


def _meets(row: Proposal, reader: UUID) -> bool:
    return row.by_id == reader or (row.process_id is not None and may_meet(row.process_id, reader))
