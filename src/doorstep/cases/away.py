"""Somebody is away: information for the chase, never an answer."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from doorstep.cases.clock import business_now
from doorstep.cases.noting import Noting


def away(*, ask_id: UUID, until: datetime | None, by: UUID | None, words: str = "", at: datetime | None = None) -> None:
    """Note that the addressee is away, until when if it is known, and tell the starter."""
    with Noting(ask_id, at=at or business_now()) as noting:
        noting.set(away_until=until)
        day = until.isoformat() if until else None
        noting.entry("Away", {"until": day, "words": words}, by=by)
        noting.tell_starter("away", {"until": day, "by": str(by) if by else None, "words": words})
        noting.chase_soon()
