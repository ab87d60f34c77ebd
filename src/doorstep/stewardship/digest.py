"""Digests: the notes of one person leave together, as one letter, when it does not disturb.

They leave by the same outbox as asks, in its last lane: at the connection's rate, and never before an ask.  One
comes in the person's working hours, half an hour away from any other message of ours, within the same number of
messages a day, and no more than two a day of its own; what comes later waits for the next day.  A critical change
waits for working hours alone: it is not kept back because somebody had much to read today.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet

from doorstep.cases.channels import MAIL, PAGE, Target, target_of
from doorstep.cases.clock import real_now
from doorstep.cases.gathered import LATELY
from doorstep.cases.models import Delivery
from doorstep.cases.rows import LAST
from doorstep.chase.moves import polite
from doorstep.chase.policy import DEFAULT
from doorstep.chase.working import Calendar, NoWorkingTime
from doorstep.identifiers import uuid7
from doorstep.people.calendars import calendars_of
from doorstep.people.models import Person
from doorstep.people.prepared import Prepared
from doorstep.people.reference import PersonRef, ref
from doorstep.stewardship.models import Note, NoteKind

PURPOSE = "digest"
RANK = LAST

QUEUED_AT_MOST = 500
"""Digests in the outbox: the others are made when these have left, so that what comes meanwhile goes with them."""

A_DAY = 2
PART = 500

# Index: note_waits and note_once.
_TAKE = """
UPDATE stewardship_note n SET delivery = d.id FROM unnest(%(people)s::uuid[], %(digests)s::uuid[]) AS d(person, id)
WHERE n.person_id = d.person AND n.sent_at IS NULL AND n.delivery IS NULL AND n.not_before <= %(at)s
"""
_LATER = """
UPDATE stewardship_note n SET not_before = d.later FROM unnest(%(people)s::uuid[], %(later)s::timestamptz[]) AS d(person, later)
WHERE n.person_id = d.person AND n.sent_at IS NULL AND n.delivery IS NULL AND n.not_before <= %(at)s
"""


@dataclass
class _Waiting:
    """What is known of those for whom notes wait."""

    people: Mapping[UUID, PersonRef]
    calendars: Mapping[UUID, Calendar]
    queued: Mapping[UUID, UUID]  # a digest of theirs that has not left yet
    sent: Mapping[UUID, list[datetime]] = field(default_factory=dict)
    digests: Mapping[UUID, list[datetime]] = field(default_factory=dict)
    monday: frozenset[UUID] = frozenset()
    urgent: frozenset[UUID] = frozenset()


def gather_digests(at: datetime) -> int:
    """Make digests of the notes that may leave now; return for how many people something was settled."""
    return _gather(at) if _WAITS(at=at) else 0


def _waits(at: datetime) -> QuerySet[Note, Any]:
    """Select whether any note may leave.  Index: note_waits."""
    rows = Note.objects.filter(sent_at=None, delivery=None, not_before__lte=at)
    return rows.order_by("not_before").values_list("id")[:1]


_WAITS = Prepared(_waits)


@transaction.atomic
def _gather(at: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('doorstep.stewardship.digest'))")
        if not cursor.fetchone()[0]:
            return 0
    room = QUEUED_AT_MOST - Delivery.objects.filter(state="queued", rank=RANK).count()
    waits = Note.objects.filter(sent_at=None, delivery=None, not_before__lte=at)
    people = list(dict.fromkeys(waits.order_by("not_before").values_list("person", flat=True)[: 4 * PART]))[:PART]
    if not people or room <= 0:
        return 0
    _settle(people, _known(people, at), room=room, at=at)
    return len(people)


def _settle(people: Sequence[UUID], known: _Waiting, *, room: int, at: datetime) -> None:
    """Let each person's notes go with a digest, wait, or stand on Home alone."""
    digests: dict[UUID, UUID] = {}
    later: dict[UUID, datetime] = {}
    made: list[Delivery] = []
    home: list[UUID] = []
    for person in people:
        target = _target(known.people.get(person))
        if target is None or target.channel == PAGE:
            home.append(person)
        elif person in known.queued:
            digests[person] = known.queued[person]
        elif (when := _when(person, known, at)) is None:
            home.append(person)
        elif when > at:
            later[person] = when
        elif len(made) < room:
            made.append(_delivery(target, at))
            digests[person] = made[-1].id
    Delivery.objects.bulk_create(made)
    _write(_TAKE, at, people=digests, digests=digests.values())
    _write(_LATER, at, people=later, later=later.values())
    Note.objects.filter(person__in=home, sent_at=None, delivery=None, not_before__lte=at).update(sent_at=at)


def _write(statement: str, at: datetime, **columns: Collection[object]) -> None:
    if columns["people"]:
        with connection.cursor() as cursor:
            cursor.execute(statement, {"at": at, **{name: list(values) for name, values in columns.items()}})


def _target(person: PersonRef | None) -> Target | None:
    """Return where somebody gets digests: by mail, unless they chose their page; nowhere once they left."""
    if person is None:
        return None
    return target_of(person, PAGE if person.channel == PAGE else MAIL)


def _when(person: UUID, known: _Waiting, at: datetime) -> datetime | None:
    """Return when a person's digest may leave; None when they never work again."""
    hours = known.calendars[person]
    if person in known.monday and hours.works_on(at.astimezone(hours.zone).date()):
        return at  # it is to be there when the day begins
    today = at.astimezone(hours.zone).date()
    urgent = person in known.urgent
    if not urgent and sum(one.astimezone(hours.zone).date() == today for one in known.digests.get(person, ())) >= A_DAY:
        at = hours.instant(today + timedelta(days=1), time(0))
    try:
        return polite(at, hours=hours, sent=() if urgent else known.sent.get(person, ()), policy=DEFAULT)
    except NoWorkingTime:
        return None


def _delivery(target: Target, at: datetime) -> Delivery:
    one = uuid7()
    return Delivery(
        id=one,
        case_id=one,  # a letter of its own
        about=PURPOSE,
        addressee=target.addressee,
        person=target.person,
        channel=target.channel,
        connection=target.connection,
        purpose=PURPOSE,
        lane="notes",
        rank=RANK,
        not_before=real_now(),
        queued_at=at,
    )


def _known(people: Sequence[UUID], at: datetime) -> _Waiting:
    """Gather what decides when people hear.  Seven queries, however many they are."""
    here = Person.objects.here(at.date()).filter(id__in=people, outside=False)
    queued = Delivery.objects.filter(person__in=people, state="queued", rank=RANK, lease_until=None)
    sent: dict[UUID, list[datetime]] = defaultdict(list)
    digests: dict[UUID, list[datetime]] = defaultdict(list)
    handed = Delivery.objects.filter(person__in=people, state="handed over", handed_at__gte=at - LATELY)
    for person, when, purpose in handed.exclude(channel=PAGE).values_list("person", "handed_at", "purpose"):
        assert person is not None, "they are selected by person"
        assert when is not None, "they are selected by time"
        sent[person].append(when)
        if purpose == PURPOSE:
            digests[person].append(when)
    waits = Note.objects.filter(person__in=people, sent_at=None, delivery=None, not_before__lte=at)
    monday, urgent = waits.filter(kind=NoteKind.MONDAY), waits.filter(urgent=True)
    return _Waiting(
        people={row.id: ref(row) for row in here},
        calendars=calendars_of(people, at=at),
        queued={person: one for one, person in queued.values_list("id", "person") if person},
        sent=sent,
        digests=digests,
        monday=frozenset(monday.values_list("person", flat=True)),
        urgent=frozenset(urgent.values_list("person", flat=True)),
    )
