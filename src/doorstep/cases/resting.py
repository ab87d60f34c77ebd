"""A connection that lost its credentials rests, and one whose credentials end soon is told of: to whoever can mend it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from django.conf import settings

from doorstep.chase.say import MONTHS, say_day
from doorstep.connections.add import ends_on
from doorstep.connections.models import Connection
from doorstep.connections.queries import integration_of, working
from doorstep.connections.sessions import session
from doorstep.people.models import Person
from doorstep.plugin_api import Channel, ConnectionPaused, DeliveryFailed, Letter

_log = logging.getLogger(__name__)


BEFORE = timedelta(days=30)
"""How long before a connection's credentials end its owner is told, once."""


def tell_owner(connection: Connection, *, why: str, at: datetime) -> None:
    """Write to the owner, or to the administrators where it has none; where no mail goes, Home alone says it."""
    for one in _mending(connection):
        letter = _letter(connection, one, why=why, at=at)
        if not any(went(other, letter) for other in working() if other.kind == "email" and other.id != connection.id):
            _log.error("%s could not be told by mail that %s is paused; their Home says it.", one.name, connection.name)


def warn_of_ends(at: datetime) -> int:
    """Tell the owners of connections whose credentials end within a month, once for each such day; return how many."""
    told = [row for row in working() if _ends_soon(row, at) and _first_to_tell(row)]
    for row in told:
        for one in _mending(row):
            letter = _ending(row, one, at=at)
            if not any(went(other, letter) for other in working() if other.kind == "email"):
                _log.error("%s could not be told by mail that %s ends soon.", one.name, row.name)
    return len(told)


def _ends_soon(row: Connection, at: datetime) -> bool:
    ends = ends_on(row.config)
    return ends is not None and ends - at.date() <= BEFORE and row.warned_of != ends


def _first_to_tell(row: Connection) -> bool:
    """Take it upon this process to tell of a day: of several workers one does."""
    day = ends_on(row.config)
    return Connection.objects.filter(id=row.id).exclude(warned_of=day).update(warned_of=day) == 1


def _ending(row: Connection, to: Person, *, at: datetime) -> Letter:
    day = ends_on(row.config)
    assert day is not None, "only what ends is told of"
    return replace(
        _letter(row, to, why="", at=at),
        subject=f"{row.name} needs a new sign-in by {say_day(day, today=at.date())}",
        headline=f"What the connection {row.name} signs in with ends on {day.day} {MONTHS[day.month - 1]} {day.year}.",
        paragraphs=(
            "Until then everything goes on. After it, what goes by this connection waits, and nothing is lost.",
            "To renew it, open Connections, give it what it needs to sign in and the new day, and save.",
        ),
    )


def _mending(connection: Connection) -> Iterator[Person]:
    """Yield who can mend a connection."""
    if connection.owner is not None:
        yield connection.owner
        return
    yield from Person.objects.filter(administrator=True, left_on=None).order_by("id")


def _letter(connection: Connection, to: Person, *, why: str, at: datetime) -> Letter:
    return Letter(
        key=f"{connection.id}-{to.id}-{at:%Y%m%d%H%M%S}",
        purpose="tell",
        to=to.email,
        to_name=to.name,
        lane="notes",
        organisation=settings.DOORSTEP.text("organisation"),
        starter="",
        subject=f"{connection.name} is paused",
        headline=f"The connection {connection.name} is paused: {why}",
        paragraphs=(
            "What was to go by it waits and goes out by itself once it works again. Nothing is lost.",
            "To mend it, open Connections, give it what it needs to sign in, and save.",
        ),
        thread=str(connection.id),
        language=to.language,
    )


def went(other: Connection, letter: Letter) -> bool:
    """Hand a letter over by a connection that works; say whether it went."""
    made = integration_of(other).channel
    if made is None:
        return False
    channel: Channel = made()
    try:
        with session(other) as opened:
            channel.deliver(opened, letter)
    except (DeliveryFailed, ConnectionPaused) as error:
        _log.warning("%s did not go by %s: %s", letter.subject, other.name, error)
        return False
    return True
