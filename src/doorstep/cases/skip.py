"""Skip a step of a running case."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from doorstep.cases.advance import advance
from doorstep.cases.clock import business_now
from doorstep.cases.loaded import Loaded
from doorstep.cases.result import Result
from doorstep.cases.rights import require_change
from doorstep.kernel.events import Instance, StepSkipped


def skip(
    *,
    case_id: UUID,
    step: str,
    by: UUID,
    reason: str,
    instance: Instance = (),
    at: datetime | None = None,
    key: str = "",
) -> Result:
    """Settle a step as skipped, with who and why; the page goes on.  Owner or expert; an approval only the owner."""

    def event(case: Loaded) -> StepSkipped:
        require_change(case, by=by, step=step, what="skip")
        return StepSkipped(at=at or business_now(), by=str(by), step=step, instance=instance, reason=reason)

    return advance(case_id=case_id, event=event, key=key)
