"""Who may change a process, and say who sees it."""

from __future__ import annotations

from uuid import UUID

from doorstep.library.models import Group, Process, Right
from doorstep.library.why import allows, why
from doorstep.people.clock import business_now
from doorstep.people.errors import NotAllowed
from doorstep.people.models import Membership, Person
from doorstep.people.rights import Doer, is_administrator


def is_owner(process: Process, person: UUID) -> bool:
    """Say whether somebody owns a process, themselves or by holding the role that does, or has it in custody."""
    return person in {process.owner_id, process.custodian_id} or _holds(process.owner_role_id, person)


def is_expert(process: Process, person: UUID) -> bool:
    """Say whether somebody is a process's expert, themselves or by holding the role that is."""
    return process.expert_id == person or _holds(process.expert_role_id, person)


def require_publisher(process: Process | None, by: Doer) -> None:
    """Raise NotAllowed unless somebody may publish: anybody on record a new process, its owner and expert a version."""
    if by is None:
        return
    if not Person.objects.here(business_now().date()).filter(id=by, outside=False).exists():
        raise NotAllowed("Only people of the organisation may publish pages. Ask one of them to do it.")
    if process is None or may_amend(process, by):
        return
    raise NotAllowed(
        f'Only the owner or the expert of "{process.title}" may publish a version of it. Send your text to one of them.'
    )


def is_restricted(process: Process) -> bool:
    """Say whether a process is kept from those it does not concern, by itself or with its group."""
    return process.restricted or bool(process.group and process.group.restricted)


def may_amend(process: Process, person: Doer) -> bool:
    """Say whether somebody may publish a version of a process without asking."""
    return person is None or is_administrator(person) or allows(why(process, person), Right.AMEND)


def may_share(on: Process | Group, person: Doer) -> bool:
    """Say whether somebody may say who meets a process or a group: owner, champion, administrators."""
    if person is None or is_administrator(person):
        return True
    group = on if isinstance(on, Group) else on.group
    return (group is not None and group.champion_id == person) or (isinstance(on, Process) and is_owner(on, person))


def require_sharer(on: Process | Group, by: Doer) -> None:
    """Raise NotAllowed unless somebody may say who meets a process or a group."""
    if may_share(on, by):
        return
    whose = "the champion of the group" if isinstance(on, Group) else "its owner, the champion of its group"
    raise NotAllowed(f'Only {whose} or an administrator may say who sees "{on}". Ask one of them.')


def is_leader(process: Process, person: UUID) -> bool:
    """Say whether somebody answers for what a process says: owner, expert, or whoever has it in custody."""
    return process.custodian_id == person or is_owner(process, person) or is_expert(process, person)


def is_steward(process: Process, person: UUID) -> bool:
    """Say whether somebody looks after a process: those who lead it, and the champion of its group."""
    return bool(process.group and process.group.champion_id == person) or is_leader(process, person)


def require_leader(process: Process, by: Doer, *, what: str) -> None:
    """Raise NotAllowed unless somebody answers for what a process says, or administers; ``what`` completes "may"."""
    if by is not None and not is_leader(process, by) and not is_administrator(by):
        raise NotAllowed(f'Only those who answer for "{process.title}" may {what}: its owner, its expert, a custodian.')


def require_steward(process: Process, by: Doer, *, what: str) -> None:
    """Raise NotAllowed unless somebody looks after a process, or administers; ``what`` completes "may"."""
    if by is not None and not is_steward(process, by) and not is_administrator(by):
        raise NotAllowed(
            f'Only those who look after "{process.title}" may {what}: its owner, its expert, a custodian, '
            "the champion of its group."
        )


def _holds(role: UUID | None, person: UUID) -> bool:
    """Say whether somebody holds a role, in whichever scope."""
    return role is not None and Membership.objects.filter(role=role, person=person).exists()
