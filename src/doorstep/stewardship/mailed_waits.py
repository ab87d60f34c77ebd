"""Lines that wait for their sender's go: on Home, reminded of once, and lapsed when nobody says anything.

What is needed by a time lapses then, for nobody would keep it; everything else after a week.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from doorstep.chase.spec import when
from doorstep.chase.working import NoWorkingTime
from doorstep.people.calendars import calendar_of
from doorstep.people.models import Person
from doorstep.reading.page import Page
from doorstep.stewardship.mailed_back import write_back
from doorstep.stewardship.models import MailedLines, MailedState
from doorstep.stewardship.waits import Waiting

LAPSES = timedelta(days=7)
SOON = timedelta(minutes=30)
"""Nobody is reminded sooner after a letter of ours."""

OPEN = (MailedState.SHOWN, MailedState.UNCLEAR)
PART = 100


def wait_anew(made: MailedLines, page: Page, at: datetime) -> None:
    """Set until when lines wait for their sender, and when they are reminded; ``at`` is in the sender's zone."""
    assert made.person_id is not None, "only somebody on record is waited for"
    calendar = calendar_of(made.person_id, at=at)
    wanted = page.card.needed_by if made.state == MailedState.SHOWN else None
    made.changed_at, made.reminded = at, False
    try:
        needed = when(wanted, start=at, calendar=calendar, zone=at.tzinfo, ends=True) if wanted else None
        remind = at + (needed - at) / 2 if needed else calendar.add_days(at, 1)
    except NoWorkingTime:  # whoever never works again is reminded of nothing
        needed = remind = None
    made.lapses_at = min(at + LAPSES, needed) if needed else at + LAPSES
    soon = made.state == MailedState.SHOWN and remind is not None and at + SOON <= remind < made.lapses_at
    made.next_at = remind if soon else made.lapses_at


def lines_waiting(person: UUID, _at: datetime) -> list[Waiting]:
    """Return the lines that wait for somebody to say go, or to say more clearly what they mean.  One query."""
    rows = MailedLines.objects.filter(person=person, state__in=OPEN)
    return [_waiting(one) for one in rows.order_by("at", "id")]


def _waiting(made: MailedLines) -> Waiting:
    subject = made.subject or "your lines"
    shown = made.state == MailedState.SHOWN
    return Waiting(
        kind="lines",
        path=f"/lines/?mailed={made.id}",
        name=f"Start “{subject}”?" if shown else f"Say what “{subject}” means",
        title="You mailed it. Nobody has been asked yet.",
        since=made.changed_at or made.at,
        due_at=made.lapses_at,
    )


# -- As time passes --------------------------------------------------------------------------------------


@transaction.atomic
def attend_mailed(at: datetime) -> int:
    """Remind of lines nobody said go to, once, and let lapse what waited too long.  Index: mailed_lines_due."""
    due = MailedLines.objects.filter(next_at__lte=at).order_by("next_at").select_for_update(skip_locked=True)
    rows = list(due[:PART])
    here = set(
        Person.objects.here(at.date()).filter(id__in=[row.person_id for row in rows]).values_list("id", flat=True)
    )
    for row in rows:
        _attend(row, at, here=row.person_id in here)
    return len(rows)


def _attend(made: MailedLines, at: datetime, *, here: bool) -> None:
    shown = made.state == MailedState.SHOWN
    lapsed = made.lapses_at is None or made.lapses_at <= at
    made.changed_at = at
    if lapsed:
        made.state, made.next_at = MailedState.LAPSED, None
    else:
        made.reminded, made.next_at = True, made.lapses_at
    made.save(update_fields=["state", "changed_at", "reminded", "next_at"])
    if here and shown:  # of what was not clear they have heard that nothing was started
        write_back(made, lane="reminders")


def zone_of(person: UUID | None) -> ZoneInfo:
    """Return the zone in which somebody is told a time."""
    row = Person.objects.filter(id=person).only("zone").first() if person else None
    return ZoneInfo(row.zone or "UTC") if row else ZoneInfo("UTC")
