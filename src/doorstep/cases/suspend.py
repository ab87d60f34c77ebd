"""Suspend a case."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from doorstep.cases.advance import advance
from doorstep.cases.clock import business_now
from doorstep.cases.loaded import Loaded
from doorstep.cases.result import Result
from doorstep.cases.rights import require_starter
from doorstep.kernel.events import CaseSuspended


def suspend(*, case_id: UUID, by: UUID, reason: str, at: datetime | None = None, key: str = "") -> Result:
    """Let a case rest: nothing opens, nobody is chased, and what comes is kept until it is resumed.  Starter or owner."""

    def event(case: Loaded) -> CaseSuspended:
        require_starter(case, by=by, what="let it rest")
        return CaseSuspended(at=at or business_now(), by=str(by), reason=reason)

    return advance(case_id=case_id, event=event, key=key)
