"""What the chase must know of some cases, gathered in a fixed number of queries however many they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from doorstep.cases import saved, seals
from doorstep.cases.added import step_of
from doorstep.cases.models import Ask, Case, Delivery, JournalKey
from doorstep.cases.models.journal import NOBODY
from doorstep.cases.pages import Indexed, indexed
from doorstep.cases.statements import named, run
from doorstep.cases.usual import Usual, usual_of
from doorstep.chase.working import Calendar
from doorstep.connections.models import Connection
from doorstep.connections.models import State as ConnectionState
from doorstep.kernel.state import State
from doorstep.people.absences import Away, absences_on
from doorstep.people.calendars import calendars_of_known, organisation_calendar
from doorstep.people.models import Assistant, Person
from doorstep.people.prepared import Prepared
from doorstep.reading.page import Step

LATELY = timedelta(days=2)
"""How far back our messages to a person count for manners and the attention budget."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A case with its state open and its page at hand; ``state`` is None when its key was deleted."""

    row: Case
    page: Indexed
    salt: bytes | None
    state: State | None
    cards: saved.Cards

    def step(self, key: str) -> Step | None:
        """Return a step of the page, or one added to the case, by its key."""
        if key in self.cards:
            return step_of(self.cards[key])
        return self.page.steps.get(key)


@dataclass(frozen=True, slots=True)
class Sent:
    """The first message that put an ask before somebody, as far as it was not taken back."""

    channel: str
    state: str
    seen_at: datetime | None


@dataclass
class Gathered:
    """Everything the chase reads, by id."""

    at: datetime
    cases: Mapping[UUID, Opened]
    asks: dict[UUID, list[Ask]] = field(default_factory=dict)
    first: dict[UUID, Sent] = field(default_factory=dict)
    persons: dict[UUID, Person] = field(default_factory=dict)
    calendars: dict[UUID, Calendar] = field(default_factory=dict)
    stand_ins: dict[UUID, str] = field(default_factory=dict)
    stand_in_ids: dict[UUID, UUID] = field(default_factory=dict)
    sent: dict[UUID, tuple[datetime, ...]] = field(default_factory=dict)
    owners: dict[UUID, str] = field(default_factory=dict)
    own: Calendar = field(default_factory=organisation_calendar)
    down: Mapping[str, datetime] = field(default_factory=dict)
    queued: set[tuple[UUID, str]] = field(default_factory=set)  # cases that wait for a connection that is down
    usual: Usual = field(default_factory=dict)

    def name(self, person: UUID | None) -> str:
        """Return a person's name."""
        known = self.persons.get(person) if person else None
        return known.name if known else ""


def gather(rows: Sequence[Case], *, at: datetime) -> Gathered:
    """Gather what the chase must know of some cases.  At most thirteen queries."""
    found = Gathered(at, _opened(rows))
    ids = [row.id for row in rows if row.status in ("open", "suspended")]
    asks = list(Ask.objects.filter(case_id__in=ids, state="open").order_by("asked_at", "id"))
    found.asks = _by_case(asks)
    found.first = _first(asks)
    people = {ask.person for ask in asks if ask.person} | {row.starter for row in rows}
    found.persons = _persons(people)
    found.calendars = calendars_of_known(people, found.persons, at=at)
    _stand_ins(found, [ask.person for ask in asks if ask.person], asks)
    found.sent = _sent(people, at)
    found.down = _down()
    found.queued = _queued(asks, found.down) if found.down else set()
    found.usual = usual_of({row.process_id for row in rows}, calendar=found.own)
    return found


def _opened(rows: Sequence[Case]) -> dict[UUID, Opened]:
    by_case = {case_id: bytes(salt) for case_id, salt in _SALTS(cases=[row.id for row in rows])}
    return {row.id: open_case(row, by_case.get(row.id)) for row in rows}


def _salts(cases: list[UUID]) -> QuerySet[JournalKey, Any]:
    return JournalKey.objects.filter(case_id__among=cases, person=NOBODY).values_list("case_id", "salt")


_SALTS = Prepared(_salts)


def open_case(row: Case, salt: bytes | None) -> Opened:
    """Return a case with its state open, as far as its key is still there."""
    page = indexed(row.version_id)
    if salt is None:
        return Opened(row, page, None, None, {})
    content = seals.unseal(salt, bytes(row.state))
    return Opened(row, page, salt, saved.read_state(content, row.version_id), saved.cards_of(content))


def _by_case(asks: Iterable[Ask]) -> dict[UUID, list[Ask]]:
    found: dict[UUID, list[Ask]] = defaultdict(list)
    for ask in asks:
        found[ask.case_id].append(ask)
    return found


def _first(asks: Sequence[Ask]) -> dict[UUID, Sent]:
    """Return by which message each of some asks was put first."""
    if not asks:
        return {}
    given = {"cases": [ask.case_id for ask in asks], "asks": [ask.id for ask in asks]}
    return {ask: Sent(*message) for ask, *message in run(named("first_deliveries"), given)}


def _queued(asks: Sequence[Ask], down: Collection[str]) -> set[tuple[UUID, str]]:
    """Return which cases have messages about open asks waiting for which of some connections.  Index: delivery_once."""
    about = {"case_id__in": {ask.case_id for ask in asks}, "about__in": [str(ask.id) for ask in asks]}
    rows = Delivery.objects.filter(**about, state="queued", connection__in=list(down))
    return set(rows.values_list("case_id", "connection").distinct())


def _persons(ids: Collection[UUID]) -> dict[UUID, Person]:
    return {row.id: row for row in Person.objects.filter(id__in=ids).select_related("manager", "calendar")}


def _stand_ins(found: Gathered, people: list[UUID], asks: Sequence[Ask]) -> None:
    """Find who else can answer: who stands in for somebody away, else an assistant with that right."""
    verbs = {ask.person: ask.verb for ask in asks if ask.person}
    rights = Assistant.objects.filter(person__in=people).select_related("assistant").order_by("assistant__name")
    for right in rights:
        if not right.kinds or verbs.get(right.person_id) in right.kinds:
            found.stand_ins.setdefault(right.person_id, right.assistant.name)
            found.stand_in_ids.setdefault(right.person_id, right.assistant_id)
    away: Away
    for away in absences_on(found.at, of=people) if people else ():
        if away.stand_in:
            found.stand_ins[away.person.id] = away.stand_in.name
            found.stand_in_ids[away.person.id] = away.stand_in.id


def _sent(people: Collection[UUID], at: datetime) -> dict[UUID, tuple[datetime, ...]]:
    """Return when people were sent something lately.  Index: delivery_of_person."""
    found: dict[UUID, list[datetime]] = defaultdict(list)
    for person, handed in _SENT(people=list(people), since=at - LATELY):
        found[person].append(handed)
    return {person: tuple(times) for person, times in found.items()}


def _sent_since(people: list[UUID], since: datetime) -> QuerySet[Delivery, Any]:
    rows = Delivery.objects.filter(person__among=people, state="handed over", handed_at__gte=since)
    return rows.exclude(channel="page").values_list("person", "handed_at")


_SENT = Prepared(_sent_since)


def _down() -> dict[str, datetime]:
    """Return the connections that are paused, with since when."""
    return dict(_DOWN())


_DOWN = Prepared(
    lambda: Connection.objects.filter(state=ConnectionState.PAUSED, paused_at__isnull=False).values_list(
        "name", "paused_at"
    )
)
