"""Move when a case is needed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from doorstep.cases.advance import CLOSED, Handoff
from doorstep.cases.clock import business_now, real_now
from doorstep.cases.loaded import load_case
from doorstep.cases.refusals import NotPossible
from doorstep.cases.rights import require_retry
from doorstep.cases.rows import timer_row


def move_needed_by(*, case_id: UUID, needed_by: datetime | None, by: UUID, at: datetime | None = None) -> None:
    """Set when a case is needed, or that it is not; the chase plans anew.  Starter, owner or expert."""
    now = at or business_now()
    with transaction.atomic():
        case = load_case(case_id)
        require_retry(case, by=by)
        if case.status in CLOSED:
            raise NotPossible("This is closed, so nothing can be moved any more.")
        handoff = Handoff(case, at=now, real=real_now())
        before = case.needed_by.isoformat() if case.needed_by else None
        case.needed_by = needed_by
        handoff.note("NeededByMoved", {"from": before, "to": needed_by.isoformat() if needed_by else None}, by=by)
        handoff.writes.add("timer", timer_row(case_id=case.id, purpose="chase", due_at=now))
        handoff.write()
