"""Business time: the clock that rules dues, reminders, effective dates and the journal.

A verb is handed its time; this is where the outermost caller gets it.  Sessions, tokens and leases
stay with real time (``django.utils.timezone.now``).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings


def business_now() -> datetime:
    """Return the business time, in UTC: real time, or as far ahead of it as the demo's clock file says."""
    return datetime.now(UTC) + ahead()


def ahead() -> timedelta:
    """Return how far business time is ahead: the seconds in the file that the setting ``clock`` names."""
    named = settings.DOORSTEP.text("clock")
    if not named or not Path(named).exists():
        return timedelta()
    return timedelta(seconds=float(Path(named).read_text(encoding="utf-8").strip() or "0"))
