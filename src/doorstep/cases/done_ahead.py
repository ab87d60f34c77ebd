"""Record that a step was done before its turn."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from doorstep.cases.advance import advance
from doorstep.cases.clock import business_now
from doorstep.cases.loaded import Loaded
from doorstep.cases.reading_facts import facts_by_kind
from doorstep.cases.result import Result
from doorstep.cases.rights import require_ahead
from doorstep.kernel.events import Instance, StepDoneAhead


def done_ahead(
    *,
    case_id: UUID,
    step: str,
    by: UUID,
    reason: str,
    outcome: str = "done",
    facts: Mapping[str, object] | None = None,
    instance: Instance = (),
    at: datetime | None = None,
    key: str = "",
) -> Result:
    """Keep that a step was done already; it settles at its turn.  Whoever it will be for, owner or expert."""

    def event(case: Loaded) -> StepDoneAhead:
        require_ahead(case, by=by, step=step, instance=instance, at=at or business_now())
        given = facts_by_kind(case.page.kinds, facts or {})
        now = at or business_now()
        return StepDoneAhead(
            at=now, by=str(by), step=step, instance=instance, reason=reason, outcome=outcome, facts=given
        )

    return advance(case_id=case_id, event=event, key=key)
