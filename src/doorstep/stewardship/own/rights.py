"""Who may decide about the ownership of a process.

Its owner (of a role: who is on point for it) offers it to others and takes an offer back.  The custodian, the
champion of its group and administrators may too, and decide about an orphan; so may the expert take one.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db.models import Q

from doorstep.library.models import Process
from doorstep.library.rights import is_expert, is_owner
from doorstep.people.errors import NotAllowed, NotUsable
from doorstep.people.models import Person
from doorstep.people.rights import Doer, is_administrator
from doorstep.stewardship.models import Ownership, OwnershipState


def custodian_of(process: UUID) -> Q:
    """Return the condition for whoever has a process in custody."""
    return Q(id__in=Process.objects.filter(id=process, custodian__isnull=False).values("custodian"))


def asked_to_own(process: UUID) -> Q:
    """Return the condition for whoever is asked to own a process."""
    return Q(id__in=Ownership.objects.filter(process=process, proposed__isnull=False).values("proposed"))


def unsettled() -> Q:
    """Return the condition for the processes whose ownership lapses, or which nobody owns."""
    states = (OwnershipState.LAPSING, OwnershipState.ORPHANED, OwnershipState.IN_CUSTODY)
    return Q(id__in=Ownership.objects.filter(state__in=states).values("process"))


def decides(process: Process, by: Doer) -> bool:
    """Say whether somebody may offer the ownership of a process."""
    return by is None or is_owner(process, by) or looks_after(process, by)


def looks_after(process: Process, by: Doer) -> bool:
    """Say whether somebody looks after a process although they do not own it: custodian, champion, administrator."""
    champion = process.group.champion_id if process.group else None
    return by is None or by in {process.custodian_id, champion} or is_administrator(by)


def require_decides(process: Process, by: Doer, *, what: str) -> None:
    """Raise NotAllowed unless somebody may decide about the ownership; ``what`` completes "may …"."""
    if not decides(process, by):
        raise NotAllowed(
            f"Only the owner of “{process.title}”, its custodian, the champion of its group or an administrator may {what}."
        )


def require_orphan(row: Ownership, by: Doer, *, what: str, expert: bool = False) -> None:
    """Raise NotAllowed unless somebody may settle an orphan; ``expert``: whoever knows the process may as well."""
    process = row.process
    if looks_after(process, by) or (expert and by and is_expert(process, by)):
        return
    also = ", its expert" if expert else ""
    raise NotAllowed(
        f"Only the custodian of “{process.title}”{also}, the champion of its group or an administrator may {what}."
    )


def require_able(to: UUID, *, today: date) -> Person:
    """Return somebody who can own a process.  Raises NotUsable for who left, is outside or is nobody."""
    person = Person.objects.filter(id=to).first()
    if person is None:
        raise NotUsable("Expected somebody on record, but there is nobody of that name or address. Check it.")
    if person.outside:
        raise NotUsable(f"{person.name} is outside the organisation and cannot own a process. Choose somebody here.")
    if person.left_on and person.left_on <= today:
        raise NotUsable(f"{person.name} left on {person.left_on} and cannot own a process. Choose somebody else.")
    return person
