"""Changing a connection."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction

from doorstep.connections.add import check
from doorstep.connections.errors import NotUsable
from doorstep.connections.models import Connection, State
from doorstep.connections.secrets import opened_all, sealed_all
from doorstep.people.rights import Doer, require_administrator


@transaction.atomic
def change(
    *,
    connection: UUID,
    by: Doer,
    config: Mapping[str, object],
    secrets: Mapping[str, str] | None = None,
    owner: UUID | None = None,
    allow_private: bool = False,
    rate_per_minute: int | None = None,
) -> Connection:
    """Give a connection new settings; secrets that are empty or absent stay as they are.

    New secrets make old tokens useless, so they go; a paused connection works again.  Raises
    NotAllowed, and NotUsable for one that ``doorstep.toml`` holds.
    """
    require_administrator(by, what="change connections")
    row = Connection.objects.select_for_update().get(id=connection)
    if row.by_file:
        raise NotUsable(f'The connection "{row.name}" is in doorstep.toml. Change it there and start Doorstep again.')
    fresh = {name: value for name, value in (secrets or {}).items() if value}
    kept = {**opened_all(row.secrets), **fresh}
    check(row.kind, config, kept)
    row.config, row.secrets = dict(config), sealed_all(kept)
    row.owner_id = owner or row.owner_id
    row.allow_private, row.rate_per_minute = allow_private, rate_per_minute
    row.state, row.why, row.paused_at = State.ACTIVE, "", None
    row.save()
    if fresh:
        row.tokens.all().delete()
    return row
