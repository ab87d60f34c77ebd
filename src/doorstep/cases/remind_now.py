"""Remind somebody now."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from doorstep.cases.clock import business_now
from doorstep.cases.noting import Noting
from doorstep.cases.rights import require_retry


def remind_now(*, ask_id: UUID, by: UUID, at: datetime | None = None) -> None:
    """Send a reminder on the thread of an ask.  Starter, owner or expert."""
    now = at or business_now()
    with Noting(ask_id, at=now) as noting:
        require_retry(noting.case, by=by)
        noting.entry("Reminded", {"by hand": True}, by=by)
        noting.follow("reminder", {"by": str(by)})
