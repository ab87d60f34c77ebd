"""Noting something a person must hear: it leaves with their next digest, never before asks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from doorstep.stewardship.models import Note, NoteKind


@dataclass(frozen=True, slots=True)
class Told:
    """What one person must hear.  ``key`` names the occasion: the same kind and key is told once."""

    person: UUID
    kind: NoteKind
    key: str
    text: str
    path: str = ""
    about: UUID | None = None
    urgent: bool = False


def note(told: Iterable[Told], *, at: datetime) -> int:
    """Keep what persons must hear and return how many there were.  One statement for a thousand."""
    rows = [
        Note(
            person_id=one.person,
            kind=one.kind,
            key=one.key,
            about=one.about,
            text=one.text,
            path=one.path,
            at=at,
            not_before=at,
            urgent=one.urgent,
        )
        for one in told
    ]
    Note.objects.bulk_create(rows, batch_size=1000, ignore_conflicts=True)
    return len(rows)
