"""Versions whose time has come take effect."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from doorstep.library.following import follow
from doorstep.library.models import Process, Version, VersionState

HEARERS: list[Callable[[UUID, datetime], None]] = []
"""What the floors above do when a version takes effect, in the same transaction: quick things, such as asking for a job."""


def take_effect(*, at: datetime) -> tuple[UUID, ...]:
    """Make every approved version effective whose date has come, and return their ids.  Nothing due: one query."""
    due = Version.objects.filter(state=VersionState.APPROVED, effective_from__lte=at)
    processes = due.values_list("process", flat=True).order_by("process").distinct()
    return tuple(one for process in processes if (one := _newest_takes_effect(process, at)))


@transaction.atomic
def _newest_takes_effect(process: UUID, at: datetime) -> UUID | None:
    """Make the newest due version of a process effective; what it overtakes is superseded."""
    Process.objects.select_for_update().get(id=process)
    versions = Version.objects.filter(process=process)
    due = versions.filter(state=VersionState.APPROVED, effective_from__lte=at).order_by("number").last()
    if due is None:
        return None
    states = [VersionState.EFFECTIVE, VersionState.APPROVED]
    versions.filter(state__in=states, number__lt=due.number).update(state=VersionState.SUPERSEDED)
    due.state = VersionState.EFFECTIVE
    due.save(update_fields=["state"])
    follow(due)
    for hear in HEARERS:
        hear(due.id, at)
    return due.id
