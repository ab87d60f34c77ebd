"""A mail that answers an ask, with what is known of its sender."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from doorstep.cases import asking, seals, telling
from doorstep.cases.advance import Handoff
from doorstep.cases.channels import MAIL, Target, target_of
from doorstep.cases.models import Ask, Delivery, Inbox, Lookup, Reply
from doorstep.cases.rows import Row, delivery_row
from doorstep.identifiers import uuid7
from doorstep.kernel.commands import Tell
from doorstep.people.recognise import Relation
from doorstep.people.reference import PersonRef
from doorstep.people.resolve import Found
from doorstep.understanding import Message

TOLD_AT_MOST = 10
"""Letters to the starter about the mails on one ask within an hour: the backstop against machines that answer machines."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A mail that answers an ask: who sent it, how sure that is, and what they are to the addressee."""

    inbox: Inbox
    message: Message
    ask: Ask
    lookup: Lookup
    letter: Delivery | None
    """The letter it answers, where that can be told."""
    person: PersonRef | None
    relation: Relation
    proof: str
    at: datetime
    aside: bool = False
    """It was copied to us, not written to us: what is no plain answer is talk among its readers."""


def tell_starter(handoff: Handoff, ask: Ask, about: str, text: str, *, by: UUID | None = None) -> None:
    """Queue a letter to whoever started the case about what came to an ask."""
    say_to_starter(handoff, step=ask.step, turn=ask.round, about=about, text=text, by=by)


def say_to_starter(
    handoff: Handoff, *, step: str, about: str, text: str, turn: int = 1, by: UUID | None = None
) -> None:
    """Queue a letter to whoever started the case, unless they had too many about this; the history has them all."""
    if _told(handoff, step, about) >= TOLD_AT_MOST:
        return
    found = asking.whom_of_case(handoff, telling.STARTER)
    if isinstance(found, Found):
        command = Tell(step=step, round=turn, purpose=about)
        brief = {"about": about, "step": step, "text": text, "by": str(by) if by else None}
        for person in found.persons:
            telling.queue(handoff, command, target_of(person), brief=brief)


def say_back(handoff: Handoff, *, step: str, to: PersonRef, text: str) -> None:
    """Queue a letter that says what a mail does not do, to whoever surely wrote it; a few times at most."""
    if _told(handoff, step, "not taken") < TOLD_AT_MOST:
        brief = {"about": "not taken", "step": step, "text": text}
        telling.queue(handoff, Tell(step=step, purpose="not taken"), target_of(to, MAIL), brief=brief)


def _told(handoff: Handoff, step: str, about: str) -> int:
    """Return how often the like was lately told.  Index: delivery_once."""
    rows = Delivery.objects.filter(case_id=handoff.case.id, about__startswith=f"{about}#{step}#")
    return rows.filter(queued_at__gt=handoff.at - timedelta(hours=1)).count()


def told_before(inbox: Inbox, case_id: UUID) -> bool:
    """Say whether a mail that is looked at again, for a worker ended meanwhile, had its effect on a case already."""
    return inbox.attempts > 1 and Reply.objects.filter(case_id=case_id, inbox_id=inbox.id).exists()


def write(handoff: Handoff, sent: Sent, target: Target, *, purpose: str, brief: Mapping[str, object]) -> None:
    """Queue a letter about the ask a mail answers, beside the question itself."""
    row = delivery_row(
        purpose=purpose,
        queued_at=sent.at,
        real=handoff.real,
        n=handoff.case.seq,
        case_id=handoff.case.id,
        ask_id=sent.ask.id,
        about=str(sent.ask.id),
        position=handoff.case.seq,
        addressee=target.addressee,
        person=target.person,
        channel=target.channel,
        connection=target.connection,
        brief=seals.seal_json(handoff.case.salt, dict(brief)),
    )
    handoff.writes.add("delivery", row)


def keep(handoff: Handoff, sent: Sent, *, answer: str, became: str) -> None:
    """Keep the reading of a reply beside the case."""
    row = reply_row(handoff, sent.inbox, sent.message, at=sent.at, proof=sent.proof)
    more = {"ask_id": sent.ask.id, "person": sent.person.id if sent.person else None}
    handoff.writes.add("reply", {**row, **more, "answer": answer, "became": became})


def reply_row(handoff: Handoff, inbox: Inbox, message: Message, *, at: datetime, proof: str) -> Row:
    """Return the row of a reply that was matched to a case."""
    content = {"from": message.author.email, "subject": message.subject, "text": message.text[:20_000]}
    return {
        "id": uuid7(),
        "case_id": handoff.case.id,
        "ask_id": None,
        "inbox_id": inbox.id,
        "channel": inbox.channel,
        "person": None,
        "proof": proof,
        "answer": "",
        "became": "shown to the starter",
        "sealed": seals.seal_json(handoff.case.salt, content),
        "at": at,
    }
