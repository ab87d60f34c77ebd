"""For which roles that own or know pages somebody is on point: what such a role is asked waits for them alone."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from doorstep.library.models import Process
from doorstep.people.held import roles_of
from doorstep.people.on_point import on_point
from doorstep.people.once import once
from doorstep.people.prepared import Prepared


def on_point_for(person: UUID, *, at: datetime) -> tuple[UUID, ...]:
    """Return the roles that own or know a page and whose turn somebody has.

    One query, once a screen, for those who hold roles; four more for those of such a role.
    """
    return once(("on point for", person), lambda: _read(person, at))


def _read(person: UUID, at: datetime) -> tuple[UUID, ...]:
    held = list(roles_of(person))
    leads = _LEAD(roles=held) if held else ()
    roles = {role for row in leads for role in row if role in held}
    return tuple(role for role, turn in on_point(roles, at=at).items() if turn.person.id == person)


def _lead(roles: list[UUID]) -> QuerySet[Process, Any]:
    """Select the roles that own or know a page, of some."""
    every = Process.objects.order_by().values_list("owner_role", "expert_role")
    return every.filter(owner_role__among=roles).union(every.filter(expert_role__among=roles))


_LEAD = Prepared(_lead)
