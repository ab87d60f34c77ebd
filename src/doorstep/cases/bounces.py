"""Bounces: a message of ours that did not reach somebody; the next channel is taken."""

from __future__ import annotations

from collections.abc import Mapping

from doorstep.cases import matching, tokens
from doorstep.cases.deliver import undelivered
from doorstep.cases.models import Delivery
from doorstep.connections.models import Connection
from doorstep.understanding import Bounced, Message


def taken(message: Message, headers: Mapping[str, str]) -> str:
    """Take delivery reports in; return what became of them.

    One counts only when it is for good, names our Message-ID and came to that message's own bounce address:
    a Message-ID is known to everybody who saw the letter, the address of its envelope to the servers alone.
    """
    bounced = message.machine.bounced if message.machine else ()
    failed = [one for one in bounced if one.permanent and _count(one, message, headers)]
    if not failed:
        return "set aside: a report about nothing of ours, not for good, or not come to the address of that message"
    return f"could not be delivered: {failed[0].why or failed[0].status or failed[0].recipient}"


def _count(one: Bounced, message: Message, headers: Mapping[str, str]) -> bool:
    """Let one report count, if it names a message of ours and came back to it."""
    found = tokens.find("message", one.message_id) if one.message_id else None
    delivery = Delivery.objects.filter(id=found.delivery_id).first() if found and found.delivery_id else None
    if delivery is None or delivery.state != "handed over" or not _came_back(delivery, message, headers):
        return False
    undelivered(delivery, one.why or f"It came back: {one.status}.")
    return True


def _came_back(delivery: Delivery, message: Message, headers: Mapping[str, str]) -> bool:
    """Say whether a report came to the address the message was sent from: its own, or the one its connection names."""
    signed = (tokens.find("reply", token) for token in matching.address_tokens(message, headers))
    if any(found is not None and found.delivery_id == delivery.id for found in signed):
        return True
    connection = Connection.objects.filter(name=delivery.connection).first()
    envelope = str(connection.config.get("envelope") or "").lower() if connection else ""
    return bool(envelope) and envelope in {one.lower() for one in matching.addresses_of(message, headers)}
