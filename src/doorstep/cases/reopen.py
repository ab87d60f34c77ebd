"""Reopen a step of a running case."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from doorstep.cases.advance import advance
from doorstep.cases.clock import business_now
from doorstep.cases.loaded import Loaded
from doorstep.cases.result import Result
from doorstep.cases.rights import require_change
from doorstep.kernel.events import Instance, StepReopened


def reopen(
    *,
    case_id: UUID,
    step: str,
    by: UUID,
    reason: str,
    instance: Instance = (),
    at: datetime | None = None,
    key: str = "",
) -> Result:
    """Go back to a step: it and what follows from it get a new round.  Owner or expert; an approval only the owner."""

    def event(case: Loaded) -> StepReopened:
        require_change(case, by=by, step=step, what="reopen")
        return StepReopened(at=at or business_now(), by=str(by), step=step, instance=instance, reason=reason)

    return advance(case_id=case_id, event=event, key=key)
