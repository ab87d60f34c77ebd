"""Writing down what happened to an ownership."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from doorstep.stewardship.models import Ownership, OwnershipEntry, OwnershipEvent


def entry(
    row: Ownership,
    what: OwnershipEvent,
    *,
    at: datetime,
    person: UUID | None = None,
    by: UUID | None = None,
    why: str = "",
) -> OwnershipEntry:
    """Return what happened to one ownership, to be kept."""
    return OwnershipEntry(process_id=row.process_id, at=at, what=what, person_id=person, by_id=by, why=why)


def keep(entries: Iterable[OwnershipEntry]) -> None:
    """Keep entries.  One statement for a thousand."""
    OwnershipEntry.objects.bulk_create(entries, batch_size=1000)
