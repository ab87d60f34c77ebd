"""Advance: an event happens to a case, and everything that follows is written in one statement.

The only module beside `rehearsal` that calls ``kernel.step``.  A case's row is locked first; the kernel
decides; what it orders becomes rows; one data-modifying statement writes them all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from importlib.metadata import version
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg
from django.db import IntegrityError, transaction

from doorstep.cases import breaking, event_json, mirror, orders, saved, seals, wake
from doorstep.cases.clock import real_now
from doorstep.cases.directory import remembered
from doorstep.cases.entries import Entry, private_part
from doorstep.cases.loaded import Loaded, keep_state, load_case
from doorstep.cases.models.journal import NOBODY
from doorstep.cases.naming import title_of
from doorstep.cases.refusals import AlreadySettled, NotPossible
from doorstep.cases.result import Result
from doorstep.cases.writes import Writes
from doorstep.chase.working import Calendar
from doorstep.kernel.commands import Command
from doorstep.kernel.errors import EventNotExpected
from doorstep.kernel.events import CaseMigrated, CaseResumed, CaseStarted, Event, RecordObserved
from doorstep.kernel.state import State
from doorstep.kernel.step import step
from doorstep.people.calendars import calendar_named, calendar_of, organisation_calendar

KERNEL = version("doorstep")
"""Which kernel wrote an entry."""

CLOSED = frozenset({"done", "failed", "cancelled"})
_MOVES = ("id", "version_id", "title", "status", "needed_by", "closed_at", "suspended_at", "head", "seq")
_STAYS = ("number", "process_id", "starter", "zone", "started_at")


class Handoff:
    """A case on its way from one stored state to the next.

    ``at`` is business time, ``real`` real time.  Use: `take` one or more events, then `write` once.
    """

    def __init__(self, case: Loaded, *, at: datetime, real: datetime) -> None:
        self.case = case
        self.at = at
        self.real = real
        self.writes = Writes()
        self.follow_ups: list[Event] = []
        self.dropped: set[object] = set()
        self.answered: UUID | None = None
        self.could_not_look = ""
        self.result: Result | None = None
        self._content: bytes | None = None

    @property
    def state(self) -> State:
        """The state after the events taken so far."""
        return self.case.state

    @property
    def zone(self) -> ZoneInfo:
        """The zone the case's dates and times are read in."""
        return ZoneInfo(self.case.zone)

    def calendar(self, person: UUID | None) -> Calendar:
        """Return whose working time counts: a person's, else the page's, else the organisation's."""
        if person is not None:
            return remembered(("calendar", person, self.at.date()), lambda: calendar_of(person, at=self.at))
        named = self.case.page.page.card.calendar or ""
        return remembered(("calendar", named, self.at.date()), lambda: _page_calendar(named, self.at))

    def take(self, event: Event, evidence: Mapping[str, object] | None = None) -> tuple[Command, ...]:
        """Let one event happen, and what follows when nobody can be found.

        ``evidence`` goes into the journal's private part beside the event: what was shown, the sentence
        agreed to.  Raises EventNotExpected; nothing has changed then.
        """
        commands = self._step(event, evidence)
        if self.result is None:
            by, kind = _person(event.by), event_json.kind_of(event)
            self.result = Result(self.case.id, self.case.seq, kind, event.at, by, getattr(event, "outcome", ""))
        for _ in range(100):
            if not self.follow_ups:
                break
            self._step(self.follow_ups.pop(0), None)
        return commands

    def _step(self, event: Event, evidence: Mapping[str, object] | None) -> tuple[Command, ...]:
        before = self.case.state
        self.case.state, commands = step(self.case.page.program, before, event)
        self.case.status = self.case.state.case
        self._content = None
        self.could_not_look = (event.failed or "") if isinstance(event, RecordObserved) else ""
        self.note(event_json.kind_of(event), event_json.encode(event) | dict(evidence or {}), event=event)
        if before.facts != self.case.state.facts or isinstance(event, CaseStarted | CaseMigrated):
            self.case.title = title_of(self.case.page.page, self.case.state.facts, self.case.title)
        if isinstance(event, CaseResumed) and self.case.suspended_at:
            rested = (event.at - self.case.suspended_at).total_seconds()
            self.writes.add("resumed", {"case_id": self.case.id, "rested": rested})
        orders.deviations(self, event)
        for command in commands:
            orders.carry(self, command)
        breaking.newly_stuck(self, before, event=event, commands=commands)
        mirror.follow(self, event, ordered=bool(commands))
        return tuple(commands)

    def note(
        self, kind: str, content: Mapping[str, object], *, event: Event | None = None, by: UUID | None = None
    ) -> None:
        """Write one entry into the journal; its content is private, under the key of whoever did it."""
        case = self.case
        person = _person(event.by) if event and event.by else by
        private = private_part(content)
        case.seq += 1
        entry = Entry(
            case_id=case.id,
            seq=case.seq,
            kind=kind,
            at=self.at,
            recorded_at=self.real,
            person=person,
            step=getattr(event, "step", ""),
            instance=event_json.instance_text(getattr(event, "instance", ())),
            round=getattr(event, "round", 0),
            digest=private.digest,
            kernel=KERNEL,
            state_hash=hashlib.sha256(self.content).digest(),
            prev=case.head,
        )
        row = entry.row()
        case.head = row["hash"]
        self.writes.add("journal", row)
        sealed = seals.seal(self.salt_of(person), private.text)
        self.writes.add(
            "journal_private", {"case_id": case.id, "seq": case.seq, "person": person or NOBODY, "sealed": sealed}
        )

    @property
    def content(self) -> bytes:
        """The present state as it is hashed and sealed."""
        if self._content is None:
            self._content = saved.write_state(self.case.state, self.case.cards)
        return self._content

    def salt_of(self, person: UUID | None) -> bytes:
        """Return what somebody's key in this case is derived from, made at their first entry."""
        whose = person or NOBODY
        if whose not in self.case.salts:
            self.case.salts[whose] = seals.new_salt()
            self.writes.add("journal_key", {"case_id": self.case.id, "person": whose, "salt": self.case.salts[whose]})
        return self.case.salts[whose]

    def write(self, *, key: str = "", part: str = "case", last: bool = False) -> None:
        """Write everything in one statement, and wake whoever carries it out after the commit.

        ``last``: nothing follows in the transaction, so that its end may travel with the statement.
        """
        self.finish(key=key, part=part)
        self.writes.write(last=last)
        wake.after_commit()

    def finish(self, *, key: str = "", part: str = "case") -> None:
        """Add the case's own row and its event key: the handoff is whole then."""
        self.writes.add(part, self._row(_MOVES if part == "case" else (*_MOVES, *_STAYS)))
        keep_state(self.case)
        if key and self.result is not None:
            self.writes.add("handled", {"case_id": self.case.id, "key": key, "result": self.result.to_json()})

    def _row(self, columns: Iterable[str]) -> dict[str, object]:
        case = self.case
        if case.status in CLOSED and case.closed_at is None:
            case.closed_at = self.at
        case.suspended_at = (case.suspended_at or self.at) if case.status == "suspended" else None
        stuck = [node for node in case.state.nodes.values() if node.status == "stuck"]
        made = {"state": seals.seal(case.salt, self.content), "stuck": len(stuck), "told": ""}
        return {name: getattr(case, name) for name in columns} | made


