"""A connection at work: what its integration is given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from socket import socket
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from doorstep.connections import guard, models
from doorstep.connections.secrets import opened, opened_all, sealed
from doorstep.connections.transport import USUAL, Limits, Way, client, trust
from doorstep.plugin_api import Session


@contextmanager
def session(connection: models.Connection, *, limits: Limits = USUAL) -> Iterator[Session]:
    """Give a session whose HTTP client is closed at the end."""
    made = session_for(connection, limits=limits)
    with made.http:
        yield made


def session_for(
    connection: models.Connection, *, limits: Limits = USUAL, resolver: guard.Resolver = guard.resolve
) -> Session:
    """Return a connection's session; whoever asks for it closes ``http``."""
    way = Way(
        allow_private=connection.allow_private,
        proxy=settings.DOORSTEP.text("proxy"),
        ca_bundle=settings.DOORSTEP.text("ca_bundle"),
        approved=hosts_named(connection.config),
        resolver=resolver,
    )
    return Session(
        name=connection.name,
        config=connection.config,
        secrets=opened_all(connection.secrets),
        http=client(way, limits),
        cursor=CursorRow(connection.id),
        tokens=TokenRows(connection.id),
        allow_private=connection.allow_private,
        connect=partial(_connected, way),
        tls=trust(way.ca_bundle),
    )


def hosts_named(config: Mapping[str, Any]) -> frozenset[str]:
    """Return the hosts a configuration names, as addresses or under ``hosts``."""
    texts = [value for value in config.values() if isinstance(value, str)]
    named = [urlsplit(text).hostname for text in texts if "://" in text]
    more = config.get("hosts", [])
    return frozenset(host.lower() for host in [*named, *(more if isinstance(more, list) else [more])] if host)


def _connected(way: Way, host: str, port: int, timeout: float) -> socket:
    """Return a socket to a host through the guard."""
    return guard.connect(host, port, timeout=timeout, allow_private=way.allow_private, resolver=way.resolver)


class CursorRow:
    """Where reading a connection stopped."""

    def __init__(self, connection: UUID) -> None:
        self._connection = connection

    def get(self) -> str:
        """Return the other system's stamp, empty before the first reading."""
        row = models.Cursor.objects.filter(connection=self._connection).first()
        return row.value if row else ""

    def set(self, value: str) -> None:
        """Remember the other system's stamp."""
        models.Cursor.objects.update_or_create(connection_id=self._connection, defaults={"value": value})


class TokenRows:
    """The tokens of a connection, encrypted; an expired one is none."""

    def __init__(self, connection: UUID) -> None:
        self._connection = connection

    def get(self, name: str) -> str | None:
        """Return a token that is still good."""
        good = Q(expires_at=None) | Q(expires_at__gt=timezone.now())
        row = models.Token.objects.filter(good, connection=self._connection, name=name).first()
        return opened(row.value) if row else None

    def set(self, name: str, value: str, *, expires_at: datetime | None = None) -> None:
        """Keep a token, instead of an earlier one of this name."""
        columns = {"value": sealed(value), "expires_at": expires_at}
        models.Token.objects.update_or_create(connection_id=self._connection, name=name, defaults=columns)
