"""Ask back: a question about an ask goes to whoever started the case."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from doorstep.cases.clock import business_now
from doorstep.cases.noting import Noting
from doorstep.cases.refusals import NotPossible
from doorstep.cases.rights import require_answer


def ask_question(*, ask_id: UUID, text: str, by: UUID, at: datetime | None = None) -> None:
    """Note a question; nobody is reminded until it is answered.  Whoever may answer the ask."""
    now = at or business_now()
    if not text.strip():
        raise NotPossible("Expected a question, but nothing was written. Write what you need to know.")
    with Noting(ask_id, at=now) as noting:
        require_answer(noting.case, by=by, at=now, kind=noting.ask["verb"])
        noting.set(question=noting.seal(text.strip()))
        noting.entry("QuestionAsked", {"text": text.strip()}, by=by)
        noting.tell_starter("question", {"text": text.strip(), "by": str(by)})
