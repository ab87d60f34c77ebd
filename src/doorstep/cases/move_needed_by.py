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
        handoff = Handoff(load_case(case_id), at=now, real=real_now())
        moved(handoff, needed_by, by=by)
        handoff.write()


def moved(handoff: Handoff, needed_by: datetime | None, *, by: UUID) -> None:
    """Set in a handoff when its case is needed.  Raises NotAllowed, NotPossible when it is closed."""
    case = handoff.case
    require_retry(case, by=by)
    if case.status in CLOSED:
        raise NotPossible("This is closed, so nothing can be moved any more.")
    before = case.needed_by.isoformat() if case.needed_by else None
    case.needed_by = needed_by
    handoff.note("NeededByMoved", {"from": before, "to": needed_by.isoformat() if needed_by else None}, by=by)
    handoff.writes.add("timer", timer_row(case_id=case.id, purpose="chase", due_at=handoff.at))
