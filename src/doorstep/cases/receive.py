"""Receive: keep what comes in, raw, before anything else; whoever sent it is thanked only after that."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from doorstep.cases import wake
from doorstep.cases.models import Inbox
from doorstep.identifiers import uuid7
from doorstep.plugin_api import IncomingReply


def receive(reply: IncomingReply) -> UUID | None:
    r"""Keep one reply and wake whoever understands it.  Return its id, None when it had come before.

    Once this returns the reply is on disk: answer 250, 2xx or \\Seen now, not earlier.
    """
    kept = receive_all([reply])
    return kept[0] if kept else None


def receive_all(replies: Iterable[IncomingReply]) -> list[UUID]:
    """Keep several replies in one statement and return the ids of those that are new."""
    rows = [_row(reply) for reply in replies]
    Inbox.objects.bulk_create(rows, ignore_conflicts=True)
    kept = list(Inbox.objects.filter(id__in=[row.id for row in rows]).order_by("id").values_list("id", flat=True))
    if kept:
        wake.after_commit()
    return kept


def _row(reply: IncomingReply) -> Inbox:
    return Inbox(
        id=uuid7(),
        channel=reply.channel,
        external_id=reply.external_id,
        received_at=reply.received_at,
        raw=reply.raw,
        headers={name: _storable(value) for name, value in reply.headers.items()},
    )


def _storable(value: str) -> str:
    """PostgreSQL keeps no NUL in text."""
    return value.replace("\0", "")
