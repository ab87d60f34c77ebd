"""Who answers for a page and who knows it, as persons: those a change is put before."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from doorstep.library.models import Grant, Process, Right
from doorstep.library.rights import is_leader
from doorstep.people.held import roles_of
from doorstep.people.models import Person, Role
from doorstep.people.on_point import on_point_of
from doorstep.people.rights import is_administrator
from doorstep.stewardship.models import Proposal, ProposalState


@dataclass(frozen=True, slots=True)
class Answerable:
    """One person, and as what they are asked: owner, expert, champion of the group, administrator."""

    person: Person
    part: str


@dataclass(frozen=True, slots=True)
class Approvers:
    """Who approves a change, and in words why they."""

    persons: tuple[Person, ...]
    words: str


def answerable(process: Process, *, at: datetime) -> tuple[Answerable, ...]:
    """Return owner and expert; where there is neither, whoever stands in for them."""
    return _owner_and_expert(process, at) or tuple(_others(process, at))[:1]


def approvers_of(process: Process, *, proposer: UUID | None, authors: Collection[UUID], at: datetime) -> Approvers:
    """Return who approves: owner and expert without the proposer, and never only those who wrote it.

    ``authors`` are all who wrote the text.  Nobody, when there is no one else to ask.
    """
    both = _owner_and_expert(process, at)
    left = [one for one in both if one.person.id != proposer]
    if any(one.person.id not in authors for one in left):
        return Approvers(_persons(left), _words(both, left, ()))
    wrote = {proposer, *authors}
    other = [one for one in _others(process, at) if one.person.id not in wrote][:1]
    return Approvers(_persons([*left, *other] if other else []), _words(both, left, other))


def may_edit(proposal: Proposal, person: UUID) -> bool:
    """Say whether somebody may write a proposal's text: its proposer, owner, expert, whoever may amend the page."""
    if proposal.by_id == person or is_administrator(person):
        return True
    return proposal.process is not None and (leads(proposal.process, person) or _may_amend(proposal.process, person))


def may_see(proposal: Proposal, person: UUID) -> bool:
    """Say whether somebody sees a proposal they can reach: what is only being written is its writers'."""
    return proposal.state != ProposalState.DRAFT or may_edit(proposal, person)


def leads(process: Process, person: UUID) -> bool:
    """Say whether somebody owns a process, knows it or has it in custody."""
    return is_leader(process, person)


def _may_amend(process: Process, person: UUID) -> bool:
    roles = list(roles_of(person))
    grants = Grant.objects.filter(right=Right.AMEND)
    of_process = grants.filter(process=process) | grants.filter(group__isnull=False, group=process.group)
    return (of_process.filter(person=person) | of_process.filter(role__in=roles)).exists()


def _owner_and_expert(process: Process, at: datetime) -> tuple[Answerable, ...]:
    """Return owner (or who has it in custody) and expert, each person once; those who left are not there."""
    found = [
        _answerable(process.custodian, None, "custodian", at)
        or _answerable(process.owner, process.owner_role, "owner", at),
        _answerable(process.expert, process.expert_role, "expert", at),
    ]
    by_person: dict[UUID, list[Answerable]] = {}
    for one in found:
        if one:
            by_person.setdefault(one.person.id, []).append(one)
    return tuple(Answerable(some[0].person, " and ".join(one.part for one in some)) for some in by_person.values())


def _answerable(person: Person | None, role: Role | None, part: str, at: datetime) -> Answerable | None:
    turn = on_point_of(role.id, at=at) if role else None
    found = (turn.person if turn else None) if role else person
    gone = found is None or (found.left_on is not None and found.left_on <= at.date())
    return None if gone or found is None else Answerable(found, part)


def _others(process: Process, at: datetime) -> Iterable[Answerable]:
    """Yield who may be asked beside owner and expert: others who hold the owning role, the champion, administrators."""
    here = Person.objects.here(at.date()).filter(outside=False)
    if process.owner_role:
        holders = here.filter(memberships__role=process.owner_role).order_by("name").distinct()
        yield from (Answerable(one, "owner") for one in holders)
    champion = process.group.champion if process.group else None
    if champion and here.filter(id=champion.id).exists():
        yield Answerable(champion, f"champion of {process.group}")
    yield from (Answerable(one, "administrator") for one in here.filter(administrator=True).order_by("name"))


def _persons(some: Iterable[Answerable]) -> tuple[Person, ...]:
    return tuple(one.person for one in some)


def _words(both: Iterable[Answerable], left: list[Answerable], other: Iterable[Answerable]) -> str:
    """Say who approves, and why somebody else when it is not owner and expert."""
    asked = [*left, *other]
    if not asked:
        return "Nobody can approve it beside those who wrote it."
    names = " and ".join(f"{one.person.name} ({one.part})" for one in asked)
    said = f"{names} approve it." if len(asked) > 1 else f"{names} approves it."
    if other:
        return f"{said} Nobody approves alone what they wrote themselves."
    kept_out = [one for one in both if one not in left]
    if kept_out:
        return f"{said} {kept_out[0].person.name}, {kept_out[0].part}, proposed it and does not approve it."
    return said
