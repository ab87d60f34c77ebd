"""Pausing a connection: its work waits, nothing is lost."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from doorstep.connections.models import Connection, State


def pause(*, connection: UUID, why: str, at: datetime) -> bool:
    """Let a connection's work wait; ``why`` is the sentence its owner is told.

    Returns true when it worked until now, so that the owner is told once however many deliveries find
    it without credentials.  Anybody's work may find that out, so no right is needed.
    """
    working = Connection.objects.filter(id=connection, state=State.ACTIVE)
    return working.update(state=State.PAUSED, why=why, paused_at=at) == 1
