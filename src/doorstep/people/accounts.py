"""Who somebody is in another system."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from doorstep.people.models import ExternalAccount
from doorstep.people.reference import PersonRef, ref


def external_id(person: UUID, system: str) -> str | None:
    """Return a person's id in a system (``Jira``), None if it is not known."""
    known = ExternalAccount.objects.filter(person=person, system__iexact=system)
    return known.values_list("external_id", flat=True).first()


def person_with(system: str, external_id: str) -> PersonRef | None:
    """Return who has an id in a system."""
    rows = ExternalAccount.objects.select_related("person")
    row = rows.filter(system__iexact=system, external_id=external_id).first()
    return ref(row.person) if row else None


@transaction.atomic
def link(*, person: UUID, system: str, external_id: str) -> None:
    """Remember a person's id in a system, instead of an earlier one of theirs; an id belongs to one person at a time."""
    ExternalAccount.objects.filter(system__iexact=system, external_id=external_id).exclude(person=person).delete()
    changed = ExternalAccount.objects.filter(system__iexact=system, person=person).update(external_id=external_id)
    if not changed:
        ExternalAccount.objects.create(person_id=person, system=system, external_id=external_id)
