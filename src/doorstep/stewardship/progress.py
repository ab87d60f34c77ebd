"""Showing how far something long has come: "4,200 of 10,000 told"."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import F
from django.db.models.functions import Least

from doorstep.stewardship.models import Progress, ProgressKind


def begin(*, kind: ProgressKind, about: UUID, total: int, at: datetime) -> Progress:
    """Begin a long thing, or begin it anew; what has nothing to do has ended at once."""
    begun = {"total": total, "done": 0, "begun_at": at, "ended_at": None if total else at, "error": ""}
    return Progress.objects.update_or_create(about=about, kind=kind, defaults=begun)[0]


def advance(*, kind: ProgressKind, about: UUID, by: int, at: datetime) -> None:
    """Say that some more is done; the last of it ends the thing.  Call it in the transaction that did it."""
    rows = Progress.objects.filter(about=about, kind=kind)
    rows.update(done=Least(F("done") + by, F("total")), error="")
    rows.filter(done=F("total"), ended_at=None).update(ended_at=at)


def end(*, kind: ProgressKind, about: UUID, at: datetime) -> None:
    """End a long thing that turned out shorter than it looked: some it was for have gone meanwhile."""
    Progress.objects.filter(about=about, kind=kind, ended_at=None).update(total=F("done"), ended_at=at)


def progress_of(about: UUID, *, kind: ProgressKind) -> Progress | None:
    """Return how far a long thing has come; its text is "4,200 of 10,000 told".  None where nothing was begun."""
    return Progress.objects.filter(about=about, kind=kind).first()
