"""Who answers for a process now: exactly one person, so that "everybody" never means nobody."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from doorstep.library.models import Process
from doorstep.people.models import Person
from doorstep.people.on_point import on_point


def who_answers(processes: Collection[Process], *, at: datetime) -> dict[UUID, Person]:
    """Return who answers for each of some processes: its custodian, else its owner, else who is on point for its role.

    A process for which nobody here does is left out.  One query, and four more where roles own some of them.
    """
    turns = on_point({one.owner_role_id for one in processes if one.owner_role_id}, at=at)
    named = {one.id: one.custodian_id or one.owner_id for one in processes}
    here = Person.objects.here(at.date()).in_bulk({person for person in named.values() if person})
    found: dict[UUID, Person] = {}
    for one in processes:
        turn = turns.get(one.owner_role_id) if one.owner_role_id else None
        person = here.get(named[one.id] or one.id) or (turn.person if turn else None)
        if person:
            found[one.id] = person
    return found
