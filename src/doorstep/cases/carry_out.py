"""Carry out: workers claim deliveries, actions and looks in batches, do them, and record what came of it.

What fails in a way nobody foresaw is logged and tried again when its lease has run out; a worker killed
between any two statements leaves the row claimed, and another takes it with the same key.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from uuid import UUID

from doorstep.cases import outbox
from doorstep.cases.act import act
from doorstep.cases.deliver import deliver
from doorstep.cases.look import look
from doorstep.cases.understand import understand_some

_log = logging.getLogger(__name__)


def carry_out(*, limit: int = 20) -> int:
    """Do what is queued now and return how much it was: what came in, then deliveries, then actions and looks."""
    return understand_some(limit=limit) + deliver_some(limit=limit) + act_some(limit=limit)


def deliver_some(*, limit: int = 20) -> int:
    """Claim and deliver; return how many were claimed."""
    claimed = outbox.claim_deliveries(limit=limit)
    for delivery in claimed:
        _try(delivery.id, lambda one=delivery: deliver(one))  # type: ignore[misc]
    return len(claimed)


def act_some(*, limit: int = 20) -> int:
    """Claim actions and looks and do them; return how many were claimed."""
    claimed = outbox.claim_actions(limit=limit)
    for action in claimed:
        _try(action.id, lambda one=action: look(one) if one.kind == "look" else act(one))  # type: ignore[misc]
    return len(claimed)


def _try(row: UUID, do: Callable[[], None]) -> None:
    try:
        do()
    except Exception:  # noqa: BLE001  (one bad row must not stop the others)
        _log.exception("Row %s of the outbox failed unexpectedly; it is tried again in two minutes.", row)
