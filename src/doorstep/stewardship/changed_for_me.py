"""What changed for somebody: Home's third list, and the pile of what waits to be acknowledged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from doorstep.library.models import Version, VersionState
from doorstep.library.seen import is_shut, met_by
from doorstep.people.prepared import Prepared
from doorstep.stewardship.models import Acknowledgement, AcknowledgementState, Note, NoteKind
from doorstep.stewardship.tell_change import path_of
from doorstep.stewardship.waits import Waiting

LATELY = timedelta(days=30)
"""How long a change stays on Home after it was told, unless it still waits."""

MOST = 400
"""Acknowledgements that are read; there are more when these are settled."""


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
    """Return what changed for somebody lately, the newest first, pages they may no longer see left out.  Three queries."""
    newest = {about: (text, told) for about, text, told in _NOTES(person=person, since=at - LATELY)}
    if not newest:
        return ()
    met = met_by(person)
    found = [
        _changed(version, title, newest[version], state)
        for version, process, shut, title, state in _TOLD(person=person, since=at - LATELY)
        if version in newest and met.has(process, restricted=shut)
    ]
    return tuple(sorted(found, key=lambda one: one.since, reverse=True)[:limit])


def _notes(person: UUID, since: datetime) -> QuerySet[Note, tuple[UUID | None, str, datetime]]:
    """Select what somebody was told of changes, the oldest first.  Index: note_once."""
    told = Note.objects.filter(person=person, kind=NoteKind.CHANGE, about__isnull=False, at__gte=since)
    return told.order_by("at").values_list("about", "text", "at")


def _versions(person: UUID, since: datetime) -> QuerySet[Version, Any]:
    """Select the versions in force among them, and whether they were acknowledged."""
    asked = Acknowledgement.objects.filter(person=person, version=OuterRef("id")).values("state")
    told = Note.objects.filter(person=person, kind=NoteKind.CHANGE, about__isnull=False, at__gte=since)
    rows = Version.objects.filter(id__in=told.values("about"), state=VersionState.EFFECTIVE)
    rows = rows.annotate(shut=is_shut("process"), asked=Subquery(asked))
    return rows.values_list("id", "process_id", "shut", "process__title", "asked")


_NOTES, _TOLD = Prepared(_notes), Prepared(_versions)


def _changed(version: UUID, title: str, told: tuple[str, datetime], state: str | None) -> ChangedForMe:
    text, since = told
    said = text.removeprefix(f"{title}: ")
    return ChangedForMe(
        version=version,
        process=title,
        sentence=said[:1].upper() + said[1:],
        path=path_of(version),
        since=since,
        waits=state == AcknowledgementState.ASKED,
        seen=state == AcknowledgementState.DONE,
    )


def to_acknowledge(person: UUID, _at: datetime) -> list[Waiting]:
    """Return what waits to be acknowledged, of pages somebody may see.  Index: ack_of_person; two queries."""
    return [*_waiting(person)]


def _asked(person: UUID) -> QuerySet[Acknowledgement, Any]:
    asked = Acknowledgement.objects.filter(person=person, state=AcknowledgementState.ASKED)
    rows = asked.filter(version__state=VersionState.EFFECTIVE).annotate(shut=is_shut("process"))
    columns = ("version_id", "process_id", "shut", "process__title", "since_id", "asked_at", "due_at")
    return rows.order_by("due_at").values_list(*columns)[:MOST]


_ASKED = Prepared(_asked)


def _waiting(person: UUID) -> Iterator[Waiting]:
    met = met_by(person)
    for version, process, shut, title, since, asked_at, due_at in _ASKED(person=person):
        if met.has(process, restricted=shut):
            name = "See what is new to you" if since is None else "See what changed for you"
            path = path_of(version)
            yield Waiting("acknowledgement", path, name, title, since=asked_at, due_at=due_at)
