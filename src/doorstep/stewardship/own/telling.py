"""What persons hear about owning: one note for many processes, never one each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from doorstep.chase.say import say_day
from doorstep.stewardship.models import NoteKind, Ownership
from doorstep.stewardship.note import Told, note

OWNING = "/owning/"
ORPHANS = "/orphans/"


def many(rows: Sequence[Ownership]) -> str:
    """Say which processes: the one by its title, several by their number."""
    return many_titled([row.process.title for row in rows])


def many_titled(titles: Sequence[str]) -> str:
    """Say which processes, by their titles."""
    return f"“{titles[0]}”" if len(titles) == 1 else f"{len(titles):,} processes"


def tell_named(rows: Iterable[Ownership], *, at: datetime) -> None:
    """Ask those whom pages name as owners whether they are: one note a person and day."""
    said = [
        Told(
            person,
            NoteKind.OWNERSHIP,
            f"named:{at.date()}",
            f"{_begin(many(own))} {'names' if len(own) == 1 else 'name'} you as the owner. "
            "See what it means and say whether you are; all at once, if you like.",
            OWNING,
        )
        for person, own in _by(rows, "proposed_id").items()
    ]
    note(said, at=at)


def tell_offered(rows: Sequence[Ownership], *, giver: str, on: date | None, at: datetime) -> None:
    """Ask those to whom somebody offers what they answer for."""
    until = f" from {say_day(on, today=at.date())} on" if on else ""
    said = [
        Told(
            person,
            NoteKind.OWNERSHIP,
            f"offered:{own[0].process_id}:{at:%Y%m%d%H%M%S}",
            f"{giver} offers you {many(own)} to own{until}. See what it means, and accept or decline.",
            OWNING,
        )
        for person, own in _by(rows, "proposed_id").items()
    ]
    note(said, at=at)


def tell_custodians(rows: Iterable[Ownership], *, at: datetime) -> None:
    """Tell those who now look after what nobody owns."""
    said = [
        Told(
            person,
            NoteKind.OWNERSHIP,
            f"custody:{own[0].process_id}:{at.date()}",
            f"You look after {many(own)} until {_until(own, at)}: {own[0].why}. "
            "Take it, offer it to somebody, or make it obsolete.",
            ORPHANS,
        )
        for person, own in _by(rows, "custodian_id").items()
    ]
    note(said, at=at)


def tell_lapsing(rows: Iterable[Ownership], *, at: datetime) -> None:
    """Ask owners to say again that what they own is theirs and still right."""
    said = [
        Told(
            person,
            NoteKind.OWNERSHIP,
            f"lapsing:{at:%Y-%m}",
            f"{_begin(many(own))} {'waits' if len(own) == 1 else 'wait'} for your word: {own[0].why}. "
            "Say whether it is still yours and still right.",
            OWNING,
        )
        for person, own in _by(rows, "owner_id").items()
    ]
    note(said, at=at)


def tell(person: UUID | None, text: str, *, key: str, at: datetime, path: str = OWNING) -> None:
    """Tell one person one thing, if there is anybody to tell."""
    if person is not None:
        note([Told(person, NoteKind.OWNERSHIP, key, text, path)], at=at)


def _until(rows: Sequence[Ownership], at: datetime) -> str:
    ends = min(row.custody_until for row in rows if row.custody_until)
    return say_day(ends.date(), today=at.date())


def _by(rows: Iterable[Ownership], column: str) -> Mapping[UUID, list[Ownership]]:
    found: dict[UUID, list[Ownership]] = defaultdict(list)
    for row in rows:
        person = getattr(row, column)
        if person is not None:
            found[person].append(row)
    return found


def _begin(text: str) -> str:
    return text[:1].upper() + text[1:]
