"""Home by mail on Mondays, as a letter tells it: what waits for somebody, what they wait for, what changed for them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from doorstep.cases.queries import i_wait_for, waits_for_me
from doorstep.chase.say import say_time
from doorstep.people.reference import PersonRef
from doorstep.plugin_api import News
from doorstep.stewardship.changed_for_me import changed_for_me
from doorstep.stewardship.waiting import waiting_for

MOST = 10
"""Lines of one list in a letter; how many more there are is said."""


def monday_news(person: PersonRef, *, at: datetime) -> Iterator[News]:
    """Yield what Home shows somebody; nothing when there is nothing to say."""
    zone = ZoneInfo(person.zone)
    asks = waits_for_me(person.id, at=at, limit=50)
    waits = [_line(one.name, one.title, one.due_at, at=at, zone=zone) for one in asks]
    waits += [_line(one.name, one.title, one.due_at, at=at, zone=zone) for one in waiting_for(person.id, at=at)]
    yield from _listed("Waits for you", waits)
    runs = i_wait_for(person.id, at=at, limit=50)
    yield from _listed("You wait for", [f"{one.case.title}: {one.status.words.headline}" for one in runs])
    changes = [one for one in changed_for_me(person.id, at) if not one.seen and not one.waits]
    yield from _listed("Changed for you", [f"{one.process}: {one.sentence}" for one in changes])


def _listed(heading: str, lines: Sequence[str]) -> Iterator[News]:
    for line in lines[:MOST]:
        yield News(line, heading)
    if len(lines) > MOST:
        yield News(f"… and {len(lines) - MOST} more on Home.", heading, _home())


def _line(name: str, title: str, due: datetime | None, *, at: datetime, zone: ZoneInfo) -> str:
    by = "" if due is None else f", by {say_time(due, now=at, zone=zone)}" if due > at else ", late"
    return f"{name} — {title}{by}"


def _home() -> str:
    return settings.DOORSTEP.text("base_url") if settings.DOORSTEP.flag("reachable") else ""
