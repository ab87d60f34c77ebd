"""A mail that answers nothing we know: whoever surely wrote it hears so, and what is open for them; nobody else does."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from doorstep.cases import directory, wake
from doorstep.cases.channels import MAIL, ways
from doorstep.cases.clock import business_now, real_now
from doorstep.cases.models import Delivery, Inbox, Lookup
from doorstep.cases.others import Envelope
from doorstep.cases.proof import suffices
from doorstep.cases.queries import waits_for_me
from doorstep.cases.rights import has_left
from doorstep.cases.rows import RANKS
from doorstep.people.keys import person_key
from doorstep.people.recognise import person_of
from doorstep.plugin_api import Letter
from doorstep.understanding import Message, read_message

PURPOSE = "unmatched"
A_DAY = 3
"""Such letters to one person a day: the backstop against machines that do not say they are."""

NAMED = 5
ASIDE = "set aside: it answers nothing we asked"


@transaction.atomic
def taken(row: Inbox, message: Message, at: datetime) -> str:
    """Say back that a mail answers nothing, where that can reach nobody else than who wrote it; decide nothing."""
    known = person_of(message.author.email) if message.author.email else None
    if known is None or message.machine is not None or not suffices(row.headers.get("proof", "link"), "mail"):
        return ASIDE
    way, key = ways().get(MAIL), person_key(known.id)
    said = Delivery.objects.filter(person=known.id, purpose=PURPOSE, queued_at__gt=at - timedelta(days=1))
    if way is None or has_left(known.id, at=at) or said.count() >= A_DAY:
        return ASIDE
    letter_back = Delivery(
        case_id=row.id,
        about=str(row.id),
        addressee=key,
        person=known.id,
        channel=MAIL,
        connection=way.connection,
        purpose=PURPOSE,
        lane="receipts",
        rank=RANKS["receipts"],
        not_before=real_now(),
        queued_at=at,
    )
    Delivery.objects.bulk_create([letter_back], ignore_conflicts=True)  # a worker may have ended after this
    wake.after_commit()
    return "answered: it is not known what it answers"


def letter(delivery: Delivery, envelope: Envelope) -> Letter | None:
    """Write what we know: what is open for whoever wrote, and how an answer is known."""
    row = Inbox.objects.filter(id=delivery.case_id).first()
    person = directory.person(delivery.person) if delivery.person else None
    if row is None or person is None:
        return None
    message = read_message(bytes(row.raw))
    subject = " ".join(message.subject.split())[:200] or "Your mail"
    return Letter(
        key=str(delivery.id),
        purpose=PURPOSE,
        to=envelope.to,
        to_name=person.name,
        lane="receipts",
        organisation=settings.DOORSTEP.text("organisation"),
        starter="",
        subject=subject if subject.lower().startswith("re:") else f"Re: {subject}",
        headline="It is not clear what your mail answers, so it decided nothing.",
        paragraphs=(_open(delivery),),
        closing="Please reply to the letter about what you mean: by it we know what you answer.",
        thread=str(row.id),
        earlier=(message.message_id,) if message.message_id else (),
        language=person.language,
    )


def _open(delivery: Delivery) -> str:
    assert delivery.person is not None, "somebody wrote"
    waiting = waits_for_me(delivery.person, at=business_now(), limit=NAMED)
    names = "; ".join(f"“{one.name}” for {one.title}" for one in waiting)
    return f"Open for you now: {names}." if names else "Nothing is open for you now."


def replied(_row: Inbox, _message: Message, _lookup: Lookup, _at: datetime) -> str:
    """Take no answer: the letter asks for one to another letter."""
    return ASIDE
