"""Who an address belongs to, and whom they may answer for."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from doorstep.people.keys import keys_of, keys_of_many, person_key
from doorstep.people.models import Assistant, Person
from doorstep.people.reference import PersonRef, ref


class Relation(StrEnum):
    """What somebody is to an addressee.  All but NONE may answer."""

    SELF = "self"
    ALIAS = "alias"  # they themselves, from another of their addresses
    HOLDER = "holder"  # of the role that is asked
    STAND_IN = "stand-in"
    ASSISTANT = "assistant"
    NONE = "none"


def person_of(address: str) -> PersonRef | None:
    """Return who has an address, as their own or as an alias; letter case does not matter.  One query."""
    found = Person.objects.addressed(address).first()
    return ref(found) if found else None


def may_answer_for(
    sender: str | UUID, addressee: str | UUID, *, at: datetime, kind: str = "", process: str = ""
) -> Relation:
    """Return what a sender is to an addressee at a time.  At most six queries.

    ``sender`` is an address or a person's id, ``addressee`` a key of `people.keys` or a person's id;
    ``kind`` is the answer given (approved, promised …), which an assistant's right may be limited
    to; ``process`` is the key of the process, which a stand-in's may.
    """
    wanted = person_key(addressee) if isinstance(addressee, UUID) else addressee
    person = _sender(sender)
    if person is None or (person.left_on and person.left_on <= at.date()):
        return Relation.NONE
    if wanted == person_key(person.id):
        return Relation.SELF if isinstance(sender, UUID) or person.email == sender.strip().lower() else Relation.ALIAS
    keys = keys_of(person.id, at=at)
    if wanted in keys.own:
        return Relation.HOLDER
    if any(key == wanted and (not only or process in only) for key, only in keys.standing_in):
        return Relation.STAND_IN
    return Relation.ASSISTANT if _assists(person.id, wanted, kind) else Relation.NONE


def _sender(sender: str | UUID) -> Person | None:
    """Return the person behind an address or an id."""
    if isinstance(sender, UUID):
        return Person.objects.filter(id=sender).first()
    return Person.objects.addressed(sender).first()


def _assists(person: UUID, wanted: str, kind: str) -> bool:
    """Say whether a person assists somebody who has a key, for a kind of answer."""
    rights = Assistant.objects.filter(assistant=person).values_list("person_id", "kinds")
    served = [of for of, kinds in rights if not kinds or kind in kinds]
    return any(wanted in keys for keys in keys_of_many(served).values())
