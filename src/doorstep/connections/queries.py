"""Reading connections."""

from __future__ import annotations

from doorstep.connections.models import Connection, State
from doorstep.plugin_api.registry import Integration, UnknownIntegration, integration, integrations


def named(name: str) -> Connection | None:
    """Return the connection of a name."""
    return Connection.objects.filter(name__iexact=name).first()


def of_system(system: str) -> Connection | None:
    """Return the connection to a system as pages name it (Jira, Salesforce, e-mail); the oldest of several.

    A page may also name a connection itself.
    """
    kinds = [one.kind for one in integrations().values() if one.system.casefold() == system.strip().casefold()]
    return named(system) or Connection.objects.filter(kind__in=kinds).order_by("id").first()


def working() -> tuple[Connection, ...]:
    """Return the connections that are not paused, by name."""
    return tuple(Connection.objects.filter(state=State.ACTIVE).order_by("name"))


def integration_of(connection: Connection) -> Integration:
    """Return a connection's integration.  Raises UnknownIntegration when it is no longer installed."""
    return integration(connection.kind)


def channels_and_systems() -> tuple[frozenset[str], frozenset[str]]:
    """Return the names of channels and of systems of record that pages may use here.  One query."""
    channels, systems = set(), set()
    for connection in Connection.objects.all():
        try:
            known = integration(connection.kind)
        except UnknownIntegration:
            continue  # its package is gone: pages cannot use it, and the connection's screen says so
        channels |= {known.system, connection.name} if known.channel else set()
        systems |= {known.system, connection.name} if known.connector else set()
    return frozenset(channels), frozenset(systems)
