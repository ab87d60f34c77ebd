"""Defer a step of a running case."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from doorstep.cases.advance import advance
from doorstep.cases.clock import business_now
from doorstep.cases.loaded import Loaded
from doorstep.cases.result import Result
from doorstep.cases.rights import require_change
from doorstep.kernel.events import Instance, StepDeferred


def defer(
    *,
    case_id: UUID,
    step: str,
    by: UUID,
    reason: str,
    until: date | None = None,
    instance: Instance = (),
    at: datetime | None = None,
    key: str = "",
) -> Result:
    """Settle a step now and have whoever deferred it reminded at a date.  Owner or expert; an approval only the owner."""

    def event(case: Loaded) -> StepDeferred:
        require_change(case, by=by, step=step, what="defer")
        now, day = at or business_now(), until.isoformat() if until else None
        return StepDeferred(at=now, by=str(by), step=step, instance=instance, reason=reason, until=day)

    return advance(case_id=case_id, event=event, key=key)
