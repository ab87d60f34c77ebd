"""The letter of a digest: what changed, old and new side by side, and what else somebody must hear."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from doorstep.cases import directory
from doorstep.cases.models import Delivery
from doorstep.cases.others import Envelope
from doorstep.chase.say import say_time
from doorstep.library.models import Version, VersionState
from doorstep.library.seen import seen_by
from doorstep.people.clock import business_now
from doorstep.people.reference import PersonRef
from doorstep.plugin_api import Change, Delivered, Letter, News
from doorstep.stewardship.concerned import as_whom, asked_as, before
from doorstep.stewardship.difference import Changed, Difference, difference
from doorstep.stewardship.models import Acknowledgement, AcknowledgementState, Note, NoteKind
from doorstep.stewardship.monday_home import monday_news
from doorstep.stewardship.tell_change import path_of

PAGES_IN_FULL = 8
CHANGES_IN_FULL = 12
"""A letter shows so much side by side; the rest is on the page, and a reply to the letter does not acknowledge it."""

ASKED = "Please say that you saw what changed"
KNOW = "For you to know"


@dataclass
class _Digest:
    """A digest being written: its notes, and what they are about as it is now."""

    person: PersonRef
    notes: Sequence[Note]
    versions: Mapping[UUID, Version]
    asked: Mapping[UUID, Acknowledgement]
    at: datetime


def letter(delivery: Delivery, envelope: Envelope) -> Letter | None:
    """Write a digest as it leaves: what was overtaken or settled since it was noted is left out, None if it was all."""
    person = directory.person(delivery.person) if delivery.person else None
    if person is None:
        return None
    digest = _opened(delivery, person)
    asked = [*_asked(digest)]
    know = [*_informed(digest), *_plain(digest)]
    monday = [*_monday(digest)]
    news = [*asked, *know, *monday]
    return _letter(delivery, envelope, digest, news=news, monday=bool(monday)) if news else None


def sent(delivery: Delivery, _letter: Letter | None, delivered: Delivered | None) -> None:
    """Record that a digest left, or that nothing was left to say."""
    now = business_now()
    with transaction.atomic():
        Note.objects.filter(delivery=delivery.id).update(sent_at=now)
        state = "handed over" if delivered else "withdrawn"
        columns = {"handed_at": now, "external_id": delivered.external_id} if delivered else {}
        address = _letter.to if _letter else ""
        row = Delivery.objects.filter(id=delivery.id)
        row.update(state=state, lease_until=None, error="", address=address, **columns)


def failed(delivery: Delivery, why: str) -> None:
    """Record that a digest will not arrive: what it told stands on Home, and nobody is shown it by this letter."""
    with transaction.atomic():
        Note.objects.filter(delivery=delivery.id).update(sent_at=business_now(), error=why, shown=False)
        Delivery.objects.filter(id=delivery.id).update(state="failed", lease_until=None, error=why)


def _opened(delivery: Delivery, person: PersonRef) -> _Digest:
    """Return a digest's notes, without those about pages the person may not see.  Five queries."""
    notes = list(Note.objects.filter(delivery=delivery.id).order_by("at", "id"))
    about = [note.about for note in notes if note.about]
    rows = Version.objects.filter(seen_by(person.id, process="process"), id__in=about)
    versions = {row.id: row for row in rows.select_related("process").defer("text", "faults")}
    known = set(Version.objects.filter(id__in=about).values_list("id", flat=True))
    seen = [note for note in notes if note.about not in known or note.about in versions]
    asked = Acknowledgement.objects.filter(person=person.id, version__in=versions)
    return _Digest(person, seen, versions, {row.version_id: row for row in asked}, business_now())


def _of_change(note: Note) -> bool:
    """Say whether a note tells, or reminds of, what changed for this person."""
    return note.about is not None and note.path == path_of(note.about)


# -- What changed ------------------------------------------------------------------------------------


def _asked(digest: _Digest) -> Iterator[News]:
    """Yield what waits to be acknowledged, each page once, and remember which of it the letter tells in full."""
    waiting = {row.version_id: row for row in digest.asked.values() if row.state == AcknowledgementState.ASKED}
    of: dict[UUID, list[Note]] = {}
    for note in digest.notes:
        if note.about in waiting and _of_change(note):
            of.setdefault(note.about, []).append(note)
    shown: list[UUID] = []
    for number, (version, notes) in enumerate(of.items()):
        found = _difference(digest, version, waiting[version])
        full = number < PAGES_IN_FULL and len(found.changes) <= CHANGES_IN_FULL
        shown += [note.id for note in notes if full]
        yield _news(notes[-1], ASKED, found, full=full)
    Note.objects.filter(id__in=shown).update(shown=True)


