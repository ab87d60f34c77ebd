"""Reading proposals: of a page, of somebody, and what of them waits for whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from doorstep.cases.refusals import NotFound
from doorstep.library.models import Process
from doorstep.library.seen import may_meet
from doorstep.people.models import Person
from doorstep.people.prepared import Prepared
from doorstep.stewardship.answerable import may_edit, may_see
from doorstep.stewardship.models import Proposal, ProposalState
from doorstep.stewardship.models.proposal import UNHEARD
from doorstep.stewardship.own.pointed import on_point_for
from doorstep.stewardship.told import in_a_line
from doorstep.stewardship.waits import Waiting

SHOWN = 100
UNSHOWN = ("text", "identities", "history")
"""What no list shows, and is long."""

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


def proposals_of(process: Process, *, reader: UUID, window: slice = slice(SHOWN)) -> list[Proposal]:
    """Return the proposals for a page, what is open first, then the latest."""
    return list(_ordered(proposals_met(process, reader=reader))[window])


def proposals_met(process: Process, *, reader: UUID) -> QuerySet[Proposal]:
    """Select the proposals for a page that somebody who meets it may see; drafts are for those who may write them."""
    rows = Proposal.objects.filter(process=process).select_related("process", "by").defer(*UNSHOWN)
    if may_edit(Proposal(process=process), reader):
        return rows
    return rows.exclude(~Q(by=reader), state=ProposalState.DRAFT)


def open_proposals(process: UUID) -> int:
    """Return how many proposals for a page are open or being approved."""
    return Proposal.objects.filter(process=process, state__in=STATES[:2]).count()


def proposals_by(person: UUID, *, window: slice = slice(SHOWN)) -> list[Proposal]:
    """Return what somebody proposed, what is open first."""
    rows = Proposal.objects.filter(by=person).select_related("process", "by").defer(*UNSHOWN)
    return list(_ordered(rows)[window])


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
    """Return the proposals that wait for somebody: wishes to take up, changes wanted, outcomes not yet heard.

    Two queries, and those of `on_point_for`.
    """
    return [*_to_decide(person, at), *_to_hear(person)]


def _to_decide(person: UUID, at: datetime) -> list[Waiting]:
    """Return what others wish of pages somebody owns or knows, and what came back to them to change."""
    found = _DECIDES(person=person, roles=list(on_point_for(person, at=at)))
    return [_waits("Amend and send again" if by == person else "Answer a proposal", *row) for _, by, *row in found]


def _to_hear(person: UUID) -> list[Waiting]:
    return [_waits(f"Your proposal was {state}", *row) for state, _, *row in _HEARS(person=person)]


_COLUMNS = ("state", "by", "id", "sentence", "settled_at", "changed_at", "by__name", "process__title")


def _decides(person: UUID, roles: list[UUID]) -> QuerySet[Proposal, Any]:
    """Select by the processes somebody leads, each by an index of its own.  Index: proposal_of_process."""
    every = Process.objects.order_by().values_list("id")
    by_role = [every.filter(owner_role__among=roles), every.filter(expert_role__among=roles)]
    own = [every.filter(expert=person), every.filter(ownership__custodian=person)]
    led = every.filter(owner=person).union(*own, *by_role)
    leads = Q(process__in=led) & ~Q(by=person)
    rows = Proposal.objects.filter(leads | Q(by=person, outcome__gt=""), state=ProposalState.OPEN)
    return rows.order_by("at").values_list(*_COLUMNS)[:SHOWN]


def _hears(person: UUID) -> QuerySet[Proposal, Any]:
    """Select what ended and was not heard.  Index: proposal_unheard."""
    rows = Proposal.objects.filter(UNHEARD, by=person).order_by("settled_at")
    return rows.values_list(*_COLUMNS)[:SHOWN]


_DECIDES, _HEARS = Prepared(_decides), Prepared(_hears)


def _waits(  # noqa: PLR0917  (the columns)
    name: str, proposal: UUID, wish: str, settled_at: datetime | None, changed_at: datetime, by: str, title: str
) -> Waiting:
    about, said = title or "A new page", in_a_line(wish)
    since = settled_at or changed_at
    return Waiting("proposal", f"/proposal/{proposal}/", name, f"{about}: {said}" if said else about, since, by or "")


def _ordered(rows: QuerySet[Proposal]) -> QuerySet[Proposal]:
    whens = [When(state=state, then=Value(at)) for at, state in enumerate(STATES)]
    rank = Case(*whens, default=Value(len(STATES)), output_field=IntegerField())
    return rows.annotate(rank=rank).order_by("rank", "-changed_at", "id")


def _meets(row: Proposal, reader: UUID) -> bool:
    return row.by_id == reader or (row.process_id is not None and may_meet(row.process_id, reader))
