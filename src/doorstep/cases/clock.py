"""The two clocks of a case.

Business time, a parameter handed down and never SQL's now(), rules dues, reminders and the journal; real
time rules leases, retries, tokens and rate limits.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings

from doorstep.people.clock import ahead, business_now

__all__ = ["ahead", "business_now", "move_ahead", "real_now"]


def real_now() -> datetime:
    """Return the time for leases, retries, tokens and rate limits."""
    return datetime.now(UTC)


def move_ahead(by: timedelta) -> datetime:
    """Move a demo's business time ahead and return it.  Raises ValueError where no demo's clock is set, or for going back."""
    named = settings.DOORSTEP.text("clock")
    if not named:
        raise ValueError("Expected the setting clock to name a file: without it business time is real time.")
    if by < timedelta():
        raise ValueError(f"Expected to move time ahead, but got {by}: time does not go back.")
    path = Path(named)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    part.write_text(repr((ahead() + by).total_seconds()), encoding="ascii")
    part.replace(path)
    return business_now()
