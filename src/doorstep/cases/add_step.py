"""Add a step to a running case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from doorstep.cases.added import node_of
from doorstep.cases.advance import advance
from doorstep.cases.clock import business_now
from doorstep.cases.loaded import Loaded
from doorstep.cases.result import Result
from doorstep.cases.rights import require_starter
from doorstep.kernel.events import StepAdded


def add_step(
    *,
    case_id: UUID,
    after: str,
    name: str,
    card: Mapping[str, str],
    by: UUID,
    reason: str = "",
    at: datetime | None = None,
    key: str = "",
) -> Result:
    """Add a step after another: ``card`` as a page says it, ``{"Who": "Legal counsel", "Approve": "{contract}"}``.

    The case leaves a trace of it.  Starter or owner.  Raises NotPossible with what is wrong with the card.
    """
    written: dict[str, object] = {"name": name, "card": dict(card)}

    def event(case: Loaded) -> StepAdded:
        require_starter(case, by=by, what="add a step")
        node = node_of(written, case.version_id)
        case.cards = {**case.cards, node.key: written}
        return StepAdded(at=at or business_now(), by=str(by), node=node, after=after, reason=reason)

    return advance(case_id=case_id, event=event, key=key, evidence={"card": written})
