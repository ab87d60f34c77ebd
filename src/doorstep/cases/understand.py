"""Understand: match what came in to an ask, see who sent it and what it means, and let the verb decide.

What is not understood, or comes from somebody who may not answer, decides nothing and is shown to the
starter.  Every reply ends with a word on what became of it.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from doorstep.cases import bounces, matching, may_assist, others, replying, told_replies, unmatched
from doorstep.cases.advance import Handoff
from doorstep.cases.clock import business_now, real_now
from doorstep.cases.directory import name_of
from doorstep.cases.loaded import load_case
from doorstep.cases.models import Ask, Delivery, Inbox, Lookup
from doorstep.cases.outbox import LEASE
from doorstep.cases.proof import ORDER, suffices
from doorstep.cases.relation import relation_to
from doorstep.cases.rights import has_left
from doorstep.cases.sent import Sent, keep, say_back, tell_starter, told_before
from doorstep.cases.statements import named, run
from doorstep.people.recognise import Relation, person_of
from doorstep.understanding import Message, read_message

_log = logging.getLogger(__name__)


def understand_some(*, limit: int = 20) -> int:
    """Understand what is new in the inbox, each in transactions of its own; return how many there were."""
    now = real_now()
    with transaction.atomic():
        claimed = run(named("claim_inbox"), {"now": now, "until": now + LEASE, "limit": limit})
    for row in Inbox.objects.filter(id__in=[one[0] for one in claimed]).order_by("received_at", "id"):
        _one(row)
    return len(claimed)


def _one(row: Inbox) -> None:
    """Understand one; what fails unexpectedly stays and is looked at again, five times at most."""
    try:
        became = understand(row)
    except Exception:
        _log.exception("A reply could not be worked on; it stays in the inbox.")
        if row.attempts < 5:
            raise
        became = "set aside: it could not be worked on, see the log"
    state = "set aside" if became.startswith("set aside") else "understood"
    Inbox.objects.filter(id=row.id).update(state=state, became=became, lease_until=None)


def understand(row: Inbox, *, at: datetime | None = None) -> str:
    """Understand one reply and let it have its effect; return what became of it, in words."""
    now = at or business_now()
    message = read_message(bytes(row.raw))
    if message.machine is not None and message.machine.bounced:
        return bounces.taken(message, row.headers)
    lookup = matching.match(message, row.headers)
    if lookup is not None and (writer := others.writer_behind(lookup)):
        return writer.replied(row, message, lookup, now)
    if lookup is not None and (told := told_replies.letter_behind(lookup)):
        return told_replies.replied(row, message, told, now)
    if lookup is None or lookup.ask_id is None:
        return others.taken(row, message, now) or unmatched.taken(row, message, now)
    if message.machine is not None and message.machine.kind != "automatic reply":
        return f"set aside: {message.machine.why}"
    ask = Ask.objects.get(id=lookup.ask_id)
    sent = _sent(row, message, lookup, ask=ask, now=now)
    if asked := may_assist.letter_of(sent):
        became = may_assist.answered(sent, asked)
        if waiting := may_assist.granted_by(asked):
            taken_up(waiting, at=now)
        return became
    if sent.relation is Relation.NONE:
        return _to_starter(sent)
    return replying.reply(sent)


def taken_up(reply: UUID, *, at: datetime) -> None:
    """Let a reply count that came before its sender was allowed to answer, if what it answers is still asked."""
    row = Inbox.objects.filter(id=reply).first()
    found = matching.match(read_message(bytes(row.raw)), row.headers) if row else None
    if row and found and found.ask_id and Ask.objects.filter(id=found.ask_id, state="open").exists():
        Inbox.objects.filter(id=row.id).update(became=understand(row, at=at))


def _sent(row: Inbox, message: Message, lookup: Lookup, *, ask: Ask, now: datetime) -> Sent:
    """Find out who sent a mail and what they are to the addressee; an assistant may write in somebody's name.

    Mail servers vouch for From alone.  So ``Sender`` may only say more exactly who wrote in the name of somebody
    who may answer; whoever is not asked gains nothing by naming somebody who is.
    """
    proof = row.headers.get("proof", "link")
    person = person_of(message.author.email) if message.author.email else None
    relation = relation_to(ask, person, now) if person else Relation.NONE
    if relation is not Relation.NONE and message.sender.email not in ("", message.author.email):
        person = person_of(message.sender.email)
        relation = relation_to(ask, person, now) if person else Relation.NONE
    letter = Delivery.objects.filter(id=lookup.delivery_id).first() if lookup.delivery_id else None
    return Sent(row, message, ask, lookup, letter, person, relation, proof if proof in ORDER else "link", now)


# -- Copied to us ----------------------------------------------------------------------------------------


def copied(row: Inbox, message: Message, asks: Sequence[Ask], *, at: datetime) -> str:
    """Let a mail among colleagues that was copied to us answer the one of some asks that it plainly answers.

    Whoever calls says that its sender is proven and asked these.  It is not said which letter it answers, so it
    counts as an answer to the first about that ask: what changed since is not approved unseen.
    """
    found = [_beside(row, message, ask, at) for ask in asks]
    plain = [sent for sent in found if sent.relation is not Relation.NONE and replying.answers_plainly(sent)]
    if len(plain) > 1:
        return replying.which(plain[0], [sent.ask.name for sent in plain])
    return replying.reply(plain[0]) if plain else replying.ASIDE


def said_early(row: Inbox, message: Message, ask: Ask, *, at: datetime) -> str:
    """Show the starter what somebody answered before they were asked, to words that are others now; it decides nothing."""
    sent = _beside(row, message, ask, at)
    text = f"{sent.message.author.email} wrote before it was started: {replying.words_of(message)}"
    return _shown(sent, text, "shown to the starter: it was about other words", ask_assistant=False)


def _beside(row: Inbox, message: Message, ask: Ask, at: datetime) -> Sent:
    first = Delivery.objects.filter(case_id=ask.case_id, about=str(ask.id), purpose="ask").order_by("position").first()
    place = Lookup(case_id=ask.case_id, ask_id=ask.id, delivery_id=first.id if first else None, person=ask.person)
    return replace(_sent(row, message, place, ask=ask, now=at), aside=True)


# -- Shown -----------------------------------------------------------------------------------------------


def _to_starter(sent: Sent) -> str:
    """Show the starter what somebody wrote who may not answer; it decides nothing."""
    who = sent.message.author.email or "somebody"
    text = f"{who} wrote, who is not asked: {replying.words_of(sent.message)}"
    return _shown(sent, text, "shown to the starter: the sender is not asked", ask_assistant=True)


def _shown(sent: Sent, text: str, became: str, *, ask_assistant: bool) -> str:
    if told_before(sent.inbox, sent.ask.case_id):
        return became
    with transaction.atomic():
        handoff = Handoff(load_case(sent.ask.case_id), at=sent.at, real=real_now())
        who = sent.message.author.email or "somebody"
        handoff.note("RemarkReceived", {"from": who, "text": text, "ask": str(sent.ask.id)})
        keep(handoff, sent, answer="", became="shown to the starter")
        tell_starter(handoff, sent.ask, "remark", text)
        if ask_assistant:
            may_assist.ask(handoff, sent)
            _say_whose(handoff, sent)
        handoff.write()
    return became


def _say_whose(handoff: Handoff, sent: Sent) -> None:
    """Tell a colleague who surely wrote, and is not asked, that it decided nothing; others hear nothing."""
    known = sent.person
    if known is None or known.outside or sent.message.machine is not None or not suffices(sent.proof, "mail"):
        return
    if known.id == handoff.case.starter or has_left(known.id, at=sent.at):
        return
    text = (
        f"It is for {sent.ask.display}, so what you wrote decides nothing. It was shown to "
        f"{name_of(handoff.case.starter)}, who started this."
    )
    say_back(handoff, step=sent.ask.step, to=known, text=text)
