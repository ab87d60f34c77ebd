"""What changed for somebody: Home's third list, and the pile of what waits to be acknowledged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F, Q

from doorstep.library.models import Version, VersionState
from doorstep.library.seen import seen_by
from doorstep.stewardship.models import Acknowledgement, AcknowledgementState, Note, NoteKind
from doorstep.stewardship.tell_change import path_of
from doorstep.stewardship.waits import Waiting

LATELY = timedelta(days=30)
"""How long a change stays on Home after it was told, unless it still waits."""


@dataclass(frozen=True, slots=True)
class ChangedForMe:
    """One change: the process, what changed in a sentence, the screen that shows it, since when.

    ``waits``: they are asked to acknowledge it; ``seen``: they have.
    """

    version: UUID
    process: str
    sentence: str
    path: str
    since: datetime
    waits: bool = False
    seen: bool = False


def changed_for_me(person: UUID, at: datetime, *, limit: int = 20) -> tuple[ChangedForMe, ...]:
    """Return what changed for somebody lately, the newest first, pages they may no longer see left out.  At most four queries."""
    notes = Note.objects.filter(person=person, kind=NoteKind.CHANGE, about__isnull=False, at__gte=at - LATELY)
    newest = {note.about: note for note in notes.order_by("at")[: 10 * limit] if note.about}
    if not newest:
        return ()
    rows = Version.objects.filter(seen_by(person, process="process"), id__in=newest, state=VersionState.EFFECTIVE)
    titles = dict(rows.values_list("id", "process__title"))
    states = dict(Acknowledgement.objects.filter(person=person, version__in=titles).values_list("version", "state"))
    found = [
        _changed(about, note, titles[about], states.get(about)) for about, note in newest.items() if about in titles
    ]
    return tuple(sorted(found, key=lambda one: one.since, reverse=True)[:limit])


def _changed(version: UUID, note: Note, title: str, state: str | None) -> ChangedForMe:
    said = note.text.removeprefix(f"{title}: ")
    return ChangedForMe(
        version=version,
        process=title,
        sentence=said[:1].upper() + said[1:],
        path=path_of(version),
        since=note.at,
        waits=state == AcknowledgementState.ASKED,
        seen=state == AcknowledgementState.DONE,
    )


def to_acknowledge(person: UUID, _at: datetime) -> list[Waiting]:
    """Return what waits to be acknowledged, of pages somebody may see.  Index: ack_of_person; three queries."""
    return [*_waiting(person)]


def _waiting(person: UUID) -> Iterator[Waiting]:
    asked = Acknowledgement.objects.filter(person=person, state=AcknowledgementState.ASKED)
    rows = asked.filter(Q(version__state=VersionState.EFFECTIVE) & seen_by(person, process="process"))
    rows = rows.annotate(title=F("process__title")).order_by("due_at")
    for row in rows[:200]:
        name = "See what is new to you" if row.since_id is None else "See what changed for you"
        yield Waiting(
            kind="acknowledgement",
            path=path_of(row.version_id),
            name=name,
            title=row.title,
            since=row.asked_at,
            due_at=row.due_at,
        )
