"""Change what a case knows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from doorstep.cases.advance import advance
from doorstep.cases.clock import business_now
from doorstep.cases.loaded import Loaded
from doorstep.cases.reading_facts import facts_by_kind
from doorstep.cases.result import Result
from doorstep.cases.rights import require_retry
from doorstep.kernel.events import FactsChanged


def change_facts(
    *, case_id: UUID, facts: Mapping[str, object], by: UUID, at: datetime | None = None, key: str = ""
) -> Result:
    """Change facts of a running case; what an approval covers is then asked again (kernel rule 9).

    Starter, owner or expert.  Raises NotPossible for a fact the page does not know or a value that does not fit.
    """

    def event(case: Loaded) -> FactsChanged:
        require_retry(case, by=by)
        return FactsChanged(at=at or business_now(), by=str(by), facts=facts_by_kind(case.page.kinds, facts))

    return advance(case_id=case_id, event=event, key=key)
