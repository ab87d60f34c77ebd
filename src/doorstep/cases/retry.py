"""Try a stuck step again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from doorstep.cases.advance import advance
from doorstep.cases.clock import business_now
from doorstep.cases.loaded import Loaded
from doorstep.cases.result import Result
from doorstep.cases.rights import require_retry
from doorstep.kernel.events import Instance, StepRetried


def retry(
    *,
    case_id: UUID,
    step: str,
    by: UUID,
    reason: str,
    instance: Instance = (),
    at: datetime | None = None,
    key: str = "",
) -> Result:
    """Try a stuck step again: its action is called, its condition read anew.  Starter, owner or expert."""

    def event(case: Loaded) -> StepRetried:
        require_retry(case, by=by)
        return StepRetried(at=at or business_now(), by=str(by), step=step, instance=instance, reason=reason)

    return advance(case_id=case_id, event=event, key=key)
