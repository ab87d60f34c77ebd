"""Override a step of a running case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from doorstep.cases.advance import advance
from doorstep.cases.clock import business_now
from doorstep.cases.loaded import Loaded
from doorstep.cases.reading_facts import facts_by_kind
from doorstep.cases.result import Result
from doorstep.cases.rights import require_change
from doorstep.kernel.events import Instance, StepOverridden


def override(
    *,
    case_id: UUID,
    step: str,
    by: UUID,
    reason: str,
    facts: Mapping[str, object] | None = None,
    instance: Instance = (),
    at: datetime | None = None,
    key: str = "",
) -> Result:
    """Settle a step as overridden, with the facts it would have given.  Owner or expert; an approval only the owner."""

    def event(case: Loaded) -> StepOverridden:
        require_change(case, by=by, step=step, what="override")
        given = facts_by_kind(case.page.kinds, facts or {})
        now = at or business_now()
        return StepOverridden(at=now, by=str(by), step=step, instance=instance, reason=reason, facts=given)

    return advance(case_id=case_id, event=event, key=key)
