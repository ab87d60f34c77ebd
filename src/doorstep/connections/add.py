"""Adding a connection."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction

from doorstep.connections.errors import NotUsable
from doorstep.connections.models import Connection
from doorstep.connections.secrets import sealed_all
from doorstep.people.rights import Doer, require_administrator
from doorstep.plugin_api.registry import EXPIRES, Integration, UnknownIntegration, integration


@transaction.atomic
def add(
    *,
    name: str,
    kind: str,
    by: Doer,
    config: Mapping[str, object] | None = None,
    secrets: Mapping[str, str] | None = None,
    owner: UUID | None = None,
    allow_private: bool = False,
    rate_per_minute: int | None = None,
) -> Connection:
    """Add a connection; whoever adds it owns it unless ``owner`` says otherwise.  Raises NotAllowed, NotUsable."""
    require_administrator(by, what="add connections")
    check(kind, config or {}, secrets or {})
    row = Connection(
        name=_named(name),
        kind=kind,
        config=dict(config or {}),
        secrets=sealed_all(secrets or {}),
        owner_id=owner or by,
        allow_private=allow_private,
        rate_per_minute=rate_per_minute,
    )
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as reason:
        raise NotUsable(f'There is a connection named "{name}" already. Choose another name.') from reason
    return row


def ends_on(config: Mapping[str, object]) -> date | None:
    """Return the day on which a connection's credentials end, where it was told.  Raises ValueError for what is no day."""
    told = str(config.get(EXPIRES.name) or "").strip()
    return date.fromisoformat(told) if told else None


def check(kind: str, config: Mapping[str, object], secrets: Mapping[str, str]) -> Integration:
    """Return a kind's integration.  Raises NotUsable for an unknown kind, and for what it needs and was not told."""
    try:
        known = integration(kind)
    except UnknownIntegration as reason:
        raise NotUsable(str(reason)) from reason
    given = {**config, **secrets}
    missing = [asked.label for asked in known.asks if asked.required and not given.get(asked.name)]
    if missing:
        raise NotUsable(f"A connection to {known.system} needs: {', '.join(missing)}. Fill it in.")
    try:
        ends_on(config)
    except ValueError as reason:
        raise NotUsable(
            f"Expected the day its sign-in ends, such as 2027-03-12, but got “{config[EXPIRES.name]}”. Mend it or leave it empty."
        ) from reason
    return known


def _named(name: str) -> str:
    """Return a name that can be used in text and in a file."""
    plain = " ".join(name.split())
    if not plain:
        raise NotUsable("Expected a name for the connection, but got none.")
    return plain
