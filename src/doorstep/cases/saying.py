"""Values as people read them in letters and titles: ``EUR 84,000.00``, ``12 March 2026``, ``yes``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from doorstep.chase.say import MONTHS, say_list
from doorstep.kernel.values import FileRef, Money, Months, duration_to_iso

_TITLES = ("title", "Name", "Summary", "name", "key")


def said(value: object, *, zone: ZoneInfo | None = None) -> str:
    """Return a fact's value as text for people; nothing for what is unknown."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case Decimal() | int():
            return f"{value:,}"
        case Money(amount, currency):
            return f"{currency} {amount:,.2f}".strip()
        case FileRef(name=name):
            return name
        case Mapping():
            return said(next((value[key] for key in _TITLES if value.get(key)), None))
        case list() | tuple():
            return say_list([said(item, zone=zone) for item in value])
        case _:
            return _said_time(value, zone)


def _said_time(value: object, zone: ZoneInfo | None) -> str:
    match value:
        case datetime():
            local = value.astimezone(zone) if zone else value
            return f"{_said_day(local)}, {local:%H:%M}"
        case date():
            return _said_day(value)
        case time():
            return f"{value:%H:%M}"
        case timedelta() | Months():
            return duration_to_iso(value)
        case _:
            return str(value)


def _said_day(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
