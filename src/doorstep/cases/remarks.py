"""What the addressee writes on the record an ask was put on: a reply, understood as one that came by mail is."""

from __future__ import annotations

from collections.abc import Iterable
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from uuid import UUID

from doorstep.cases.clock import business_now
from doorstep.cases.models import Action, Ask, Delivery
from doorstep.cases.receive import receive
from doorstep.cases.relation import relation_to
from doorstep.people.accounts import person_with
from doorstep.people.recognise import Relation, person_of
from doorstep.people.reference import PersonRef
from doorstep.plugin_api import IncomingReply, RecordRead, Remark


def take(action: Action, system: str, read: RecordRead) -> list[UUID]:
    """Keep as replies what whoever may answer an ask wrote on its record since it was put there; each once.

    Once the ask is settled it answers nothing, and is kept and shown to the starter like a mail that comes late; what
    goes to an open ask on the same record is left to that.  What others write there is talk among them and none of our
    business.
    """
    if not read.remarks:
        return []
    rows = Ask.objects.filter(case_id=action.case_id, step=action.step, instance=action.instance)
    ask = rows.filter(state="open").first() or rows.order_by("-round", "-id").first()
    sent = _sent(ask, system, read.key) if ask else []
    if ask is None or not sent:
        return []
    others = _open_beside(ask, system, read.key) if ask.state != "open" else []
    kept = [_kept(ask, remark, sent, others, place=(system, read.key)) for remark in read.remarks]
    return [one for one in kept if one]


Put = tuple[Ask, list[Delivery]]
"""An ask, and what was put on the record about it."""


def _kept(
    ask: Ask, remark: Remark, sent: list[Delivery], others: Iterable[Put], *, place: tuple[str, str]
) -> UUID | None:
    if any(_reply(other, remark, put, place=place) for other, put in others):
        return None
    reply = _reply(ask, remark, sent, place=place)
    return receive(reply) if reply else None


def _open_beside(ask: Ask, system: str, record: str) -> list[Put]:
    """Return what else is asked on a record in a run."""
    rows = Ask.objects.filter(case_id=ask.case_id, state="open")
    return [(row, put) for row in rows if (put := _sent(row, system, record))]


def _sent(ask: Ask, system: str, record: str) -> list[Delivery]:
    """Return what was put on a record about an ask, oldest first.  Index: delivery_once."""
    rows = Delivery.objects.filter(case_id=ask.case_id, about=str(ask.id), state="handed over", channel__iexact=system)
    return [row for row in rows.order_by("position", "id") if row.external_id.partition("#")[0] == record]


def _reply(ask: Ask, remark: Remark, sent: Iterable[Delivery], *, place: tuple[str, str]) -> IncomingReply | None:
    """Return a remark as a reply to the last that was said before it; None when it is none."""
    system, record = place
    earlier = [row for row in sent if _before(row, remark)]
    who = person_with(system, remark.author) or (person_of(remark.address) if remark.address else None)
    if not earlier or who is None or relation_to(ask, who, business_now()) is Relation.NONE:
        return None
    headers = {"proof": "login", "answers": f"{earlier[-1].channel}:{earlier[-1].external_id}"}
    raw = _raw(ask, who, remark)
    return IncomingReply(system.lower(), f"{record}#{remark.id}", remark.at, raw, headers)


def _before(row: Delivery, remark: Remark) -> bool:
    """Say whether a comment of ours stands before a remark: ids grow.  Without one of ours, all come after it."""
    ours = row.external_id.partition("#")[2]
    return not (ours.isdigit() and remark.id.isdigit()) or int(ours) < int(remark.id)


def _raw(ask: Ask, who: PersonRef, remark: Remark) -> bytes:
    """Return a remark as a message from its author."""
    message = EmailMessage()
    message["From"] = formataddr((who.name, who.email))
    message["Subject"] = f"Re: {' '.join(ask.name.split())}"
    message["Date"] = format_datetime(remark.at)
    message.set_content(remark.text)
    return message.as_bytes()
