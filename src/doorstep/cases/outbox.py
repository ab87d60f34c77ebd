"""The outbox: rows of deliveries and actions, claimed in batches under a lease.

A worker that dies leaves a lease that runs out; another then takes the row with the same key.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from doorstep.cases import pace
from doorstep.cases.clock import real_now
from doorstep.cases.models import Action, Delivery
from doorstep.cases.rows import LAST
from doorstep.cases.statements import named, run
from doorstep.connections.models import Connection
from doorstep.connections.models import State as ConnectionState

LEASE = timedelta(minutes=2)
"""How long a claim holds; longer than any single message or call may take."""

FEW = 5
"""Letters of the last lane claimed at a time: an ask that comes meanwhile waits for no more."""

LONGEST = timedelta(hours=1)
"""The longest wait between two attempts."""


def claim_deliveries(*, limit: int) -> list[Delivery]:
    """Claim what may leave now, at most ``limit`` for each connection, within its rate."""
    now = real_now()
    waiting = [row[0] for row in run(named("queued_connections"), {"now": now})]
    known = {row.name: row for row in Connection.objects.filter(name__in=waiting)}
    claimed: list[UUID] = []
    for name in waiting:
        row = known.get(name)
        if row is None or row.state == ConnectionState.ACTIVE:
            claimed += _claim(name, row.rate_per_minute if row else None, limit=limit, now=now)
    rows = {row.id: row for row in Delivery.objects.filter(id__in=claimed)}
    return [rows[delivery] for delivery in claimed]


def _claim(connection: str, per_minute: int | None, *, limit: int, now: datetime) -> list[UUID]:
    """Claim what may leave by a connection; the last lane only when nothing else does, and few at a time."""
    found = _claim_lanes(connection, per_minute, lanes=(0, LAST - 1), limit=limit, now=now)
    return found or _claim_lanes(connection, per_minute, lanes=(LAST, LAST), limit=min(limit, FEW), now=now)


def _claim_lanes(
    connection: str, per_minute: int | None, *, lanes: tuple[int, int], limit: int, now: datetime
) -> list[UUID]:
    leave = lanes == (LAST, LAST)
    granted = pace.take(connection, per_minute=per_minute, wanted=limit, now=now, leave=leave) if per_minute else limit
    if granted == 0:
        return []
    parameters = {"now": now, "until": now + LEASE, "connection": connection, "limit": granted}
    parameters |= {"first": lanes[0], "last": lanes[1]}
    with transaction.atomic():
        claimed = [row[0] for row in run(named("claim_deliveries"), parameters)]
    if per_minute:
        pace.give_back(connection, unused=granted - len(claimed))
    return claimed


def claim_actions(*, limit: int) -> list[Action]:
    """Claim actions and looks that are due."""
    now = real_now()
    with transaction.atomic():
        rows = run(named("claim_actions"), {"now": now, "until": now + LEASE, "limit": limit})
    return list(Action.objects.filter(id__in=[row[0] for row in rows]).order_by("not_before", "id"))


def put_off(delivery: Delivery, *, why: str, after: timedelta | None) -> None:
    """Try a delivery again later: when the other side asked for, else after a growing wait."""
    wait = after if after is not None else backoff(delivery.attempts)
    run(named("release_delivery"), {"id": delivery.id, "later": real_now() + wait, "why": why})


def put_off_action(action: Action, *, why: str, after: timedelta | None, state: str = "queued") -> None:
    """Try an action again later."""
    wait = after if after is not None else backoff(action.attempts)
    later: Mapping[str, object] = {"id": action.id, "later": real_now() + wait, "why": why, "state": state}
    run(named("release_action"), later)


def backoff(attempts: int) -> timedelta:
    """Return the wait after so many attempts: 2, 4, 8 … seconds up to an hour, never in step with others."""
    seconds = min(LONGEST.total_seconds(), 2.0 ** min(attempts, 12))
    return timedelta(seconds=seconds * random.uniform(0.75, 1.25))  # noqa: S311  (to spread, not to hide)
