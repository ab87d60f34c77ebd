"""A reply to a letter that told something: the starter's answer to a question, else words that the starter reads.

Nothing is asked in such a letter, so nothing is decided by a reply to it; but nobody's words are lost.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from doorstep.cases import seals, store
from doorstep.cases.advance import Handoff
from doorstep.cases.answer_question import answer_question
from doorstep.cases.clock import real_now
from doorstep.cases.loaded import load_case
from doorstep.cases.models import Ask, Delivery, Inbox, JournalKey, Lookup
from doorstep.cases.models.journal import NOBODY
from doorstep.cases.proof import ORDER, suffices
from doorstep.cases.refusals import Refused
from doorstep.cases.replying import words_of
from doorstep.cases.sent import reply_row, say_back, say_to_starter, told_before
from doorstep.kernel.values import FileRef
from doorstep.people.recognise import person_of
from doorstep.people.reference import PersonRef
from doorstep.understanding import Message

PURPOSE = "tell"
UNPROVEN = "no mail server vouches that your mail is from you, so it changes nothing. Please sign in and say it there."
NOTHING = "What you wrote stands in its history. It changes nothing by itself: its page does."


@dataclass(frozen=True, slots=True)
class Back:
    """What came back to a letter that told something, and from whom."""

    inbox: Inbox
    message: Message
    letter: Delivery
    brief: Mapping[str, object]
    known: PersonRef | None
    at: datetime

    @property
    def step(self) -> str:
        """The step the letter was about; empty for the case."""
        return str(self.brief.get("step") or "")

    @property
    def proof(self) -> str:
        """How sure it is who wrote."""
        found = self.inbox.headers.get("proof", "link")
        return found if found in ORDER else "link"


def letter_behind(lookup: Lookup) -> Delivery | None:
    """Return the letter that a mail answers, if it was one that told something."""
    if lookup.ask_id is not None or lookup.delivery_id is None:
        return None
    return Delivery.objects.filter(id=lookup.delivery_id, purpose=PURPOSE).first()


def replied(row: Inbox, message: Message, letter: Delivery, at: datetime) -> str:
    """Take what somebody wrote back to a letter that told something; return what became of it, in words."""
    if message.machine is not None:
        return f"set aside: {message.machine.why}"
    salt = JournalKey.objects.filter(case_id=letter.case_id, person=NOBODY).values_list("salt", flat=True).first()
    if salt is None:
        return "set aside: what this run knew was erased"
    if told_before(row, letter.case_id):
        return "taken before"
    known = person_of(message.author.email) if message.author.email else None
    brief = seals.unseal_json(bytes(salt), bytes(letter.brief))
    back = Back(row, message, letter, brief, known, at)
    with transaction.atomic():
        case = load_case(letter.case_id)
    if known is not None and known.id == letter.person and brief.get("about") == "question":
        return _answered(back)
    if known is not None and known.id == case.starter:
        return _kept(back, NOTHING, "kept in the history")
    return _to_starter(back)


def _answered(back: Back) -> str:
    """Let the reply to a question go back to whoever asked, on their thread."""
    assert back.known is not None, "only whom it was told answers it"
    if not suffices(back.proof, "mail"):
        return _kept(back, f"You were asked something, and {UNPROVEN}", "not taken: nobody vouches for the sender")
    asks = Ask.objects.filter(case_id=back.letter.case_id, step=back.step, state="open").exclude(question=b"")
    ask = asks.order_by("-asked_at").first()
    if ask is None:
        return _kept(back, "Nothing is asked there any more. " + NOTHING, "kept in the history")
    try:
        answer_question(ask_id=ask.id, text=words_of(back.message), by=back.known.id, at=back.at)
    except Refused as error:
        return _kept(back, str(error), f"not taken: {error}")
    return "the question was answered"


def _kept(back: Back, why: str, became: str) -> str:
    """Keep words of the starter's, and say back what they do not do."""
    assert back.known is not None, "somebody is told"
    with transaction.atomic():
        handoff = Handoff(load_case(back.letter.case_id), at=back.at, real=real_now())
        _note(handoff, back, words_of(back.message), [])
        say_back(handoff, step=back.step, to=back.known, text=why)
        handoff.write()
    return became


def _to_starter(back: Back) -> str:
    """Show the starter what somebody answered to what they were told, with the files that came along."""
    kept, refused = store.keep_all(back.message.attachments)
    names = ", ".join(one.name for one in kept)
    words = words_of(back.message)
    text = " ".join(part for part in (words, f"They attached {names}." if names else "", *refused) if part)
    who = "" if back.known else f"{back.message.author.email or 'Somebody'} wrote: "
    with transaction.atomic():
        handoff = Handoff(load_case(back.letter.case_id), at=back.at, real=real_now())
        _note(handoff, back, text, kept)
        by: UUID | None = back.known.id if back.known else None
        say_to_starter(handoff, step=back.step, about="remark", text=who + text, by=by)
        handoff.write()
    return "shown to the starter"


def _note(handoff: Handoff, back: Back, text: str, kept: Sequence[FileRef]) -> None:
    author = back.message.author.email or "somebody"
    files = [[one.name, one.sha256, one.media_type, one.size] for one in kept]
    by = back.known.id if back.known else None
    handoff.note("TellingAnswered", {"from": author, "text": text, "files": files}, by=by)
    handoff.writes.add("reply", reply_row(handoff, back.inbox, back.message, at=back.at, proof=back.proof))
