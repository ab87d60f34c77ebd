"""The roles somebody holds: asked by nearly everything a screen shows, and read once for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple
from uuid import UUID

from doorstep.people.models import Membership
from doorstep.people.once import once


class Held(NamedTuple):
    """A role somebody holds, in a scope; ``{}`` is everywhere."""

    role: UUID
    name: str
    scope: Mapping[str, str]


def held_by(person: UUID) -> tuple[Held, ...]:
    """Return what somebody holds.  One query, once a screen."""
    return once(("held", person), lambda: _read(person))


def _read(person: UUID) -> tuple[Held, ...]:
    rows = Membership.objects.filter(person=person).order_by("id")
    return tuple(Held(*row) for row in rows.values_list("role_id", "role__name", "scope"))


def roles_of(person: UUID) -> dict[UUID, str]:
    """Return the roles somebody holds in any scope, by id with their names.  One query, once a screen."""
    return {one.role: one.name for one in held_by(person)}
