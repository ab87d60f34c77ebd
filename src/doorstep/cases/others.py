"""Letters of the floors above: they leave by the same outbox, at the same rate, and come back by the same inbox.

A floor that writes letters of its own puts a `Writer` under their purpose into `WRITERS` when it starts, and one
that takes mail nobody was asked for puts a `Taker` into `TAKERS`.  The row
is a `Delivery` whose ``case_id`` is an id of that floor's own, without an ask; its tokens are bound to it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from doorstep.cases.clock import business_now
from doorstep.cases.models import Delivery, Inbox, Lookup
from doorstep.plugin_api import Delivered, Letter
from doorstep.understanding import Message


@dataclass(frozen=True, slots=True)
class Envelope:
    """Where such a letter goes and how its answer comes back."""

    to: str
    reply_to: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Writer:
    """What becomes of one purpose of letters.

    ``letter`` makes it when it is about to leave; None: there is nothing left to say.  ``sent`` records that the
    next server took it, ``failed`` that it never will, also when it came back.  ``replied`` takes what somebody wrote
    back and returns what became of it, in words; a machine's mail comes here, too.
    """

    letter: Callable[[Delivery, Envelope], Letter | None]
    sent: Callable[[Delivery, Letter | None, Delivered | None], None]
    failed: Callable[[Delivery, str], None]
    replied: Callable[[Inbox, Message, Lookup, datetime], str]


WRITERS: dict[str, Writer] = {}

Taker = Callable[[Inbox, Message, datetime], str | None]
"""Takes a mail that answers nothing and returns what became of it, in words; None when it is not for that floor."""

TAKERS: list[Taker] = []


def writer_of(delivery: Delivery) -> Writer | None:
    """Return who above writes such letters; None for what cases write."""
    return WRITERS.get(delivery.purpose)


def taken(row: Inbox, message: Message, at: datetime) -> str | None:
    """Offer a mail that answers nothing we asked to the floors above; the first it is for takes it."""
    return next((became for take in TAKERS if (became := take(row, message, at))), None)


def writer_behind(lookup: Lookup) -> Writer | None:
    """Return who wrote the letter that a mail answers, if it was one of a floor above."""
    if lookup.ask_id is not None or lookup.delivery_id is None:
        return None
    row = Delivery.objects.filter(id=lookup.delivery_id).only("purpose").first()
    return writer_of(row) if row else None


def left(delivery: Delivery, written: Letter | None, delivered: Delivered | None) -> None:
    """Record that a letter left, or that there was nothing left to say: all that most floors have to do."""
    state = "handed over" if delivered else "withdrawn"
    columns = {"handed_at": business_now(), "external_id": delivered.external_id} if delivered else {}
    row = Delivery.objects.filter(id=delivery.id)
    row.update(state=state, lease_until=None, error="", address=written.to if written else "", **columns)


def lost(delivery: Delivery, why: str) -> None:
    """Record that a letter will not arrive, where nothing follows from it."""
    Delivery.objects.filter(id=delivery.id).update(state="failed", lease_until=None, error=why)
