"""Where in a system an ask goes: role or process to project, queue, issue type."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Lower

from doorstep.connections.models import Route
from doorstep.people.rights import Doer, require_administrator


def route_for(connection: UUID, *, role: str = "", process: str = "") -> dict[str, str]:
    """Return where an ask goes; what holds for its role and process, its role, its process, everything, in this order.

    More general routes fill in what the nearer ones leave open.  ``process`` is a key.  One query.
    """
    fits = Q(role="") | Q(role__iexact=role.strip()), Q(process="") | Q(process__iexact=process.strip())
    rows = Route.objects.filter(*fits, connection=connection).order_by(Lower("role"), Lower("process"))
    nearest_last = sorted(rows, key=lambda row: (bool(row.role), bool(row.process)))
    return {name: value for row in nearest_last for name, value in row.target.items()}


@transaction.atomic
def set_route(*, connection: UUID, target: Mapping[str, str], by: Doer, role: str = "", process: str = "") -> None:
    """Say where asks of a role or process go; an empty target takes the route away.  Raises NotAllowed."""
    require_administrator(by, what="change routes")
    Route.objects.filter(connection=connection, role__iexact=role.strip(), process__iexact=process.strip()).delete()
    if target:
        Route.objects.create(connection_id=connection, role=role.strip(), process=process.strip(), target=dict(target))
