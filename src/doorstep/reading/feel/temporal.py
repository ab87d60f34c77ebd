"""Dates, times, date-times and durations from their written form (ISO 8601, as FEEL wants it)."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from doorstep.kernel.values import Months, duration_from_iso

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TIME = re.compile(r"(\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?(Z|[+-]\d{2}:\d{2}(?::\d{2})?|@[\w/+-]+)?", re.ASCII)


def temporal(text: str) -> date | time | datetime | timedelta | Months | None:
    """Read whichever of the four it is, or None."""
    if text.lstrip("-").startswith("P"):
        return duration_from_iso(text)
    return date_and_time(text) if "T" in text else date_of(text) or time_of(text)


def date_of(text: str) -> date | None:
    """Read ``2026-03-12``."""
    try:
        return date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        return None


def time_of(text: str) -> time | None:
    """Read ``16:00:00``, with an offset, a Z or a zone (``@Europe/Berlin``) if one is written."""
    found = _TIME.fullmatch(text)
    if found is None:
        return None
    try:
        zone = _zone(found[5]) if found[5] else None
        micros = int((found[4] or "").ljust(6, "0")[:6])
        return time(int(found[1]), int(found[2]), int(found[3]), micros, tzinfo=zone)
    except (ValueError, KeyError, OSError):  # no such hour, offset or zone
        return None


def date_and_time(text: str) -> datetime | None:
    """Read ``2026-03-12T16:00:00-05:00``; a date alone is its midnight."""
    day, joint, clock = text.partition("T")
    on, at = date_of(day), time_of(clock) if joint else time()
    return datetime.combine(on, at) if on and at is not None else None


def _zone(text: str) -> tzinfo:
    if text == "Z":
        return UTC
    if text.startswith("@"):
        return ZoneInfo(text[1:])
    hours, minutes, *seconds = (int(part) for part in text[1:].split(":"))
    if hours > 14 or minutes > 59:
        raise ValueError(text)
    offset = timedelta(hours=hours, minutes=minutes, seconds=seconds[0] if seconds else 0)
    return timezone(-offset if text[0] == "-" else offset)
