"""What the screens of owning list: what one is asked to own, owns, looks after; what nobody owns.  No query per row."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from doorstep.cases.models import Case
from doorstep.library.models import Bulletin, Process, Version, VersionState
from doorstep.library.seen import seen_by
from doorstep.people.models import Membership, Person
from doorstep.people.on_point import Turn, on_point
from doorstep.people.rights import is_administrator
from doorstep.stewardship.models import Ownership, OwnershipState, Proposal, ProposalState
from doorstep.stewardship.own.words import Said, said

MONTH = timedelta(days=30)
QUARTER = timedelta(days=90)
SHOWN = 200


@dataclass(frozen=True, slots=True)
class Burden:
    """What owning a process means: runs in the last month, proposals and bulletins that are open, the next review."""

    runs: int
    open: int
    review_due: date | None


@dataclass(frozen=True, slots=True)
class Owned:
    """One process on the screens of owning."""

    row: Ownership
    process: Process
    burden: Burden
    said: Said


@dataclass(frozen=True, slots=True)
class Owning:
    """All that concerns one person.  ``asked``: pages name them; ``given``: somebody hands it over or offers it."""

    asked: tuple[Owned, ...]
    given: tuple[Owned, ...]
    agreed: tuple[Owned, ...]  # accepted, theirs from a day on
    lapsing: tuple[Owned, ...]
    mine: tuple[Owned, ...]
    custody: tuple[Owned, ...]


@dataclass(frozen=True, slots=True)
class Orphan:
    """A process nobody owns.  ``weight`` is (runs in a quarter + 1) × (people it touches + 1): the gravest first."""

    owned: Owned
    runs: int
    people: int
    may_take: bool
    may_decide: bool

    @property
    def weight(self) -> int:
        return (self.runs + 1) * (self.people + 1)


def owning(person: UUID, *, at: datetime) -> Owning:
    """Return what somebody owns, is asked to own and looks after.  A constant number of queries."""
    roles = Membership.objects.filter(person=person).values("role")
    for_role = Q(role__in=roles, state__in=(OwnershipState.ACCEPTED, OwnershipState.LAPSING))
    concerned = Q(proposed=person) | Q(process__owner=person) | Q(process__custodian=person) | for_role
    rows = _owned(Ownership.objects.filter(concerned), at=at)
    asked = tuple(one for one in rows if one.row.proposed_id == person and one.row.state == OwnershipState.PROPOSED)
    offered = tuple(one for one in rows if one.row.proposed_id == person and one not in asked)
    custody = tuple(one for one in rows if one.process.custodian_id == person)
    theirs = tuple(one for one in rows if one.row.proposed_id != person and one not in custody)
    return Owning(
        asked=asked,
        given=tuple(one for one in offered if not one.row.agreed_at),
        agreed=tuple(one for one in offered if one.row.agreed_at),
        lapsing=tuple(one for one in theirs if one.row.state == OwnershipState.LAPSING),
        mine=tuple(one for one in theirs if one.row.state == OwnershipState.ACCEPTED),
        custody=custody,
    )


def orphans(reader: UUID, *, at: datetime) -> tuple[Orphan, ...]:
    """Return what nobody owns, of what a reader may meet: the gravest first.  A constant number of queries."""
    nobodys = Ownership.objects.filter(state__in=(OwnershipState.ORPHANED, OwnershipState.IN_CUSTODY))
    rows = _owned(nobodys.filter(seen_by(reader, process="process")), at=at)
    ids = [one.process.id for one in rows]
    runs, people = runs_since(ids, at - QUARTER), touched(ids)
    roles = set(Membership.objects.filter(person=reader).values_list("role_id", flat=True))
    administrator = is_administrator(reader)
    found = (_orphan(one, reader, runs, people, roles, administrator=administrator) for one in rows)
    return tuple(sorted(found, key=lambda one: (-one.weight, one.owned.process.title)))


def _orphan(  # noqa: PLR0917
    one: Owned,
    reader: UUID,
    runs: Mapping[UUID, int],
    people: Mapping[UUID, int],
    roles: Collection[UUID],
    *,
    administrator: bool,
) -> Orphan:
    """Return an orphan with what its reader may do about it (`own.rights`)."""
    process = one.process
    champion = process.group.champion_id if process.group else None
    decides = administrator or reader in {process.custodian_id, champion}
    knows = process.expert_id == reader or process.expert_role_id in roles
    count = runs.get(process.id, 0)
    return Orphan(one, count, people.get(process.id, 0), may_take=decides or knows, may_decide=decides)


def said_of(process: Process, *, at: datetime) -> Said:
    """Return what readers of a page see of its ownership.  A handful of queries."""
    row = Ownership.objects.select_related("proposed", "custodian", "owner").filter(process=process.id).first()
    turn = on_point([process.owner_role_id], at=at).get(process.owner_role_id) if process.owner_role_id else None
    named = str(process.owner or process.owner_role or "")
    return said(row, named=named, turn=turn, today=at.date())


def _owned(rows: QuerySet[Ownership], *, at: datetime) -> tuple[Owned, ...]:
    """Return ownerships of pages in force with what they mean.  A constant number of queries."""
    live = Version.objects.filter(process=OuterRef("process"), state=VersionState.EFFECTIVE)
    people = ("owner", "proposed", "proposed_by", "custodian")
    pages = ("process__owner", "process__owner_role", "process__group")
    found = list(rows.filter(Exists(live)).select_related(*people, *pages).order_by("process__title", "process_id"))
    ids = [row.process_id for row in found]
    runs, waiting = runs_since(ids, at - MONTH), _open(ids)
    turns = on_point({row.process.owner_role_id for row in found if row.process.owner_role_id}, at=at)
    return tuple(_one(row, runs, waiting, turns, at) for row in found)


def _one(  # noqa: PLR0917
    row: Ownership, runs: Mapping[UUID, int], waiting: Mapping[UUID, int], turns: Mapping[UUID, Turn], at: datetime
) -> Owned:
    process = row.process
    turn = turns.get(process.owner_role_id) if process.owner_role_id else None
    named = str(process.owner or process.owner_role or "")
    burden = Burden(runs.get(process.id, 0), waiting.get(process.id, 0), process.review_due)
    return Owned(row, process, burden, said(row, named=named, turn=turn, today=at.date()))


def runs_since(processes: Collection[UUID], since: datetime) -> dict[UUID, int]:
    """Return how often processes were started since a time.  One query."""
    rows = Case.objects.filter(process_id__in=processes, started_at__gte=since)
    return dict(rows.values("process_id").order_by().annotate(count=Count("id")).values_list("process_id", "count"))


def touched(processes: Collection[UUID]) -> dict[UUID, int]:
    """Return how many people hold a role that processes name.  One query."""
    through = Process.roles.through.objects.filter(process__in=processes)
    holders = Count("role__memberships__person", distinct=True)
    return {
        row["process_id"]: row["people"] for row in through.values("process_id").order_by().annotate(people=holders)
    }


def _open(processes: Collection[UUID]) -> dict[UUID, int]:
    """Return how many proposals and bulletins of processes are open.  Two queries."""
    wishes = Proposal.objects.filter(process__in=processes, state__in=(ProposalState.OPEN, ProposalState.IN_APPROVAL))
    bulletins = Bulletin.objects.filter(process__in=processes, state="shown")
    found: dict[UUID, int] = {}
    for rows in (wishes, bulletins):
        counted: Iterable[tuple[UUID | None, int]] = (
            rows.values("process_id").order_by().annotate(count=Count("id")).values_list("process_id", "count")
        )
        for process, count in counted:
            if process:
                found[process] = found.get(process, 0) + count
    return found


def offered_by(person: UUID) -> tuple[Ownership, ...]:
    """Return what somebody has offered to others, who have not answered or whose day has not come.  One query."""
    rows = Ownership.objects.filter(proposed_by=person).exclude(proposed=None).exclude(state=OwnershipState.PROPOSED)
    return tuple(rows.select_related("process", "proposed").order_by("process__title"))


def near(person: Person, *, at: datetime) -> tuple[Person, ...]:
    """Return whom somebody is likely to hand something to: manager, reports, colleagues, those of their department."""
    around = Q(id=person.manager_id) | Q(manager=person)
    if person.manager_id:
        around |= Q(manager=person.manager_id)
    if person.department:
        around |= Q(department=person.department)
    here = Person.objects.here(at.date()).filter(outside=False).exclude(id=person.id)
    return tuple(here.filter(around).order_by("name", "id")[:50])
