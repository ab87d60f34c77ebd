"""Start a case of a version."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from doorstep.cases.advance import Handoff, taken
from doorstep.cases.clock import business_now, real_now
from doorstep.cases.directory import person, remembered
from doorstep.cases.entries import START
from doorstep.cases.fresh import with_records
from doorstep.cases.loaded import Loaded
from doorstep.cases.naming import title_of
from doorstep.cases.pages import Indexed, indexed
from doorstep.cases.refusals import NotAllowed, NotFound, NotPossible
from doorstep.cases.rights import has_left
from doorstep.cases.statements import named, run
from doorstep.chase.spec import SpecNotUnderstood, when
from doorstep.identifiers import uuid7
from doorstep.kernel.events import CaseStarted
from doorstep.kernel.state import State
from doorstep.library import starting
from doorstep.library.models import Level, Process, Version, VersionState
from doorstep.library.seen import may_meet
from doorstep.reading.facts import NotOfKind


@dataclass(frozen=True, slots=True)
class Started:
    """The new case; ``repeated`` when the same key had started it before."""

    case_id: UUID
    number: int
    repeated: bool = False


def start_case(
    *,
    version_id: UUID,
    facts: Mapping[str, object],
    by: UUID,
    needed_by: datetime | None = None,
    zone: str = "",
    at: datetime | None = None,
    key: str = "",
    by_itself: bool = False,
) -> Started:
    """Start a case of a version with the facts that whoever starts gives, plain or typed.

    ``needed_by`` is the page's unless given.  ``key`` makes it happen once: the same starter's same key
    again returns the case it started.  ``by_itself``: what they did elsewhere starts it, so that nobody asks for
    their right to start this page.  Raises NotAllowed, and NotPossible for facts that do not fit.
    """
    at = at or business_now()
    page = indexed(version_id)
    _require(version_id, by=by, at=at, by_itself=by_itself)
    given = with_records(page, _facts(page, facts))
    with transaction.atomic():
        number, before = _numbered(by, key)
        if before:
            return before
        case = _new(page, version_id, by=by, number=number, at=at, zone=zone)
        handoff = Handoff(case, at=at, real=real_now())
        handoff.salt_of(None)
        taken(handoff, CaseStarted(at=at, by=str(by), facts=given))
        case.needed_by = needed_by or _needed_by(handoff)
        handoff.write(part="case_row")
        _remember(by, key, Started(case.id, number))
    return Started(case.id, number)


def _require(version_id: UUID, *, by: UUID, at: datetime, by_itself: bool) -> None:
    """Refuse to start for somebody who is not here or whom the page leaves out, or of a version not in force."""
    known = person(by)
    if known is None or known.outside or has_left(by, at=at):
        raise NotAllowed("Expected somebody on record to start this. Ask an administrator to invite you.")
    columns = ("state", "published_by", "process", "level")
    state, author, process, level = Version.objects.values_list(*columns).get(id=version_id)
    if state == VersionState.DRAFT and author != by:
        raise NotAllowed("This page is not published, so only whoever wrote it may start it. Ask them to publish it.")
    if state in (VersionState.OBSOLETE, VersionState.SUPERSEDED):
        raise NotPossible("This version of the page is no longer in force. Start from the present one.")
    if level not in (Level.RUN, Level.FOLLOWED):
        raise NotPossible("This page is to be read: nothing in it can be started. Open it in the library.")
    if state != VersionState.DRAFT and not by_itself:
        _require_right(version_id, process, by=by)


def _require_right(version: UUID, process: UUID, *, by: UUID) -> None:
    """Refuse to start for somebody who does not meet the page, or whom its Starts leaves out."""
    if remembered(("may start", version, by), lambda: starting.may_start(process=process, version=version, person=by)):
        return
    if not may_meet(process, by):
        raise NotFound("There is no such page for you. Ask whoever sent you here to grant you the right to see it.")
    key = Process.objects.values_list("key", flat=True).get(id=process)
    only = starting.only(key, version)
    raise NotAllowed(f"{only} Ask one of them to do it." if starting.by_hand(key) else only)


def _facts(page: Indexed, facts: Mapping[str, object]) -> dict[str, object]:
    """Read the facts by their kinds; those left empty stay unknown, the required ones must be there."""
    try:
        given = page.kinds.read({name: value for name, value in facts.items() if value not in (None, "")})
    except NotOfKind as error:
        raise NotPossible(str(error)) from error
    missing = sorted(page.program.required - given.keys() - {derived.name for derived in page.program.derived})
    if missing:
        raise NotPossible(f"Expected {', '.join(missing)} to start this. Fill it in and start again.")
    return given


def _numbered(by: UUID, key: str) -> tuple[int, Started | None]:
    """Take the next number, locking its counter, so that numbers have no gaps; or find what the key started."""
    number = int(run(named("next_number"))[0][0])
    if key:
        found = run(named("started_by"), {"person": by, "key": key})
        if found:
            case_id, known = json.loads(found[0][0])
            run(named("give_number_back"))
            return number, Started(UUID(case_id), known, repeated=True)
    return number, None


def _remember(by: UUID, key: str, started: Started) -> None:
    if key:
        result = json.dumps([str(started.case_id), started.number])
        run(named("remember_start"), {"person": by, "key": key, "result": result})


def _new(page: Indexed, version_id: UUID, *, by: UUID, number: int, at: datetime, zone: str) -> Loaded:
    known = person(by)
    return Loaded(
        id=uuid7(),
        number=number,
        process_id=page.process_id,
        version_id=version_id,
        title=title_of(page.page, {}),
        starter=by,
        status="open",
        needed_by=None,
        zone=zone or (known.zone if known else settings.DOORSTEP.text("zone")),
        started_at=at,
        closed_at=None,
        suspended_at=None,
        head=START,
        seq=0,
        state=State(),
        cards={},
        salts={},
    )


def _needed_by(handoff: Handoff) -> datetime | None:
    """Return when the page says it is needed."""
    text = handoff.case.page.page.card.needed_by
    if not text:
        return None
    zone = ZoneInfo(handoff.case.zone)
    calendar = handoff.calendar(None)
    try:
        return when(text, start=handoff.at, facts=handoff.state.facts, calendar=calendar, zone=zone, ends=True)
    except SpecNotUnderstood as error:
        raise NotPossible(str(error)) from error
