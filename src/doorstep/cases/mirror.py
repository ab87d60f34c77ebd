"""Mirror: the status line in the systems of record, on every record a case is linked to, in one place, edited.

What it says is made when it is sent, so at most one row waits for each record and what happens within a
few seconds is said once.  Everybody who sees the record reads it: what somebody asked or promised, and why
something is stuck, stays on the case's own page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from doorstep.cases import seals
from doorstep.cases.channels import Way, ways
from doorstep.cases.gathered import gather
from doorstep.cases.models import Case, Delivery
from doorstep.cases.records import Record, record_at
from doorstep.cases.rows import delivery_row, timer_row
from doorstep.cases.runs import run_of
from doorstep.chase.plan import plan
from doorstep.chase.run import Run
from doorstep.chase.say import DAYS, MONTHS, short_name, upper_first
from doorstep.chase.words import words
from doorstep.kernel.events import Event, RecordObserved
from doorstep.reading.page import Page

if TYPE_CHECKING:
    from doorstep.cases.advance import Handoff

SETTLES = timedelta(seconds=3)
"""How long a row waits in real time for more to happen: an ask is handed over a moment after it was asked."""

_ENDED = {"done": "Done,", "failed": "Failed,", "cancelled": "Called off,", "suspended": "Resting since"}


@dataclass(frozen=True, slots=True)
class Said:
    """What a record shows of a case: will it make it, and what it waits for."""

    headline: str
    lines: tuple[str, ...] = ()


def follow(handoff: Handoff, event: Event, *, ordered: bool) -> None:
    """Let the records follow what happened: at once when the case came to an end or rests, else by the chase.

    A look that set nothing in motion is no news: our own words on a record move its stamp, and are seen by
    the next look.
    """
    if isinstance(event, RecordObserved) and not ordered:
        return
    case = handoff.case
    if case.status == "open":
        soon(handoff)
    else:
        since = case.closed_at or case.suspended_at or handoff.at
        mirror(handoff, ended(case.status, since, zone=handoff.zone))


def soon(handoff: Handoff) -> None:
    """Let the chase look soon at a case that records show."""
    timers = handoff.writes.rows("timer")
    if any(_shown_in(handoff.case.page.page)) and not any(row["purpose"] == "chase" for row in timers):
        handoff.writes.add("timer", timer_row(case_id=handoff.case.id, purpose="chase", due_at=handoff.at))


def mirror(handoff: Handoff, said: Said) -> None:
    """Queue what is said for every linked record of a connected system that does not show it yet."""
    case = handoff.case
    for record, way in _places(case.page.page, handoff.state.facts):
        about = f"status#{record.key}"
        rows = Delivery.objects.filter(case_id=case.id, about=about, channel=way.channel, purpose="status")
        queued = any(row["about"] == about for row in handoff.writes.rows("delivery"))
        if queued or _waits(rows) or _stands(rows, said, case.salt):
            continue
        brief = {"record": record.key, "said": [said.headline, *said.lines]}
        row = delivery_row(
            purpose="status",
            n=rows.count() + 1,
            queued_at=handoff.at,
            real=handoff.real + SETTLES,
            case_id=case.id,
            ask_id=None,
            about=about,
            position=case.seq,
            addressee="",
            person=None,
            channel=way.channel,
            connection=way.connection,
            brief=seals.seal_json(case.salt, brief),
        )
        handoff.writes.add("delivery", row)


def _shown_in(page: Page) -> Iterator[Way]:
    """Yield where a page's records are."""
    kinds = [fact.kind for fact in page.facts]
    found = (ways().get(kind.system.lower()) for kind in kinds if kind.name == "record" and kind.system)
    yield from (way for way in found if way)


def _places(page: Page, facts: Mapping[str, object]) -> Iterator[tuple[Record, Way]]:
    """Yield the records a case is linked to, each once, and by which connection they show something."""
    seen: set[tuple[str, str]] = set()
    for fact in page.facts:
        record = record_at(page, facts, fact.name)
        way = ways().get(record.system.lower()) if record else None
        if record and way and (way.connection, record.key) not in seen:
            seen.add((way.connection, record.key))
            yield record, way


def _waits(rows: QuerySet[Delivery]) -> bool:
    """Say whether a row is queued that nobody has begun to send: it will say what is so then.

    Locked, so that nobody begins with it before what happened is committed.
    """
    return rows.filter(state="queued", lease_until=None).select_for_update().first() is not None


def _stands(rows: QuerySet[Delivery], said: Said, salt: bytes) -> bool:
    """Say whether the last one said the same; what was refused for good is not tried again with the same words."""
    last = rows.filter(state__in=("queued", "handed over", "failed")).order_by("-n").first()
    if last is None or last.state == "queued":
        return False
    if last.state == "failed":
        return bool(seals.unseal_json(salt, bytes(last.brief)).get("said") == [said.headline, *said.lines])
    letter = seals.unseal_json(salt, bytes(last.sealed))
    return bool((letter["headline"], letter["paragraphs"]) == (said.headline, [*said.lines]))


# -- What is said -------------------------------------------------------------------------------------


def said_of(case: Case, *, at: datetime) -> Said:
    """Return what a case says of itself on its records."""
    if case.status != "open":
        return ended(case.status, case.closed_at or case.suspended_at or at, zone=ZoneInfo(case.zone))
    return said(run_of(gather([case], at=at), case.id), now=at, zone=ZoneInfo(case.zone))


def said(run: Run, *, now: datetime, zone: ZoneInfo) -> Said:
    """Say what the status line says, without what is nobody else's business."""
    if asked := next((one for one in run.waiting if one.question), None):
        who = short_name(asked.addressee) if asked.person else upper_first(asked.addressee)
        return Said(f"Waiting for {short_name(run.starter)}: {who} asked a question.")
    if run.stuck:
        return Said(f"Stuck at “{run.stuck[0].name}”: it needs a decision.")
    plain = replace(run, waiting=tuple(replace(one, promise="") for one in run.waiting))
    told = words(plain, plan(plain, now=now), now=now, zone=zone)
    return Said(told.headline, tuple(line.text for line in told.lines))


def ended(status: str, at: datetime, *, zone: ZoneInfo) -> Said:
    """Say “Done, Friday 6 March 2026, 17:05.”: with the whole date, for it is read for years."""
    local = at.astimezone(zone)
    day = f"{DAYS[local.weekday()]} {local.day} {MONTHS[local.month - 1]} {local.year}, {local:%H:%M}"
    return Said(f"{_ENDED[status]} {day}.")
