"""Connections in ``doorstep.toml``: what the file says holds, and is not changed on screen.

[connections.Jira]
kind = "jira"
owner = "ana@northwind.example"
site = "https://northwind.atlassian.net"
secrets = { token = "…" }
routes = [ { role = "Delivery engineer", project = "DEP" } ]
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction

from doorstep.connections.add import check
from doorstep.connections.errors import NotUsable
from doorstep.connections.models import Connection, Route, State
from doorstep.connections.secrets import opened_all, sealed_all
from doorstep.people.recognise import person_of

_OWN = frozenset({"kind", "owner", "secrets", "routes", "allow_private", "rate_per_minute"})


@transaction.atomic
def take_over(tables: Mapping[str, object]) -> tuple[Connection, ...]:
    """Make the connections the configuration's tables name, or bring them up to date; idempotent.

    One whose settings or secrets are new works again if it was paused, without its old tokens.

    One that has left the file stays, with its history, and can be changed on screen from then on.
    Raises NotUsable with the connection's name.
    """
    named = tables.get("connections", {})
    if not isinstance(named, Mapping):
        raise NotUsable(
            "Expected tables such as [connections.Jira] in doorstep.toml, but connections is a single value."
        )
    rows = tuple(_taken(name, table) for name, table in named.items())
    Connection.objects.filter(by_file=True).exclude(id__in=[row.id for row in rows]).update(by_file=False)
    return rows


def _taken(name: str, table: object) -> Connection:
    """Return the connection one table names, as it says."""
    if not isinstance(table, Mapping) or not isinstance(table.get("kind"), str):
        raise NotUsable(
            f'Expected a kind, such as "jira", under [connections.{name}] in doorstep.toml, but there is none.'
        )
    config = {key: _plain(value) for key, value in table.items() if key not in _OWN}
    secrets = {key: str(value) for key, value in dict(table.get("secrets", {})).items()}
    try:
        check(table["kind"], config, secrets)
    except NotUsable as reason:
        raise NotUsable(f"[connections.{name}] in doorstep.toml: {reason}") from reason
    row = Connection.objects.select_for_update().filter(name__iexact=name).first() or Connection(name=name)
    if (row.kind, row.config) != (table["kind"], config) or opened_all(row.secrets) != secrets:
        row.kind, row.config, row.secrets = table["kind"], config, sealed_all(secrets)
        row.state, row.why, row.paused_at = State.ACTIVE, "", None
        row.tokens.all().delete()
    row.by_file = True
    row.allow_private = bool(table.get("allow_private", False))
    row.rate_per_minute = table.get("rate_per_minute")
    row.owner_id = _owner(name, table)
    row.save()
    _take_routes(row, table.get("routes", ()))
    return row


def _plain(value: object) -> object:
    """Return a value as JSON holds it: TOML knows days, JSON their text."""
    return value.isoformat() if isinstance(value, date) else value


def _owner(name: str, table: Mapping[str, Any]) -> Any:
    """Return the id of whoever the file says owns a connection."""
    address = table.get("owner")
    if not address:
        return None
    person = person_of(str(address))
    if person is None:
        raise NotUsable(
            f'[connections.{name}] in doorstep.toml: the owner "{address}" is nobody on record. Import them first.'
        )
    return person.id


def _take_routes(row: Connection, routes: Any) -> None:
    """Replace a connection's routes by those of the file."""
    row.routes.all().delete()
    Route.objects.bulk_create(
        Route(
            connection=row,
            role=route.get("role", ""),
            process=route.get("process", ""),
            target={part: value for part, value in route.items() if part not in {"role", "process"}},
        )
        for route in routes
    )
