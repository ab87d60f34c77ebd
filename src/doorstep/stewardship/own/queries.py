"""What the screens of owning list: what one is asked to own, owns, looks after; what nobody owns.  No query per row."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When

from doorstep.cases.models import Case as Run
from doorstep.library.models import Bulletin, Process, Version, VersionState
from doorstep.library.queries import owner_of
from doorstep.library.seen import seen_by
from doorstep.people.held import roles_of
from doorstep.people.models import Membership, Person
from doorstep.people.on_point import Turn, on_point
from doorstep.people.rights import is_administrator
from doorstep.stewardship.models import Ownership, OwnershipState, Proposal, ProposalState
from doorstep.stewardship.own.words import Said, said

MONTH = timedelta(days=30)
QUARTER = timedelta(days=90)
SHOWN = 50


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


SECTIONS = ("asked", "given", "lapsing", "custody", "offered", "agreed", "mine")
"""In the order of the screen; each process stands in the first that fits."""

OWN = ("lapsing", "custody", "mine")
"""What somebody answers for."""


@dataclass(frozen=True, slots=True)
class Owning:
    """A page of what concerns one person, each with its section, and how much there is of each section in all.

    ``asked``: pages name them; ``given``: somebody hands it over or offers it; ``lapsing``: they are to say again that
    it is theirs; ``custody``: they look after what nobody owns; ``offered``: they gave it to somebody who has not
    answered, or whose day has not come; ``agreed``: accepted, theirs from a day on; ``mine``: theirs.
    """

    rows: tuple[tuple[str, Owned], ...]
    counts: Mapping[str, int]


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


def owning(person: UUID, *, at: datetime, window: slice = slice(SHOWN)) -> Owning:
    """Return what somebody owns, is asked to own and looks after, a page of it.  A constant number of queries."""
    rows = _in_sections(person)
    counted = dict(rows.order_by().values_list("section").annotate(count=Count("process")))
    page = rows.order_by("section", "process__title", "process").values_list("process_id", "section")[window]
    section = {process: SECTIONS[at] for process, at in page}
    counts = {SECTIONS[at]: count for at, count in counted.items()}
    return Owning(tuple((section[one.process.id], one) for one in _those(list(section), at=at)), counts)


def to_hand_over(person: UUID, *, at: datetime, window: slice = slice(SHOWN)) -> tuple[Owned, ...]:
    """Return what somebody answers for and has not offered to anybody, by title.  A constant number of queries."""
    page = _theirs(person).order_by("process__title", "process").values_list("process_id", flat=True)[window]
    return _those(list(page), at=at)


def all_to_hand_over(person: UUID) -> list[UUID]:
    """Return all of it, as ids of processes.  One query."""
    return list(_theirs(person).values_list("process_id", flat=True))


def _theirs(person: UUID) -> QuerySet[Any]:
    return _in_sections(person).filter(section__in=[SECTIONS.index(one) for one in OWN], proposed=None)


def _in_sections(person: UUID) -> QuerySet[Any]:
    """Select the ownerships of pages in force that concern somebody, each with its section."""
    roles = list(roles_of(person))
    named, gives = Q(proposed=person), Q(proposed_by=person, proposed__isnull=False)
    for_role = Q(role__in=roles, state__in=(OwnershipState.ACCEPTED, OwnershipState.LAPSING))
    own, kept = Q(process__owner=person) | for_role, Q(process__custodian=person)
    fits = {
        "asked": named & Q(state=OwnershipState.PROPOSED),
        "given": named & Q(agreed_at=None),
        "agreed": named,
        "offered": gives & ~Q(state=OwnershipState.PROPOSED),
        "custody": kept,
        "lapsing": own & Q(state=OwnershipState.LAPSING),
        "mine": own & Q(state=OwnershipState.ACCEPTED),
    }
    whens = [When(fit, then=Value(SECTIONS.index(section))) for section, fit in fits.items()]
    rows = _live().filter(named | gives | own | kept)
    rows = rows.annotate(section=Case(*whens, default=None, output_field=IntegerField()))
    return rows.filter(section__isnull=False)


@dataclass(frozen=True, slots=True)
class Orphans:
    """A page of what nobody owns, how much there is in all, and how much of it the reader looks after."""

    rows: tuple[Orphan, ...]
    total: int
    mine: int


def orphans(reader: UUID, *, at: datetime, window: slice = slice(SHOWN)) -> Orphans:
    """Return what nobody owns, of what a reader may meet: the gravest first.  A constant number of queries.

    All are weighed, by their ids alone; what a row says is read for those of the page.
    """
    states = (OwnershipState.ORPHANED, OwnershipState.IN_CUSTODY)
    nobodys = _live().filter(seen_by(reader, process="process"), state__in=states)
    found = list(nobodys.values_list("process_id", "process__title", "process__custodian"))
    ids = [process for process, _, _ in found]
    runs, people = runs_since(ids, at - QUARTER), touched(ids)
    weights = {one: (runs.get(one, 0) + 1) * (people.get(one, 0) + 1) for one in ids}
    page = [process for process, _, _ in sorted(found, key=lambda row: (-weights[row[0]], row[1], row[0]))[window]]
    roles, administrator = roles_of(reader).keys(), is_administrator(reader)
    rows = _those(page, at=at)
    shown = (_orphan(one, reader, runs, people, roles, administrator=administrator) for one in rows)
    return Orphans(tuple(shown), len(found), sum(custodian == reader for _, _, custodian in found))


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
    named = owner_of(process, day=at.date())
    return said(row, named=named, turn=turn, today=at.date())


def whys(processes: Collection[UUID]) -> dict[UUID, str]:
    """Return why the ownership of some processes needs somebody, in words, where it does.  One query."""
    states = (OwnershipState.LAPSING, OwnershipState.ORPHANED, OwnershipState.IN_CUSTODY)
    rows = Ownership.objects.filter(process__in=processes, state__in=states).exclude(why="")
    return dict(rows.values_list("process", "why"))


def _live() -> QuerySet[Ownership]:
    """Select the ownerships of pages in force, with those they name."""
    live = Version.objects.filter(process=OuterRef("process"), state=VersionState.EFFECTIVE)
    people = ("owner", "proposed", "proposed_by", "custodian")
    pages = ("process__owner", "process__owner_role", "process__group")
    return Ownership.objects.filter(Exists(live)).select_related(*people, *pages)


def _those(processes: list[UUID], *, at: datetime) -> tuple[Owned, ...]:
    """Return the ownerships of some processes, in their order, with what they mean.  A constant number of queries."""
    place = {one: number for number, one in enumerate(processes)}
    found = sorted(_live().filter(process__in=processes), key=lambda row: place[row.process_id])
    ids = [row.process_id for row in found]
    runs, waiting = runs_since(ids, at - MONTH), _open(ids)
    turns = on_point({row.process.owner_role_id for row in found if row.process.owner_role_id}, at=at)
    return tuple(_one(row, runs, waiting, turns, at) for row in found)


def _one(  # noqa: PLR0917
    row: Ownership, runs: Mapping[UUID, int], waiting: Mapping[UUID, int], turns: Mapping[UUID, Turn], at: datetime
) -> Owned:
    process = row.process
    turn = turns.get(process.owner_role_id) if process.owner_role_id else None
    named = owner_of(process, day=at.date())
    burden = Burden(runs.get(process.id, 0), waiting.get(process.id, 0), process.review_due)
    return Owned(row, process, burden, said(row, named=named, turn=turn, today=at.date()))


def runs_since(processes: Collection[UUID], since: datetime) -> dict[UUID, int]:
    """Return how often processes were started since a time.  One query."""
    rows = Run.objects.filter(process_id__among=processes, started_at__gte=since)
    return dict(rows.values("process_id").order_by().annotate(count=Count("id")).values_list("process_id", "count"))


def touched(processes: Collection[UUID]) -> dict[UUID, int]:
    """Return how many people hold a role that processes name; who holds two of them counts twice.  Two queries."""
    through = Process.roles.through.objects.filter(process__among=processes).values_list("process_id", "role_id")
    named = list(through)
    held = Membership.objects.filter(role__among={role for _, role in named}).values("role").order_by()
    holders = dict(held.annotate(people=Count("person", distinct=True)).values_list("role", "people"))
    found: dict[UUID, int] = {}
    for process, role in named:
        found[process] = found.get(process, 0) + holders.get(role, 0)
    return found


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


def near(person: Person, *, at: datetime) -> tuple[Person, ...]:
    """Return whom somebody is likely to hand something to: manager, reports, colleagues, those of their department."""
    around = Q(id=person.manager_id) | Q(manager=person)
    if person.manager_id:
        around |= Q(manager=person.manager_id)
    if person.department:
        around |= Q(department=person.department)
    here = Person.objects.here(at.date()).filter(outside=False).exclude(id=person.id)
    return tuple(here.filter(around).order_by("name", "id")[:50])
