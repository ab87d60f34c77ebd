"""Handing everything over before a planned leave, each item to be accepted by its new owner."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from doorstep.people.errors import NotUsable
from doorstep.stewardship.own.offer import name_of, offered, require_here
from doorstep.stewardship.own.telling import tell_offered


@transaction.atomic
def hand_over(*, choices: Mapping[UUID, UUID], by: UUID, on: date, at: datetime) -> int:
    """Offer each process to whom ``choices`` says, theirs from a day on; return how many.

    Until they accept, and until that day, who owns it now answers.  Each new owner hears of all of theirs in one
    note.  All or none.  Raises NotAllowed, and NotUsable for who cannot own it, oneself included.
    """
    require_here(by, at=at)
    if by in choices.values():
        raise NotUsable("Expected somebody else, but you chose yourself. What you keep, leave without a choice.")
    rows = [offered(process, to, by, at, on) for process, to in choices.items()]
    tell_offered(rows, giver=name_of(by), on=on if on > at.date() else None, at=at)
    return len(rows)