@lru_cache(maxsize=4096)
def _person(by: str | None) -> UUID | None:
    """Return whom an event is by."""
    return UUID(by) if by else None


def _page_calendar(named: str, at: datetime) -> Calendar:
    return (calendar_named(named, at=at) if named else None) or organisation_calendar(at=at)


def advance(
    *,
    case_id: UUID,
    event: Event | Callable[[Loaded], Event],
    key: str = "",
    evidence: Mapping[str, object] | None = None,
) -> Result:
    """Let an event happen to a case, in a transaction of its own.

    A callable is given the locked case and returns the event, or raises a refusal: rights are checked
    there.  The same key again changes nothing and returns what was recorded.  Raises NotFound, and
    NotPossible with the kernel's sentence for an event that does not fit.
    """

    def once() -> Result:
        with transaction.atomic():
            case = load_case(case_id, key=key)
            if case.handled is not None:
                return Result.from_json(case.handled)
            return happen(case, event(case) if callable(event) else event, key=key, evidence=evidence)

    return once_more(once)


def once_more(happening: Callable[[], Result]) -> Result:
    """Do it; and when it is refused, look once more with fresh eyes.

    What waits for a lock sees other tables as they were before it waited: the same key may have been
    recorded meanwhile, and is then answered with what was recorded.  Our own statements raise psycopg's errors,
    those by Django's cursors raise Django's.
    """
    try:
        return happening()
    except (psycopg.IntegrityError, IntegrityError, NotPossible, AlreadySettled):
        return happening()


def happen(
    case: Loaded,
    event: Event,
    *,
    key: str = "",
    evidence: Mapping[str, object] | None = None,
) -> Result:
    """Let an event happen to a case that is locked, inside the caller's transaction."""
    handoff = Handoff(case, at=event.at, real=real_now())
    taken(handoff, event, evidence)
    handoff.write(key=key)
    return result_of(handoff)


def taken(handoff: Handoff, event: Event, evidence: Mapping[str, object] | None = None) -> None:
    """Let an event happen; the kernel's refusal becomes ours."""
    try:
        handoff.take(event, evidence)
    except EventNotExpected as error:
        raise NotPossible(str(error)) from error


def result_of(handoff: Handoff) -> Result:
    """Return what came of the first event taken."""
    if handoff.result is None:
        raise AssertionError("a handoff is asked for its result after it took an event")
    return handoff.result
