"""Noting when somebody is away, and who stands in."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db import transaction

from doorstep.people.errors import NotUsable
from doorstep.people.models import Absence
from doorstep.people.rights import Doer, require_self_or_administrator


@transaction.atomic
def note_absence(
    *,
    person: UUID,
    first: date,
    last: date,
    by: Doer,
    stand_in: UUID | None = None,
    processes: Collection[str] = (),
) -> None:
    """Note that somebody is away from ``first`` through ``last``; the same days again change the stand-in.

    ``processes`` are keys the stand-in is for, none meaning all.  The person themselves or an
    administrator says so.  Raises NotAllowed, NotUsable.
    """
    require_self_or_administrator(by, person, what="note their absences")
    if last < first:
        raise NotUsable(f"Expected an absence that ends after it begins, but got {first} to {last}.")
    if stand_in == person:
        raise NotUsable("Nobody stands in for themselves. Name somebody else, or nobody.")
    columns = {"stand_in_id": stand_in, "processes": sorted(processes)}
    Absence.objects.update_or_create(person_id=person, first=first, last=last, defaults=columns)


@transaction.atomic
def strike_absence(*, absence: UUID, by: Doer) -> None:
    """Take an absence away: they are there after all.  Raises NotAllowed."""
    row = Absence.objects.filter(id=absence).first()
    if row is not None:
        require_self_or_administrator(by, row.person_id, what="strike their absences")
        row.delete()