def _informed(digest: _Digest) -> Iterator[News]:
    """Yield what changed and asks for nothing."""
    for note in digest.notes:
        version = digest.versions.get(note.about) if note.about else None
        if version and _of_change(note) and version.id not in digest.asked and version.state == VersionState.EFFECTIVE:
            found = _difference(digest, version.id, None)
            yield _news(note, KNOW, found, full=len(found.changes) <= CHANGES_IN_FULL)


def _difference(digest: _Digest, version: UUID, row: Acknowledgement | None) -> Difference:
    """Return the difference a note is about: since what they knew, or since the version before."""
    whom = as_whom([digest.person.id])[digest.person.id]
    if row:
        return difference(version, row.since_id, asked_as(row, whom))
    return difference(version, _before(digest.versions[version]), whom)


def _before(version: Version) -> UUID | None:
    earlier = before(version)
    return earlier.id if earlier else None


def _news(note: Note, heading: str, found: Difference, *, full: bool) -> News:
    changes = tuple(_change(one) for one in found.changes[:CHANGES_IN_FULL]) if full else ()
    text = note.text if full else f"{note.text} It is too much for a letter: please look at the page."
    return News(text, heading, link_to(note.path), changes)


def _change(one: Changed) -> Change:
    """Return a change as a letter shows it; where the sentences are alike, in the words of what changed."""
    if one.before == one.now and one.words:
        return Change(one.step, "", " ".join(one.words))
    return Change(one.step, one.before, one.now)


# -- What else -----------------------------------------------------------------------------------------


def _plain(digest: _Digest) -> Iterator[News]:
    """Yield what is told in its own words."""
    for note in digest.notes:
        if not _of_change(note) and note.kind != NoteKind.MONDAY:
            yield News(note.text, KNOW, link_to(note.path))


def _monday(digest: _Digest) -> Iterator[News]:
    """Yield Home, on Mondays."""
    if any(note.kind == NoteKind.MONDAY for note in digest.notes):
        yield from monday_news(digest.person, at=digest.at)


def link_to(path: str) -> str:
    """Return a screen's address for a letter; none where our web cannot be reached from outside."""
    if not path or not settings.DOORSTEP.flag("reachable"):
        return ""
    return f"{settings.DOORSTEP.text('base_url').rstrip('/')}{path}"


# -- The letter ----------------------------------------------------------------------------------------


def _letter(delivery: Delivery, envelope: Envelope, digest: _Digest, *, news: Sequence[News], monday: bool) -> Letter:
    asks = [one for one in news if one.heading == ASKED]
    changed = any(one.changes for one in news)
    return Letter(
        key=str(delivery.id),
        purpose="digest",
        to=envelope.to,
        to_name=digest.person.name,
        lane="notes",
        organisation=settings.DOORSTEP.text("organisation"),
        starter="",
        subject=_subject(news, monday=monday),
        headline=_headline(news, asks, monday=monday),
        news=tuple(news),
        verb="acknowledge" if asks else "remark" if changed else "",
        closing=_closing(digest, asks),
        footer=_footer(changed=changed, monday=monday),
        reply_to=envelope.reply_to,
        reference=envelope.reference,
        language=digest.person.language,
        unsubscribe=monday,
    )


def _subject(news: Sequence[News], *, monday: bool) -> str:
    if monday:
        return "Your week"
    first = " ".join(news[0].text.split()).rstrip(".")
    return first if len(news) == 1 else f"{first[:80]}, and {len(news) - 1} more"


def _headline(news: Sequence[News], asks: Sequence[News], *, monday: bool) -> str:
    if monday:
        return "What waits for you this week, and what changed."
    if asks:
        return "A page changed for you." if len(asks) == 1 else f"{len(asks)} pages changed for you."
    return "One thing for you to know." if len(news) == 1 else f"{len(news)} things for you to know."


def _closing(digest: _Digest, asks: Sequence[News]) -> str:
    if not asks:
        return ""
    due = min(row.due_at for row in digest.asked.values() if row.state == AcknowledgementState.ASKED)
    by = say_time(due, now=digest.at, zone=ZoneInfo(digest.person.zone))
    when = f"Please answer by {by}. " if due > digest.at else ""
    return f"{when}What you write goes to whoever owns the page."


def _footer(*, changed: bool, monday: bool) -> str:
    if monday:
        return "On Mondays, and only if there is something to say. Reply “unsubscribe” to hear nothing on Mondays."
    return "You get this because a role of yours, or you by name, stand in these pages." if changed else ""
