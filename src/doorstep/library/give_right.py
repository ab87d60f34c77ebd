"""Granting somebody a right on a process or a group, and withdrawing it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from doorstep.library.errors import NotUsable
from doorstep.library.models import Grant, Group, Process, Right
from doorstep.library.rights import require_sharer
from doorstep.people.clock import business_now
from doorstep.people.models import Person, Role
from doorstep.people.rights import Doer


@transaction.atomic
def grant(*, right: Right, to: Person | Role, on: Process | Group, by: Doer, at: datetime | None = None) -> Grant:
    """Give a person, or whoever holds a role, a right on a process or on all of a group.  Giving it twice is once.

    Raises NotAllowed, and NotUsable for people outside and those who have left.
    """
    now = at or business_now()
    require_sharer(on, by)
    if isinstance(to, Person) and (to.outside or (to.left_on and to.left_on <= now.date())):
        raise NotUsable(f"Expected somebody of the organisation who is here, but {to.name} is not. Choose another.")
    whom = {"person": to} if isinstance(to, Person) else {"role": to}
    where = {"process": on} if isinstance(on, Process) else {"group": on}
    known = Grant.objects.filter(right=right, **whom, **where).first()
    return known or Grant.objects.create(right=right, granted_by_id=by, granted_at=now, **whom, **where)


@transaction.atomic
def withdraw_grant(*, grant: UUID, by: Doer) -> None:
    """Take a right back.  What is gone already is gone.  Raises NotAllowed."""
    row = Grant.objects.select_related("process__group", "group").filter(id=grant).first()
    if row is None:
        return
    on = row.process or row.group
    assert on is not None, "a grant is on one of them"
    require_sharer(on, by)
    row.delete()
