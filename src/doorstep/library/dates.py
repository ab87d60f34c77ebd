"""When a version takes effect, and when a page is reviewed: dates in the zone of the process's calendar."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from doorstep.library.errors import NotUsable
from doorstep.people.calendars import zone_named
from doorstep.reading.page import Page

REVIEW = "12 months"
"""How often a page is reviewed that does not say."""

_LENGTH = re.compile(r"(\d{1,4}) (?:working )?(day|week|month|year)s?")
_DAYS = {"day": 1, "week": 7}
_MONTHS = {"month": 1, "year": 12}


def zone_of(page: Page) -> ZoneInfo:
    """Return the zone of a page's dates: its Calendar's, else the organisation's."""
    return zone_named(page.card.calendar)


def effective_moment(wanted: datetime | date | None, page: Page, *, at: datetime) -> datetime:
    """Return when a version takes effect: a date is midnight in the page's zone, today and nothing are now.

    Raises NotUsable for what has passed.
    """
    zone = zone_of(page)
    if wanted is None:
        return at
    moment = wanted if isinstance(wanted, datetime) else midnight(wanted, zone)
    if moment >= at:
        return moment
    today = at.astimezone(zone).date()
    if not isinstance(wanted, datetime) and wanted == today:
        return at
    raise NotUsable(
        f"Expected a date that is still to come, but {moment.astimezone(zone):%-d %B %Y} has passed: "
        f"in {zone.key} it is {today:%-d %B %Y}. Choose a later date, or leave it out to publish at once."
    )


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return the moment a day begins in a zone, in UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def review_day(start: date, every: str | None) -> date:
    """Return by when a page is reviewed that was last found right on a day; twelve months unless it says otherwise."""
    found = _LENGTH.fullmatch((every or REVIEW).removeprefix("every ").strip()) or _LENGTH.fullmatch(REVIEW)
    assert found is not None, "the default is a length"
    count, unit = int(found[1]), found[2]
    if unit in _DAYS:
        return start + timedelta(days=count * _DAYS[unit])
    return _months_later(start, min(count * _MONTHS[unit], 1200))


def _months_later(start: date, months: int) -> date:
    year, month = divmod(start.month - 1 + months, 12)
    year, month = start.year + year, month + 1
    return date(year, month, min(start.day, monthrange(year, month)[1]))
