"""A connection's rate: a bucket that fills with real time and is shared by all workers."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from doorstep.cases.models import Pace

BURST = 10
"""Seconds' worth of messages that may leave at once after a quiet time."""


@transaction.atomic
def take(connection: str, *, per_minute: int, wanted: int, now: datetime, leave: bool = False) -> int:
    """Take up to ``wanted`` messages from a connection's bucket and return how many there were.

    With ``leave`` half of what the bucket holds is left to whoever comes next, unless it holds only one.
    """
    most = max(1.0, per_minute * BURST / 60)
    Pace.objects.bulk_create([Pace(connection=connection, left=most, at=now)], ignore_conflicts=True)
    row = Pace.objects.select_for_update().get(connection=connection)
    passed = max(0.0, (now - row.at).total_seconds())
    left = min(most, row.left + passed * per_minute / 60)
    spare = max(left - most / 2, float(left >= most)) if leave else left
    taken = min(wanted, int(spare))
    row.left, row.at = left - taken, now
    row.save()
    return taken


@transaction.atomic
def give_back(connection: str, *, unused: int) -> None:
    """Put back what was taken and not used."""
    if unused:
        row = Pace.objects.select_for_update().get(connection=connection)
        row.left += unused
        row.save()
