"""A reply to a digest: "seen" acknowledges what it told in full; whatever else somebody wrote goes to the owner.

Nothing is lost and nothing is guessed: what the closed vocabulary does not know is a remark.  Only the person the
letter was for acknowledges; a machine says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from doorstep.cases.models import Delivery, Inbox, Lookup
from doorstep.cases.proof import ORDER
from doorstep.cases.refusals import NotPossible, Refused
from doorstep.cases.replying import words_of
from doorstep.library.models import Process, Version
from doorstep.library.seen import seen_by
from doorstep.people.errors import NotAllowed
from doorstep.people.recognise import person_of
from doorstep.people.reference import PersonRef
from doorstep.stewardship.acknowledge import acknowledge, opened
from doorstep.stewardship.answerable import answerable
from doorstep.stewardship.models import Note, NoteKind
from doorstep.stewardship.monday_mail import set_mondays
from doorstep.stewardship.note import Told, note
from doorstep.stewardship.propose import LONGEST, propose
from doorstep.stewardship.said import acknowledges, unsubscribes
from doorstep.understanding import Kind, Message

SAID_AT_MOST = 400


@dataclass(frozen=True, slots=True)
class _Wrote:
    """A reply to a digest: what the digest told, and who wrote back."""

    row: Inbox
    message: Message
    delivery: Delivery
    told: Sequence[Note]
    sender: PersonRef | None
    at: datetime

    @property
    def name(self) -> str:
        """As whom an owner is told of them."""
        if self.sender is not None and self.sender.id == self.delivery.person:
            return self.sender.name
        who = self.sender.name if self.sender else self.message.author.email or "somebody"
        return f"{who}, whom we had not written to,"


def replied(row: Inbox, message: Message, lookup: Lookup, at: datetime) -> str:
    """Let a reply to a digest have its effect; return what became of it, in words."""
    if message.machine is not None:
        return f"set aside: {message.machine.why}"
    assert lookup.delivery_id is not None, "a digest is found by its delivery"
    delivery = Delivery.objects.get(id=lookup.delivery_id)
    told = list(Note.objects.filter(delivery=delivery.id).order_by("at", "id"))
    sender = person_of(message.author.email) if message.author.email else None
    wrote = _Wrote(row, message, delivery, told, sender, at)
    if message.unreadable is not None:
        return _to_owners(wrote, message.unreadable.why)
    if sender is None or sender.id != delivery.person:
        return _to_owners(wrote, words_of(message))
    return _from_them(wrote, sender)


def _from_them(wrote: _Wrote, sender: PersonRef) -> str:
    """Take what the person wrote whom the digest was for."""
    if any(one.kind == NoteKind.MONDAY for one in wrote.told) and unsubscribes(wrote.message):
        set_mondays(person=sender.id, wanted=False, by=sender.id, at=wrote.at)
        return "unsubscribed: no more Monday mails"
    answer = acknowledges(wrote.message, today=wrote.at.astimezone(ZoneInfo(sender.zone)))
    done = answer.kind is Kind.DONE
    became = [_acknowledge(wrote, sender.id)] if done else []
    if remark := answer.comment.strip() if done else words_of(wrote.message):
        became.append(_pass_on(wrote, sender, remark))
    return "; ".join(became) or "set aside: there are no words in it"


# -- Acknowledging -----------------------------------------------------------------------------------


def _acknowledge(wrote: _Wrote, by: UUID) -> str:
    """Acknowledge what the digest told in full: it was opened when the letter was there."""
    proof = wrote.row.headers.get("proof", "link")
    done, not_done = [], []
    for version in dict.fromkeys(one.about for one in wrote.told if one.shown and one.about):
        opened(version_id=version, by=by, at=wrote.delivery.handed_at or wrote.at)
        try:
            acknowledge(version_id=version, by=by, how="mail", proof=proof if proof in ORDER else "link", at=wrote.at)
            done.append(version)
        except (NotPossible, NotAllowed) as refused:
            not_done.append(str(refused))
    if not done:
        return " ".join(not_done) or "noted: the letter asked for nothing, or told too much to be acknowledged by reply"
    return f"acknowledged: {len(done)}"


# -- What else they wrote ----------------------------------------------------------------------------


def _pass_on(wrote: _Wrote, sender: PersonRef, words: str) -> str:
    """Propose what somebody wrote for the page it is about; where that is not clear, show it to every owner."""
    process = _meant(wrote.told, sender.id, words)
    if process is None:
        return _to_owners(wrote, words)
    try:
        propose(process=process.id, step="", sentence=_about(words, process.title)[:LONGEST], by=sender.id, at=wrote.at)
    except (Refused, NotAllowed):
        return _to_owners(wrote, words)
    return f"proposed for “{process.title}”"


def _meant(told: Sequence[Note], by: UUID, words: str) -> Process | None:
    """Return the page a remark is about: the only one told of, or the only one it names."""
    pages = _pages(told, by)
    named = [page for page in pages if page.title.casefold() in words.casefold()]
    only = named if len(named) == 1 else pages
    return only[0] if len(only) == 1 else None


def _pages(told: Sequence[Note], by: UUID | None) -> list[Process]:
    """Return the pages a digest told of, those the writer may not see left out.  One query."""
    about = [one.about for one in told if one.about]
    versions = Version.objects.filter(id__in=about).values("process")
    pages = Process.objects.filter(id__in=versions).select_related(
        "owner", "owner_role", "expert", "expert_role", "group"
    )
    return list((pages.filter(seen_by(by)) if by else pages).order_by("title"))


def _about(words: str, title: str) -> str:
    """Return a remark without the page's own name before it."""
    return re.sub(rf"^\s*[“\"]?{re.escape(title)}[”\"]?\s*[:–-]\s*", "", words, flags=re.IGNORECASE).strip() or words


def _to_owners(wrote: _Wrote, words: str) -> str:
    """Show the owners of what was told what somebody wrote; it decides nothing."""
    pages = _pages(wrote.told, None)
    short = " ".join(words.split())
    short = short if len(short) <= SAID_AT_MOST else f"{short[: SAID_AT_MOST - 1]}…"
    text = f"{wrote.name} writes on {', '.join(f'“{page.title}”' for page in pages)}: {short}"
    owners = {one.person.id for page in pages for one in answerable(page, at=wrote.at)}
    key = f"remark {wrote.row.id}"
    note((Told(owner, NoteKind.PROPOSAL, key, text) for owner in owners), at=wrote.at)
    return "shown to the owner" if owners else "noted: what the letter told asks nobody anything"
