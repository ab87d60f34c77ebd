"""Resuming a connection."""

from __future__ import annotations

from uuid import UUID

from doorstep.connections.models import Connection, State
from doorstep.people.errors import NotAllowed
from doorstep.people.rights import Doer, is_administrator


def resume(*, connection: UUID, by: Doer = None) -> bool:
    """Let a paused connection work again; returns false when it did already.

    ``by`` None is Doorstep itself, which found that the credentials work again.  Raises NotAllowed for
    anybody but an administrator and the connection's owner.
    """
    rows = Connection.objects.filter(id=connection)
    if not is_administrator(by) and not rows.filter(owner=by).exists():
        raise NotAllowed("Only an administrator or the connection's owner may resume it. Ask one of them.")
    paused = rows.filter(state=State.PAUSED)
    return paused.update(state=State.ACTIVE, why="", paused_at=None) == 1
