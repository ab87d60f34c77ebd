"""The processes of one person or role: those their roles appear in, that they lead, or have started, and where they come in.

At the end, quietly, what is for everybody.  Read from rows made when a version took effect: a fixed number of queries, no page is read.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from doorstep.library.models import Appearance, Level, Process, Version, VersionState
from doorstep.library.queries import ANSWERING, answers_for
from doorstep.library.seen import is_shut, met_by, seen_by, seen_in_role
from doorstep.people.clock import business_now
from doorstep.people.held import roles_of
from doorstep.people.prepared import Prepared
from doorstep.people.rights import Doer
from doorstep.reading import words

_SHOWN = (
    *("number", "effective_from", "process__key", "process__title", "process__level"),
    *("process__owner__name", "process__owner__left_on", "process__owner_role__name", "process__custodian__name"),
    *("process__expert_id", "process__expert_role_id"),
)


@dataclass(frozen=True, slots=True)
class Mine:
    """A process somebody takes part in, and how: ``comes_in`` completes "You …"."""

    process_id: UUID
    version_id: UUID
    key: str
    title: str
    level: Level
    owner: str
    number: int
    effective_from: datetime | None
    comes_in: str


@dataclass(frozen=True, slots=True)
class Part:
    """How somebody takes part in a process."""

    steps: tuple[tuple[int, str], ...] = ()
    starts: bool = False
    owns: bool = False
    knows: bool = False


def mine(person: UUID, *, started: Sequence[UUID] = (), limit: int = 50) -> tuple[tuple[Mine, ...], int]:
    """Return somebody's processes and how many there are: those they started lately, then by title, then everybody's."""
    roles, met = list(roles_of(person)), met_by(person)
    found = _TITLES(person=person, roles=roles, started=list(started))
    titles = [(*row, quiet) for *row, shut, quiet in found if met.has(row[1], restricted=shut)]
    return _listed(titles, person=person, roles=roles, started=started, limit=limit)


def mine_in_role(role: UUID, *, viewer: Doer, limit: int = 50) -> tuple[tuple[Mine, ...], int]:
    """Return the processes any holder of a role has by holding it, of those that whoever looks may meet too."""
    met = Process.objects.filter(seen_in_role(role)).filter(seen_by(viewer))
    rows = _effective(_of(None, [role], ())).filter(process__in=met.values("id"))
    titles = [(*row, False) for row in rows.values_list("id", "process_id", "process__title")]
    return _listed(titles, person=None, roles=[role], started=(), limit=limit)


def _effective(processes: QuerySet[Any, Any]) -> QuerySet[Version]:
    return Version.objects.filter(state=VersionState.EFFECTIVE, process__in=processes)


# Each part by an index of its own, so that 5,000 processes are never looked through.
def _of(person: UUID | None, roles: list[UUID], started: Sequence[UUID]) -> QuerySet[Any, Any]:
    """Select the ids of the processes some roles or a person take part in."""
    every = Process.objects.order_by().values_list("id")
    named = Process.roles.through.objects.filter(role__among=roles).values_list("process_id")
    parts = [every.filter(owner_role__among=roles), every.filter(expert_role__among=roles)]
    parts.append(every.filter(id__among=started))
    if person:
        parts += [every.filter(owner=person), every.filter(expert=person)]
    asked = Appearance.objects.filter(person=person).order_by().values_list("process_id") if person else named
    return parts[0].union(*parts[1:], named, asked)


def _titles(person: UUID, roles: list[UUID], started: list[UUID]) -> QuerySet[Version, Any]:
    """Select the versions in force of what somebody takes part in, and quietly of what is for everybody."""
    own = _of(person, roles, started)
    everybodys = Process.objects.order_by().filter(for_everybody=True).values_list("id")
    rows = _effective(own.union(everybodys)).annotate(shut=is_shut("process"), quiet=~Q(process__in=own))
    return rows.values_list("id", "process_id", "process__title", "shut", "quiet")


_TITLES = Prepared(_titles)


def _listed(
    titles: Sequence[tuple[Any, ...]], *, person: UUID | None, roles: list[UUID], started: Sequence[UUID], limit: int
) -> tuple[tuple[Mine, ...], int]:
    place = {process: at for at, process in enumerate(started)}
    found = sorted(titles, key=lambda row: (row[3], place.get(row[1], len(place)), row[2].casefold()))
    order = {row[0]: at for at, row in enumerate(found[:limit])}
    shown = sorted(
        Version.objects.filter(id__in=order).select_related(*ANSWERING).only(*_SHOWN), key=lambda row: order[row.id]
    )
    parts = _parts([row.process for row in shown], person=person, roles=roles, started=place)
    day = business_now().date()
    return tuple(_mine(row, parts[row.process_id], person, day) for row in shown), len(found)


def _parts(
    processes: Collection[Process], *, person: UUID | None, roles: list[UUID], started: Mapping[UUID, int]
) -> dict[UUID, Part]:
    """Return how somebody takes part in each of some processes.  One query."""
    steps: dict[UUID, set[tuple[int, str]]] = {one.id: set() for one in processes}
    me = Q(role__in=roles) | Q(person=person, person__isnull=False) | Q(role=None, person=None)
    named = Appearance.objects.filter(me, process__in=steps)
    for process, role, who, found in named.values_list("process_id", "role_id", "person_id", "steps"):
        if role or who or process in started:
            steps[process].update((number, name) for number, name in found)
    return {
        one.id: Part(
            steps=tuple(sorted(steps[one.id])),
            starts=one.id in started,
            owns=(person is not None and one.owner_id == person) or one.owner_role_id in roles,
            knows=(person is not None and one.expert_id == person) or one.expert_role_id in roles,
        )
        for one in processes
    }


def _mine(row: Version, part: Part, person: UUID | None, day: date) -> Mine:
    of = row.process
    return Mine(
        process_id=of.id,
        version_id=row.id,
        key=of.key,
        title=of.title,
        level=Level(of.level),
        owner="" if person and of.owner_id == person else answers_for(of, day=day) or "no owner",
        number=row.number,
        effective_from=row.effective_from,
        comes_in=comes_in(part),
    )


def comes_in(part: Part) -> str:
    """Say how somebody takes part, after "You": "start it, and come in at steps 4 and 7"."""
    verbs = [verb for verb, so in (("own it", part.owns), ("know it", part.knows), ("start it", part.starts)) if so]
    numbers = sorted({number for number, _ in part.steps if number})
    if numbers:
        verbs.append(f"come in at {'step' if len(numbers) == 1 else 'steps'} {_listed_numbers(numbers)}")
    elif part.steps:
        verbs.append("come in when something is rejected")
    return (
        ", and ".join([", ".join(verbs[:-1]), verbs[-1]])
        if len(verbs) > 1
        else verbs[0]
        if verbs
        else "need to know it"
    )


def _listed_numbers(numbers: Sequence[int]) -> str:
    shown = [str(number) for number in numbers[:6]]
    more = len(numbers) - len(shown)
    return words.listed([*shown, f"{more} more"] if more else shown)
