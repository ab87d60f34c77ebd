"""Cancel a case."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from doorstep.cases.advance import advance
from doorstep.cases.clock import business_now
from doorstep.cases.loaded import Loaded
from doorstep.cases.result import Result
from doorstep.cases.rights import require_starter
from doorstep.kernel.events import CaseCancelled


def cancel(*, case_id: UUID, by: UUID, reason: str, at: datetime | None = None, key: str = "") -> Result:
    """End a case: every question is withdrawn, what was not begun never will be.  Starter or owner."""

    def event(case: Loaded) -> CaseCancelled:
        require_starter(case, by=by, what="cancel it")
        return CaseCancelled(at=at or business_now(), by=str(by), reason=reason)

    return advance(case_id=case_id, event=event, key=key)
