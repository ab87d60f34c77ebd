"""Promise: “I will do it on Tuesday” is an answer, too."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from doorstep.cases.clock import business_now
from doorstep.cases.noting import Noting
from doorstep.cases.refusals import NotPossible
from doorstep.cases.rights import require_answer


def promise(*, ask_id: UUID, until: datetime, by: UUID, words: str = "", at: datetime | None = None) -> None:
    """Note until when somebody promises to answer; the chase rests until then.

    A promise past what is needed goes to the starter, who accepts it or asks somebody else.  Whoever may
    answer.  Raises NotPossible for a time that has passed.
    """
    now = at or business_now()
    if until <= now:
        raise NotPossible(
            f"Expected a time to come, but {until:%d %B %Y, %H:%M} has passed. Say a later one, or answer now."
        )
    with Noting(ask_id, at=now) as noting:
        require_answer(noting.case, by=by, at=now, kind=noting.ask["verb"])
        noting.set(promised_until=until)
        noting.entry("Promised", {"until": until.isoformat(), "words": words}, by=by)
        if noting.case.needed_by and until > noting.case.needed_by:
            noting.tell_starter("late promise", {"until": until.isoformat(), "by": str(by), "words": words})
        noting.chase_soon()
