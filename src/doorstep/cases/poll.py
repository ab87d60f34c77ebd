"""Poll: read what is new in a connected system, keep it, and only then move the cursor."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import connection as database

from doorstep.cases.deliver import paused
from doorstep.cases.observe import observe
from doorstep.cases.receive import receive
from doorstep.connections.models import Connection, State
from doorstep.connections.pull import pull_when_due
from doorstep.connections.queries import integration_of
from doorstep.connections.sessions import session
from doorstep.people.clock import business_now
from doorstep.plugin_api import ConnectionPaused, ReadFailed, Session

_log = logging.getLogger(__name__)


def attend(connection_id: UUID, stopping: threading.Event, every: float) -> None:
    """Read one connection until told to stop, or until it is paused; mail is followed as it comes."""
    try:
        while not stopping.is_set():
            row = Connection.objects.filter(id=connection_id, state=State.ACTIVE).first()
            if row is None:
                return
            _read(row, stopping)
            stopping.wait(every)
    except Exception:  # noqa: BLE001  (a thread that dies would be silent)
        _log.exception("Reading a connection failed; it is taken up again in a few seconds.")
    finally:
        database.close()


def _read(row: Connection, stopping: threading.Event) -> None:
    try:
        read_once(row, stopping)
    except ReadFailed as error:
        _log.warning("%s could not be read: %s", row.name, error)
    except ConnectionPaused as error:
        paused(row, str(error))


def read_once(row: Connection, stopping: threading.Event | None = None) -> int:
    """Read what is new in a connection and keep it; return how much it was.  Raises ReadFailed, ConnectionPaused.

    Asking a channel or connector for the next thing says that the last one is kept.
    """
    integration = integration_of(row)
    kept = 0
    with session(row) as opened:
        if integration.connector is not None:
            for observation in integration.connector().poll(opened):
                kept += 1
                observe(observation)
        if integration.channel is not None:
            kept += _receive(integration.channel(), opened, stopping)
    if integration.directory is not None:
        kept += pull_when_due(row, at=business_now())
    return kept


def _receive(channel: Any, opened: Session, stopping: threading.Event | None) -> int:
    """Take in what came on a channel that receives: followed as it comes where it can, else what is there."""
    follow: Callable[..., None] | None = getattr(channel, "follow", None)
    if follow is not None and stopping is not None:
        follow(opened, receive, stopping)
        return 0
    if not hasattr(channel, "receive"):
        return 0
    kept = 0
    for reply in channel.receive(opened):
        receive(reply)
        kept += 1
    return kept
