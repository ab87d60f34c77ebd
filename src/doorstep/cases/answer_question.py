"""Answer a question that was asked back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from doorstep.cases.clock import business_now
from doorstep.cases.noting import Noting
from doorstep.cases.refusals import NotPossible
from doorstep.cases.rights import require_retry


def answer_question(*, ask_id: UUID, text: str, by: UUID, at: datetime | None = None) -> None:
    """Answer in the same thread; the chase goes on.  Starter, owner or expert."""
    now = at or business_now()
    with Noting(ask_id, at=now) as noting:
        require_retry(noting.case, by=by)
        if not noting.ask["question"]:
            raise NotPossible(f"Nobody has asked anything about “{noting.ask['name']}”. There is nothing to answer.")
        noting.set(question=b"")
        noting.entry("QuestionAnswered", {"text": text}, by=by)
        noting.follow("clarify", {"text": text, "by": str(by)})
        noting.chase_soon()
