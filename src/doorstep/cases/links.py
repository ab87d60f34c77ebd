"""Links to answer pages: opening one decides nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from doorstep.cases import asking, tokens
from doorstep.cases.advance import Handoff
from doorstep.cases.channels import MAIL, PAGE, target_of
from doorstep.cases.clock import business_now, real_now
from doorstep.cases.directory import person as person_by
from doorstep.cases.loaded import load_ask
from doorstep.cases.models import Ask, Delivery
from doorstep.cases.models.delivery import DeliveryState
from doorstep.cases.refusals import NotFound, NotPossible
from doorstep.people.reference import PersonRef


@dataclass(frozen=True, slots=True)
class OpenedLink:
    """What a link leads to.  ``works`` is false when it expired or was revoked: offer to mail a fresh one."""

    ask: Ask
    person: PersonRef | None  # whom it was sent to
    works: bool
    delivery_id: UUID | None = None


def open_link(token: str) -> OpenedLink:
    """Return what a link leads to.  Changes nothing: scanners open links.  Raises NotFound."""
    found = tokens.find("link", token)
    ask = Ask.objects.filter(id=found.ask_id).first() if found and found.ask_id else None
    if found is None or ask is None:
        raise NotFound("This link leads nowhere. Open the one in the last letter you got, or ask whoever sent it.")
    known = person_by(found.person) if found.person else None
    return OpenedLink(ask, known, tokens.works(found), found.delivery_id)


def seen(link: OpenedLink, *, at: datetime | None = None) -> None:
    """Note that a person looked: call it on a POST or in a signed-in view, never on a plain GET."""
    if link.delivery_id:
        Delivery.objects.filter(id=link.delivery_id, seen_at=None).update(seen_at=at or business_now())


def seen_by(ask: Ask, person: UUID, *, at: datetime | None = None) -> None:
    """Note that somebody who is signed in looked at an ask: whatever was handed over to them about it is seen.

    Index: delivery_once.
    """
    sent = Delivery.objects.filter(case_id=ask.case_id, about=str(ask.id), person=person, seen_at=None)
    sent.filter(Q(state=DeliveryState.HANDED_OVER) | Q(channel=PAGE)).update(seen_at=at or business_now())


def mail_a_fresh_one(link: OpenedLink, *, at: datetime | None = None) -> None:
    """Mail a new link to whoever the old one was sent to, at the address on record.  Raises NotPossible."""
    if link.person is None or link.ask.state != "open":
        raise NotPossible("There is nothing open behind this link any more, so no fresh one is needed.")
    with transaction.atomic():
        case = load_ask(link.ask.id)
        handoff = Handoff(case, at=at or business_now(), real=real_now())
        target = target_of(link.person, MAIL)
        if target.channel != MAIL:
            raise NotPossible("We cannot send mail to you. Sign in instead, or ask whoever sent the link.")
        handoff.note("FreshLinkSent", {"ask": str(link.ask.id)}, by=link.person.id)
        row = asking.delivery(handoff, {"id": link.ask.id}, target, purpose="reminder", n=case.seq)
        handoff.writes.add("delivery", row)
        handoff.write()
