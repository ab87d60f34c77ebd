"""A connection that lost its credentials rests: whoever can mend it is told by mail that still goes."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime

from django.conf import settings

from doorstep.connections.models import Connection
from doorstep.connections.queries import integration_of, working
from doorstep.connections.sessions import session
from doorstep.people.models import Person
from doorstep.plugin_api import Channel, ConnectionPaused, DeliveryFailed, Letter

_log = logging.getLogger(__name__)


def tell_owner(connection: Connection, *, why: str, at: datetime) -> None:
    """Write to the owner, or to the administrators where it has none; where no mail goes, Home alone says it."""
    for one in _mending(connection):
        letter = _letter(connection, one, why=why, at=at)
        if not any(went(other, letter) for other in working() if other.kind == "email" and other.id != connection.id):
            _log.error("%s could not be told by mail that %s is paused; their Home says it.", one.name, connection.name)


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
