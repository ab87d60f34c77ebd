"""Who may change a process."""

from __future__ import annotations

from uuid import UUID

from doorstep.library.models import Process
from doorstep.people.clock import business_now
from doorstep.people.errors import NotAllowed
from doorstep.people.models import Membership, Person
from doorstep.people.rights import Doer, is_administrator


def is_owner(process: Process, person: UUID) -> bool:
    """Say whether somebody owns a process, themselves or by holding the role that does."""
    return process.owner_id == person or _holds(process.owner_role_id, person)


def is_expert(process: Process, person: UUID) -> bool:
    """Say whether somebody is a process's expert, themselves or by holding the role that is."""
    return process.expert_id == person or _holds(process.expert_role_id, person)


def require_publisher(process: Process | None, by: Doer) -> None:
    """Raise NotAllowed unless somebody may publish: anybody on record a new process, its owner and expert a version."""
    if by is None:
        return
    if not Person.objects.here(business_now().date()).filter(id=by, outside=False).exists():
        raise NotAllowed("Only people of the organisation may publish pages. Ask one of them to do it.")
    if process is None or is_owner(process, by) or is_expert(process, by) or is_administrator(by):
        return
    raise NotAllowed(
        f'Only the owner or the expert of "{process.title}" may publish a version of it. Send your text to one of them.'
    )


def _holds(role: UUID | None, person: UUID) -> bool:
    """Say whether somebody holds a role, in whichever scope."""
    return role is not None and Membership.objects.filter(role=role, person=person).exists()
