"""“May Lea answer such things for you?”: asked of the addressee once, when Lea first answers in their place."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from doorstep.cases import seals
from doorstep.cases.advance import Handoff
from doorstep.cases.channels import MAIL, target_of
from doorstep.cases.clock import real_now
from doorstep.cases.directory import name_of, person
from doorstep.cases.loaded import load_case
from doorstep.cases.models import Delivery, JournalKey
from doorstep.cases.models.journal import NOBODY
from doorstep.cases.proof import suffices
from doorstep.cases.sent import Sent, keep, write
from doorstep.people.models import AssistantWish
from doorstep.people.wish_assistant import answer_wish, wish_assistant
from doorstep.understanding import permission_in

PURPOSE = "assistant"
ASKED_AT_MOST = 3
"""Times the question is put again when its answer is neither a yes nor a no; then it stands on the screen alone."""


def ask(handoff: Handoff, sent: Sent) -> None:
    """Ask the addressee whether whoever wrote in their place may; somebody of the organisation, and once.

    What a mail server does not vouch for asks nothing: it might be anybody.
    """
    principal = sent.lookup.person or sent.ask.person
    known = sent.person
    if known is None or known.outside or principal in (None, known.id) or known.id == handoff.case.starter:
        return
    if sent.message.machine is not None or sent.ask.state != "open" or not suffices(sent.proof, "mail"):
        return
    assert principal is not None, "somebody was asked"
    about = f"“{sent.ask.name}” for {handoff.case.title}"
    wish = wish_assistant(
        person=principal, assistant=known.id, kind=sent.ask.verb, about=about, at=sent.at, reply=sent.inbox.id
    )
    if wish is not None:
        _queue(handoff, sent, principal, wish)


def _queue(handoff: Handoff, sent: Sent, principal: UUID, wish: UUID) -> None:
    """Queue the letter, if mail reaches the addressee; it stands on their screen in any case."""
    known = person(principal)
    target = target_of(known, MAIL) if known else None
    if target is None or target.channel != MAIL:
        return
    write(handoff, sent, target, purpose=PURPOSE, brief={"wish": str(wish)})


# -- The answer ------------------------------------------------------------------------------------------


def letter_of(sent: Sent) -> Delivery | None:
    """Return the letter that put this question, if a mail answers one and comes from whom it was put to."""
    row = sent.letter if sent.letter and sent.letter.purpose == PURPOSE else None
    return row if row and sent.person and row.person == sent.person.id else None


def answered(sent: Sent, letter: Delivery) -> str:
    """Take a plain yes or no; anything else is asked about again, and means nothing for the ask itself."""
    assert letter.person is not None, "the question was put to somebody"
    said = permission_in(sent.message.text, author=name_of(letter.person))
    if not suffices(sent.proof, "mail"):
        said = None
    with transaction.atomic():
        handoff = Handoff(load_case(sent.ask.case_id), at=sent.at, real=real_now())
        wish = UUID(str(seals.unseal_json(handoff.case.salt, bytes(letter.brief))["wish"]))
        if said is None:
            _again(handoff, sent, letter, wish)
        else:
            row = answer_wish(wish=wish, granted=said, by=letter.person, at=sent.at)
            handoff.note("AssistantAnswered", {"assistant": str(row.assistant_id), "may": said}, by=letter.person)
        became = {True: "the assistant may", False: "the assistant may not", None: "neither a yes nor a no"}[said]
        keep(handoff, sent, answer="", became=became)
        handoff.write()
    return f"assistant: {became}"


def granted_by(letter: Delivery) -> UUID | None:
    """Return the reply that a letter's yes lets count; None where it was a no, or another kind may still be asked."""
    salt = JournalKey.objects.filter(case_id=letter.case_id, person=NOBODY).values_list("salt", flat=True).first()
    if salt is None:
        return None
    wish = str(seals.unseal_json(bytes(salt), bytes(letter.brief))["wish"])
    return AssistantWish.objects.filter(id=wish, granted=True).values_list("reply", flat=True).first()


def _again(handoff: Handoff, sent: Sent, letter: Delivery, wish: UUID) -> None:
    """Put the question once more, a few times at most."""
    handoff.note("ReplyNotTaken", {"ask": str(sent.ask.id), "why": "neither a yes nor a no"})
    asked = Delivery.objects.filter(case_id=letter.case_id, about=letter.about, purpose=PURPOSE, person=letter.person)
    if asked.count() < ASKED_AT_MOST and letter.person is not None:
        _queue(handoff, sent, letter.person, wish)


def question(wish: UUID) -> tuple[str, str]:
    """Return the question and what led to it, in words."""
    row = AssistantWish.objects.filter(id=wish).first()
    if row is None:
        return "May somebody answer such things for you?", ""
    who = name_of(row.assistant_id)
    return (
        f"May {who} answer such things for you?",
        f"{who} answered {row.about}. It counts when you say yes, and for nothing unless you do.",
    )
