"""Not me, ask Bob: the addressee proposes somebody else, and the starter sends it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from doorstep.cases.clock import business_now
from doorstep.cases.noting import Noting
from doorstep.cases.rights import require_answer


def delegate(*, ask_id: UUID, to: str, by: UUID, words: str = "", at: datetime | None = None) -> None:
    """Note whom the addressee would hand it to and tell the starter, who decides (`reassign`).  Whoever may answer."""
    now = at or business_now()
    with Noting(ask_id, at=now) as noting:
        require_answer(noting.case, by=by, at=now, kind=noting.ask["verb"])
        noting.set(delegated=to)
        noting.entry("Delegated", {"to": to, "words": words}, by=by)
        noting.tell_starter("delegated", {"to": to, "by": str(by), "words": words})
