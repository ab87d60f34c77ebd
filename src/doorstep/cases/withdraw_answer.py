"""Withdraw an answer: “wait, don't”."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from doorstep.cases.advance import advance
from doorstep.cases.clock import business_now
from doorstep.cases.loaded import Loaded
from doorstep.cases.result import Result
from doorstep.cases.rights import require_own_answer
from doorstep.kernel.events import AnswerWithdrawn, Instance


def withdraw_answer(
    *,
    case_id: UUID,
    step: str,
    by: UUID,
    reason: str,
    instance: Instance = (),
    at: datetime | None = None,
    key: str = "",
) -> Result:
    """Take one's own answer back, as far as it has not been acted on (kernel rule 9).  Whoever gave it."""

    def event(case: Loaded) -> AnswerWithdrawn:
        require_own_answer(case, by=by, step=step, instance=instance)
        return AnswerWithdrawn(at=at or business_now(), by=str(by), step=step, instance=instance, reason=reason)

    return advance(case_id=case_id, event=event, key=key)
