"""Why somebody meets a process, and what they may do with it: the reasons, in words.

`reasons` is pure; `why` and `why_each` read what it needs, in a fixed number of queries for any number of processes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q

from doorstep.library.models import Appearance, Grant, Process, Right
from doorstep.library.seen import FURTHER
from doorstep.people.held import roles_of
from doorstep.people.models import Person


class Reason(NamedTuple):
    """A right and why somebody has it: ``because`` completes "you may …, because"; SEE stands alone where it is all."""

    right: Right
    because: str


class Given(NamedTuple):
    """A right somebody was granted: by whom, through which role they hold, on the group or the process."""

    right: Right
    by: str
    role: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What decides it.  ``roles`` are those the person holds that the page names, each with the steps that do."""

    restricted: bool = False
    owner: bool = False
    expert: bool = False
    champion: bool = False
    owner_role: str = ""
    expert_role: str = ""
    steps: tuple[str, ...] = ()
    roles: tuple[tuple[str, tuple[str, ...]], ...] = ()
    grants: tuple[Given, ...] = ()
    further: tuple[str, ...] = ()
    administrator: bool = False
    auditor: bool = False


def reasons(known: Known) -> tuple[Reason, ...]:
    """Return every reason somebody has, the widest right first; none when they do not meet the process."""
    return tuple(sorted(set(_reasons(known)), key=lambda one: (-list(Right).index(one.right), one.because)))


def _reasons(known: Known) -> Iterator[Reason]:
    if not known.restricted:
        yield Reason(Right.SEE, "everybody may")
    yield from (Reason(Right.AMEND, because) for because in _leads(known))
    yield from (Reason(Right.START, because) for because in _named(known))
    yield from (Reason(one.right, _granted(one)) for one in known.grants)
    yield from (Reason(Right.START, f"you {one}") for one in known.further)
    if known.administrator:
        yield Reason(Right.AMEND, "you administer this installation")
    if known.auditor:
        yield Reason(Right.SEE, "you are an auditor")


def _leads(known: Known) -> Iterator[str]:
    if known.owner:
        yield "you own it"
    if known.owner_role:
        yield f"you hold {known.owner_role}, which owns it"
    if known.expert:
        yield "you are its expert"
    if known.expert_role:
        yield f"you hold {known.expert_role}, which is its expert"


def _named(known: Known) -> Iterator[str]:
    if known.champion:
        yield "you are the champion of its group"
    if known.steps:
        yield f"{_steps(known.steps)} you"
    for role, steps in known.roles:
        yield f"you hold {role}, which {_steps(steps) if steps else 'the page names'}".rstrip()


def _steps(names: Sequence[str]) -> str:
    """Say which steps name somebody: "step “Sign” names", "“Sign” and 2 more steps name"."""
    if len(names) == 1:
        return f"step “{names[0]}” names"
    return f"“{names[0]}” and {'another step name' if len(names) == 2 else f'{len(names) - 1} more steps name'}"


def _granted(one: Given) -> str:
    who = f"{one.by} granted it" if one.by else "it was granted"
    to = f"to whoever holds {one.role}" if one.role else "to you"
    return f"{who} {to}" + (f", for all of {one.group}" if one.group else "")


def allows(found: Sequence[Reason], right: Right) -> bool:
    """Say whether reasons give a right: who may amend may start, who may start may see."""
    order = list(Right)
    return any(order.index(one.right) >= order.index(right) for one in found)


def explained(process: Process, found: Sequence[Reason]) -> str:
    """Say in a sentence why a reader meets a process."""
    if not (process.restricted or (process.group and process.group.restricted)):
        return "You see this because everybody may."
    because = found[0].because if found else ""
    return f"You see this because {because}." if because else ""


# -- Reading what decides ------------------------------------------------------------------------------


@dataclass(slots=True)
class _Found:
    """What was read of one process, gathered row by row."""

    roles: dict[str, tuple[str, ...]] = field(default_factory=dict)
    steps: tuple[str, ...] = ()
    grants: list[Given] = field(default_factory=list)
    further: list[str] = field(default_factory=list)


def why(process: Process, person: UUID) -> tuple[Reason, ...]:
    """Return why somebody meets a process; nothing when they do not.  A fixed number of queries."""
    return why_each([process], person)[process.id]


def why_each(processes: Collection[Process], person: UUID) -> dict[UUID, tuple[Reason, ...]]:
    """Return why somebody meets each of some processes (with their groups).  A fixed number of queries."""
    who = Person.objects.get(id=person)
    held = roles_of(person)
    found = _read(processes, person, held)
    return {one.id: reasons(_known(one, who, held, found[one.id])) for one in processes}


def why_in_role(processes: Collection[Process], role: UUID, name: str) -> dict[UUID, tuple[Reason, ...]]:
    """Return why any holder of a role meets each of some processes.  A fixed number of queries."""
    held = {role: name}
    found = _read(processes, None, held)
    return {one.id: reasons(_known(one, None, held, found[one.id])) for one in processes}


def _known(process: Process, who: Person | None, held: dict[UUID, str], found: _Found) -> Known:
    group = process.group
    return Known(
        restricted=process.restricted or bool(group and group.restricted),
        owner=who is not None and process.owner_id == who.id,
        expert=who is not None and process.expert_id == who.id,
        champion=who is not None and group is not None and group.champion_id == who.id,
        owner_role=held.get(process.owner_role_id, "") if process.owner_role_id else "",
        expert_role=held.get(process.expert_role_id, "") if process.expert_role_id else "",
        steps=found.steps,
        roles=tuple(sorted(found.roles.items())),
        grants=tuple(found.grants),
        further=tuple(found.further),
        administrator=who is not None and who.administrator,
        auditor=who is not None and who.auditor,
    )


def _read(processes: Collection[Process], person: UUID | None, held: dict[UUID, str]) -> dict[UUID, _Found]:
    """Read roles, steps, grants and the further reasons of some processes."""
    found: dict[UUID, _Found] = defaultdict(_Found)
    ids = [one.id for one in processes]
    named = Process.roles.through.objects.filter(process__in=ids, role__in=held)
    for process, role in named.values_list("process_id", "role_id"):
        found[process].roles[held[role]] = ()
    mine = Q(role__in=held) | (Q(person=person) if person else Q(id__in=[]))
    for row in Appearance.objects.filter(mine, process__in=ids):
        names = tuple(name for _, name in row.steps)
        if row.role_id:
            found[row.process_id].roles[held[row.role_id]] = names
        else:
            found[row.process_id].steps = names
    _read_grants(processes, mine, held, found)
    for because, condition in [(one.because, one.condition(person)) for one in FURTHER] if person else ():
        for process in Process.objects.filter(condition, id__in=ids).values_list("id", flat=True):
            found[process].further.append(because)
    return found


def _read_grants(processes: Collection[Process], mine: Q, held: dict[UUID, str], found: dict[UUID, _Found]) -> None:
    of_group: dict[UUID, list[UUID]] = defaultdict(list)
    for one in processes:
        if one.group_id:
            of_group[one.group_id].append(one.id)
    on = Q(process__in=[one.id for one in processes]) | Q(group__in=list(of_group))
    for row in Grant.objects.filter(mine).filter(on).select_related("granted_by", "group").order_by("granted_at"):
        role = held[row.role_id] if row.role_id else ""
        given = Given(Right(row.right), str(row.granted_by or ""), role, str(row.group or ""))
        of = [row.process_id] if row.process_id else of_group[row.group_id] if row.group_id else []
        for process in of:
            found[process].grants.append(given)
