"""Mail a fresh link when one has expired and the question is still open."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from doorstep.cases import asking
from doorstep.cases.channels import MAIL, Target, ways
from doorstep.cases.clock import business_now
from doorstep.cases.noting import Noting
from doorstep.cases.refusals import NotPossible
from doorstep.people.keys import person_key


def fresh_link(*, ask_id: UUID, person: UUID, at: datetime | None = None) -> None:
    """Send the question once more, with a link that works, to the registered address of whoever was asked."""
    way = ways().get(MAIL)
    if way is None:
        raise NotPossible("Expected mail to be connected to send a fresh link. Ask whoever sent you this one.")
    with Noting(ask_id, at=at or business_now()) as noting:
        target = Target(person_key(person), person, way.channel, way.connection)
        row = asking.delivery(noting.handoff, {"id": ask_id}, target, purpose="reminder", n=noting.case.seq + 1)
        noting.handoff.writes.add("delivery", row)
        noting.entry("FreshLinkSent", {"to": str(person)}, by=None)
