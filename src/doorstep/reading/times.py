"""Times as a card names them, made canonical: ``four working hours`` is ``4 working hours``.

The canonical forms are ``2 working days``, ``2 working days by 17:00``, ``30 days before {date}``,
``{date}``, ``{date}, 18:00``, ``2026-03-12``, ``18:00``, ``the same day, 18:00`` and ``the next working day, 12:00``.
"""

from __future__ import annotations

import re
from datetime import date

from doorstep.reading.phrase import Phrase, Unreadable

EXPECTED = 'a time such as "4 working hours", "2 working days by 17:00", "{date}" or "30 days before {date}"'
LENGTH_EXPECTED = 'a length of time such as "4 hours" or "1 working day"'

_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_WORDS = {"a": 1, "an": 1, **{word: count for count, word in enumerate(_NUMBERS, start=1)}}
_MOST = {"year": 99, "month": 999}  # anything longer is a slip, and no calendar reaches further

_LENGTH = (
    rf"(?P<number>\d{{1,4}}|{'|'.join(_WORDS)})\s+(?P<working>working\s+)?(?P<unit>minute|hour|day|week|month|year)s?"
)
_ANCHOR = r"(?P<anchor>\{[^{}]+\}|\d{4}-\d\d-\d\d)"
_CLOCK = r"(?:(?:\s*,\s*|\s+)(?:(?:by|at)\s+)?(?P<hour>\d{1,2})(?::(?P<minute>\d\d))?(?:\s*(?P<half>[ap]m))?)?"
_COUNTED = re.compile(rf"(?:(?:with)?in\s+)?{_LENGTH}(?:\s+(?P<side>before|after)\s+{_ANCHOR})?{_CLOCK}", re.IGNORECASE)
_ANCHORED = re.compile(rf"(?:(?:until|by|on)\s+)?{_ANCHOR}{_CLOCK}", re.IGNORECASE)
_NAMED = re.compile(rf"(?:until\s+)?the\s+(?P<day>same|next\s+working)\s+day{_CLOCK}", re.IGNORECASE)
_AT = re.compile(rf"(?:\s*until)?{_CLOCK}", re.IGNORECASE)
_LASTS = re.compile(_LENGTH, re.IGNORECASE)
_EVERY = re.compile(
    rf"every\s+(?:{_LENGTH}|(?P<one>(?:working\s+)?(?:minute|hour|day|week|month|year)))"
    r"(?:\s*,\s*(?:(?P<times>\d{1,3})\s+times|(?P<once>once)|(?P<twice>twice)))?",
    re.IGNORECASE,
)


def canonical(text: str) -> str | None:
    """Return the canonical form of a time, or None when the text is none."""
    return _counted(text) or _anchored(text) or _named(text) or _at(text)


def read_time(phrase: Phrase, *, key: str) -> str:
    """Return the canonical form of a time.  Raises Unreadable."""
    time = canonical(phrase.text)
    if time is None:
        raise Unreadable("E109", phrase, expected=EXPECTED, key=key)
    return time


def read_length(phrase: Phrase, *, key: str) -> str:
    """Return the canonical form of a length of time, such as ``1 working day``.  Raises Unreadable."""
    found = _LASTS.fullmatch(phrase.text)
    length = _length(found) if found else None
    if length is None:
        raise Unreadable("E109", phrase, expected=LENGTH_EXPECTED, key=key)
    return length


def read_every(phrase: Phrase, *, key: str) -> tuple[str, int | None]:
    """Read ``every 1 working day, 3 times``: the length and how often.  Raises Unreadable."""
    found = _EVERY.fullmatch(phrase.text)
    length = found and (f"1 {' '.join(found['one'].lower().split())}" if found["one"] else _length(found))
    if not found or not length:
        raise Unreadable("E109", phrase, expected='"every 1 working day" or "every 2 hours, 3 times"', key=key)
    times = 1 if found["once"] else 2 if found["twice"] else int(found["times"]) if found["times"] else None
    return length, times


def _counted(text: str) -> str | None:
    found = _COUNTED.fullmatch(text)
    length = _length(found) if found else None
    clock = _clock(found) if found else None
    if found is None or length is None or clock is None:
        return None
    if not found["side"]:
        return f"{length} by {clock}" if clock else length
    return _with(f"{length} {found['side'].lower()} {found['anchor']}", clock) if _exists(found["anchor"]) else None


def _anchored(text: str) -> str | None:
    found = _ANCHORED.fullmatch(text)
    clock = _clock(found) if found else None
    if found is None or clock is None or not _exists(found["anchor"]):
        return None
    return _with(found["anchor"], clock)


def _named(text: str) -> str | None:
    found = _NAMED.fullmatch(text)
    clock = _clock(found) if found else None
    if found is None or clock is None:
        return None
    return _with(f"the {' '.join(found['day'].lower().split())} day", clock)


def _at(text: str) -> str | None:
    """``18:00``, ``until 18:00``, ``6 pm``; a bare number is no time."""
    found = _AT.fullmatch(" " + text)
    return (_clock(found) or None) if found and (found["minute"] or found["half"]) else None


def _length(found: re.Match[str]) -> str | None:
    word, unit = found["number"].lower(), found["unit"].lower()
    number = _WORDS.get(word) or int(word)
    if not 0 < number <= _MOST.get(unit, 9999) or (found["working"] and unit in ("week", "month", "year")):
        return None
    return f"{number} {'working ' if found['working'] else ''}{unit}{'' if number == 1 else 's'}"


def _clock(found: re.Match[str]) -> str | None:
    """Return a time of day as ``17:00``, empty when none is named, None when there is no such time."""
    if not found["hour"]:
        return ""
    hour, minute, half = int(found["hour"]), int(found["minute"] or 0), (found["half"] or "").lower()
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0) if 1 <= hour <= 12 else 99
    elif found["minute"] is None:
        return None
    return f"{hour:02}:{minute:02}" if hour < 24 and minute < 60 else None


def _exists(anchor: str) -> bool:
    """Say whether a literal date is one of the calendar; a fact may always be."""
    if anchor.startswith("{"):
        return True
    try:
        date.fromisoformat(anchor)
    except ValueError:
        return False
    return True


def _with(day: str, clock: str) -> str:
    return f"{day}, {clock}" if clock else day
