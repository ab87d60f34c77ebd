"""A person as the floors above see one."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings

from doorstep.people.models import Person


@dataclass(frozen=True, slots=True)
class PersonRef:
    """Who somebody is and how they want to be reached.

    ``zone`` and ``language`` are the organisation's where the person has none; ``channel`` is empty
    then.  An ``outside`` person is known by address alone.
    """

    id: UUID
    name: str
    email: str
    zone: str = "UTC"
    language: str = "en"
    channel: str = ""
    outside: bool = False


def ref(person: Person) -> PersonRef:
    """Return what the floors above may know of a person."""
    return PersonRef(
        id=person.id,
        name=person.name,
        email=person.email,
        zone=person.zone or settings.DOORSTEP.text("zone"),
        language=person.language or settings.DOORSTEP.text("language"),
        channel=person.channel,
        outside=person.outside,
    )
