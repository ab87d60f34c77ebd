"""Pulling a directory: every hour by itself, or when somebody asks for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from doorstep.connections.errors import NotUsable
from doorstep.connections.models import Connection, Pull, State
from doorstep.connections.pause import pause
from doorstep.connections.queries import integration_of
from doorstep.connections.resume import resume
from doorstep.connections.sessions import session
from doorstep.people.rights import Doer, require_administrator
from doorstep.people.take_over import Taken, TooManyLeft, take_over
from doorstep.plugin_api import ConnectionPaused, Directory, ReadFailed
from doorstep.plugin_api.session import Cursor

EVERY = timedelta(hours=1)
WHOLE_EVERY = timedelta(days=1)
"""How often everybody is read where a connection is told that changes alone are enough between."""

PATIENCE = timedelta(days=1)
"""A directory that cannot be read for longer pauses, so that somebody hears of it: leavers are missed meanwhile."""


def pull_when_due(connection: Connection, *, at: datetime) -> int:
    """Pull a directory an hour after it was last tried; return one when it was.  Raises ReadFailed, ConnectionPaused."""
    last = Pull.objects.filter(connection=connection).first()
    if last is not None and timedelta() <= at - last.tried_at < EVERY:
        return 0
    _pull(connection, at=at, whole=_whole_is_due(connection, last, at))
    return 1


def pull(*, connection: UUID, by: Doer, at: datetime, whole: bool = True, sweeping: bool = False) -> Taken:
    """Pull a directory now.  ``sweeping``: many may leave at once; a connection that paused for it works again.

    What goes wrong is kept with the connection and raised: NotAllowed, NotUsable with the sentence to show.
    """
    require_administrator(by, what="pull a directory")
    row = Connection.objects.get(id=connection)
    try:
        taken = _pull(row, at=at, whole=whole or sweeping, sweeping=sweeping)
    except ReadFailed as failed:
        raise NotUsable(str(failed)) from failed
    except ConnectionPaused as paused:
        pause(connection=row.id, why=str(paused), at=at)
        raise NotUsable(str(paused)) from paused
    if row.state == State.PAUSED:
        resume(connection=row.id)
    return taken


def is_directory(connection: Connection) -> bool:
    """Say whether a connection is to a directory."""
    return integration_of(connection).directory is not None


def _whole_is_due(connection: Connection, last: Pull | None, at: datetime) -> bool:
    if not connection.config.get("changes_only") or last is None or last.whole_at is None:
        return True
    return at - last.whole_at >= WHOLE_EVERY


def _pull(connection: Connection, *, at: datetime, whole: bool, sweeping: bool = False) -> Taken:
    """Read a directory and take over what it says; keep when, and what came of it."""
    made = integration_of(connection).directory
    if made is None:
        raise NotUsable(f"The connection “{connection.name}” is to no directory, so there is nobody to pull.")
    directory: Directory = made()
    row, _ = Pull.objects.get_or_create(connection=connection, defaults={"tried_at": at})
    row.tried_at = at
    try:
        with session(connection) as opened:
            cursor = _Held(opened.cursor)
            people = list(directory.pull(replace(opened, cursor=cursor), whole=whole))
            taken = take_over(people, source=connection.name, whole=whole, at=at, sweeping=sweeping)
            cursor.keep()
    except TooManyLeft as many:
        _failed(row, str(many), at)
        raise ConnectionPaused(str(many)) from many
    except ConnectionPaused as paused:
        _failed(row, str(paused), at)
        raise
    except ReadFailed as failed:
        _failed(row, str(failed), at)
        if failed.permanent or (row.failing_since and at - row.failing_since > PATIENCE):
            raise ConnectionPaused(str(failed)) from failed
        raise
    row.at, row.report, row.failing_since, row.trouble = at, _report(taken), None, ""
    row.whole_at = at if whole else row.whole_at
    row.save()
    return taken


class _Held:
    """A cursor that moves only once what was read has been taken over."""

    def __init__(self, cursor: Cursor) -> None:
        self._cursor = cursor
        self._value: str | None = None

    def get(self) -> str:
        return self._cursor.get()

    def set(self, value: str) -> None:
        self._value = value

    def keep(self) -> None:
        if self._value is not None:
            self._cursor.set(self._value)


def _failed(row: Pull, why: str, at: datetime) -> None:
    row.failing_since = row.failing_since or at
    row.trouble = why
    row.save()


def _report(taken: Taken) -> str:
    return "\n".join((str(taken), *taken.faults[:50]))
