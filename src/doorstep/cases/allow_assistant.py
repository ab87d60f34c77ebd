"""Say, signed in, whether somebody may answer for oneself; a yes lets the reply count that asked for it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from doorstep.cases.understand import taken_up
from doorstep.people.models import AssistantWish
from doorstep.people.wish_assistant import answer_wish


def allow_assistant(*, wish: UUID, granted: bool, by: UUID, at: datetime) -> AssistantWish:
    """Say whether an assistant may give such answers from now on.  Raises NotAllowed, NotUsable."""
    row = answer_wish(wish=wish, granted=granted, by=by, at=at)
    if granted and row.reply:
        taken_up(row.reply, at=at)
    return row
