"""Times as a colleague says them, in the reader's zone: "17:20", "tomorrow 09:30", "Monday", "50 minutes"."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta, tzinfo

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def say_time(at: datetime, *, now: datetime, zone: tzinfo) -> str:
    """Say an instant: ``17:20`` today, ``tomorrow 09:30``, ``Monday 09:30``, ``12 March 09:30``."""
    local = at.astimezone(zone)
    clock = f"{local:%H:%M}"
    day = say_day(local.date(), today=now.astimezone(zone).date())
    return clock if day == "today" else f"{day} {clock}"


def say_day(day: date, *, today: date) -> str:
    """Say a day: ``today``, ``tomorrow``, ``yesterday``, a weekday within six days to come, else the date."""
    match (day - today).days:
        case 0:
            return "today"
        case 1:
            return "tomorrow"
        case -1:
            return "yesterday"
        case ahead if 1 < ahead < 7:
            return DAYS[day.weekday()]
        case _:
            year = "" if day.year == today.year else f" {day.year}"
            return f"{day.day} {MONTHS[day.month - 1]}{year}"


def say_length(length: timedelta, *, day: timedelta = timedelta(hours=8)) -> str:
    """Say how much working time something takes, roughly: ``50 minutes``, ``3 hours``, ``2 working days``."""
    minutes = max(1, round(length.total_seconds() / 60))
    if minutes < 60:
        return _count(minutes if minutes < 10 else 5 * round(minutes / 5), "minute")
    if length < day:
        return _count(round(minutes / 60), "hour")
    return _count(max(1, round(length / day)), "working day")


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def say_list(names: Sequence[str], word: str = "and") -> str:
    """Say several: ``Mira``, ``Mira and Sam``, ``Mira, Sam and Priya``."""
    return f" {word} ".join((", ".join(names[:-1]), names[-1])) if len(names) > 1 else "".join(names)


def upper_first(text: str) -> str:
    """Begin a sentence."""
    return text[:1].upper() + text[1:]


def short_name(name: str, others: Sequence[str] = ()) -> str:
    """Return a person's first name; the whole name where two share the first, or where it is an address."""
    words = name.split()
    if "@" in name or len(words) < 2:
        return name
    same = [other for other in others if other != name and other.split()[:1] == words[:1]]
    return name if same else words[0]
