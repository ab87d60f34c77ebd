"""Bounces: a message of ours that did not reach somebody; the next channel is taken."""

from __future__ import annotations

from collections.abc import Sequence

from doorstep.cases import tokens
from doorstep.cases.deliver import undelivered
from doorstep.cases.models import Delivery
from doorstep.understanding import Bounced


def taken(bounced: Sequence[Bounced]) -> str:
    """Take delivery reports in; only one that names our Message-ID and is for good counts.  Return what became of them."""
    failed = [one for one in bounced if one.permanent and _count(one)]
    if not failed:
        return "set aside: a report about nothing of ours, or not for good"
    return f"could not be delivered: {failed[0].why or failed[0].status or failed[0].recipient}"


def _count(one: Bounced) -> bool:
    """Let one report count, if it names a message of ours."""
    found = tokens.find("message", one.message_id) if one.message_id else None
    delivery = Delivery.objects.filter(id=found.delivery_id).first() if found and found.delivery_id else None
    if delivery is None or delivery.state != "handed over":
        return False
    undelivered(delivery, one.why or f"It came back: {one.status}.")
    return True
