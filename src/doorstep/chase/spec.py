"""When a spec ends: the canonical times a page names, made into instants (rule 13 of the kernel).

A spec is one of ``4 working hours``, ``2 working days by 17:00``, ``2 days``, ``{fact}``,
``{fact}, 18:00``, ``30 days before {fact}``, ``2 days after {fact}``, a date, a time, ``the same day,
18:00``, ``the next working day, 12:00``; units go from minutes to years.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache

from doorstep.chase.working import DAY, OFFICE, Calendar
from doorstep.kernel.values import Months, duration_from_iso

Moment = date | datetime
"""A day (a `date` that is no `datetime`) or an instant."""


class SpecNotUnderstood(ValueError):
    """A spec, or a fact it reads, is no time; the message says what was expected and what came."""


@dataclass(frozen=True, slots=True)
class _Place:
    """What a spec is read against."""

    start: datetime
    facts: Mapping[str, object]
    calendar: Calendar
    zone: tzinfo
    ends: bool
    days: Calendar = field(init=False)  # the wall clock of the zone dates are read in

    def __post_init__(self) -> None:
        object.__setattr__(self, "days", _wall_clock(self.zone))

    def today(self) -> date:
        return self.start.astimezone(self.zone).date()

    def instant(self, moment: Moment) -> datetime:
        """Return when a moment is: of a day its first instant, or the end of its working hours for what ends then."""
        if isinstance(moment, datetime):
            return moment.astimezone(self.zone)
        if not self.ends:
            return self.at(moment, time(0))
        spans = self.calendar.spans(moment)
        return spans[-1][1].astimezone(self.zone) if spans else self.at(moment + DAY, time(0))

    def at(self, moment: Moment, clock: time) -> datetime:
        """Return when the clock shows a time on the day of a moment."""
        day = moment.astimezone(self.zone).date() if isinstance(moment, datetime) else moment
        return self.days.instant(day, clock).astimezone(self.zone)


@lru_cache(maxsize=64)
def _wall_clock(zone: tzinfo) -> Calendar:
    """Return the calendar of nobody in a zone; of few zones, again and again."""
    return Calendar(zone=zone)


def when(
    text: str,
    *,
    start: datetime,
    facts: Mapping[str, object] | None = None,
    calendar: Calendar | None = None,
    zone: tzinfo | None = None,
    ends: bool = False,
) -> datetime | None:
    """Return when a spec that counts from ``start`` ends; None while a fact it reads is unknown.

    ``calendar`` is the addressee's, else the page's; ``zone`` is where dates and times are read,
    the calendar's own unless given.  A day without a time is its first instant (a wait), or the end
    of its working hours with ``ends`` (a due, a needed by).  Raises SpecNotUnderstood, and NoWorkingTime
    for a calendar on which nobody ever works.
    """
    calendar = calendar or OFFICE
    place = _Place(start, facts or {}, calendar, zone or calendar.zone, ends)
    return _instant(place, *_form_of(text))


@lru_cache(maxsize=1024)
def _form_of(text: str) -> tuple[_Form, re.Match[str]]:
    """Return the form a text has, and the text read so; few texts are read again and again.  Raises SpecNotUnderstood."""
    for form, read in _FORMS:
        if found := form.fullmatch(text.strip()):
            return read, found
    raise SpecNotUnderstood(
        f'Expected a time such as "2 working days by 17:00", "{{date}}" or "30 days before {{date}}", but got "{text}".'
    )


def _instant(place: _Place, read: _Form, found: re.Match[str]) -> datetime | None:
    """Read a form that fits."""
    try:
        moment = read(place, found)
        return None if moment is None else place.instant(moment)
    except OverflowError as reason:
        raise SpecNotUnderstood(f'Expected a time between the years 1 and 9999, but got "{found[0]}".') from reason


# -- Forms -----------------------------------------------------------------------------------------


def _counted(place: _Place, found: re.Match[str]) -> Moment | None:
    """``2 working days by 17:00``."""
    return _on_the_clock(place, _shift(place, place.start, found), found)


def _beside(place: _Place, found: re.Match[str]) -> Moment | None:
    """``30 days before {fact}``."""
    anchor = _anchor(place, found["anchor"])
    return None if anchor is None else _on_the_clock(place, _shift(place, anchor, found), found)


def _anchored(place: _Place, found: re.Match[str]) -> Moment | None:
    """``{fact}``, a date, either with a time."""
    anchor = _anchor(place, found["anchor"])
    return None if anchor is None else _on_the_clock(place, anchor, found)


def _same_day(place: _Place, found: re.Match[str]) -> Moment | None:
    """``the same day, 18:00``, ``the next working day``."""
    day = place.today()
    return _on_the_clock(place, place.calendar.working_day(day, 1) if found["next"] else day, found)


def _next_time(place: _Place, found: re.Match[str]) -> Moment | None:
    """``18:00``: the next time the clock shows it."""
    return _coming(place, _clock(found["clock"]))


def _stamp(place: _Place, found: re.Match[str]) -> Moment | None:
    """``2026-03-12T18:00``."""
    return _moment(place, found[0])


_AMOUNT = r"(?P<number>\d+)\s+(?P<working>working\s+)?(?P<unit>minute|hour|day|week|month|year)s?"
_ANCHOR = r"(?P<anchor>\{[^{}]+\}|\d{4}-\d\d-\d\d)"
_CLOCK = r"(?P<clock>\d{1,2}:\d\d)"
_BY = rf"(?:(?:\s*,\s*|\s+)(?:by\s+|at\s+)?{_CLOCK})?"
_Form = Callable[[_Place, re.Match[str]], Moment | None]
_FORMS: tuple[tuple[re.Pattern[str], _Form], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), read)
    for pattern, read in (
        (rf"{_AMOUNT}{_BY}", _counted),
        (rf"{_AMOUNT}\s+(?P<side>before|after)\s+{_ANCHOR}{_BY}", _beside),
        (rf"{_ANCHOR}{_BY}", _anchored),
        (rf"the\s+(?:same|(?P<next>next\s+working))\s+day{_BY}", _same_day),
        (rf"(?:by\s+|at\s+)?{_CLOCK}", _next_time),
        (r"\d{4}-\d\d-\d\dT\S+|P\S+", _stamp),
    )
)


# -- Parts -----------------------------------------------------------------------------------------


def _on_the_clock(place: _Place, moment: Moment, found: re.Match[str]) -> Moment:
    """Move a moment to the time named, if one is."""
    return place.at(moment, _clock(found["clock"])) if found["clock"] else moment


def _clock(text: str) -> time:
    hours, _, minutes = text.partition(":")
    try:
        return time(int(hours), int(minutes))
    except ValueError as reason:
        raise SpecNotUnderstood(f'Expected a time from 0:00 to 23:59, but got "{text}".') from reason


def _coming(place: _Place, clock: time) -> datetime:
    """Return the next instant after the start at which the clock shows a time."""
    today = place.at(place.start, clock)
    return today if today > place.start else place.at(place.today() + DAY, clock)


def _anchor(place: _Place, text: str) -> Moment | None:
    """Return the moment a fact or a literal date names; None while the fact is unknown."""
    if not text.startswith("{"):
        return _moment(place, text)
    value = _value(place.facts, text[1:-1].strip())
    return None if value is None else _moment(place, value)


def _value(facts: Mapping[str, object], name: str) -> object:
    """Return a fact, or a field of a record by its path; None while it is unknown."""
    if name in facts:
        return facts[name]
    head, dot, rest = name.partition(".")
    record = facts.get(head)
    return _value(record, rest) if dot and isinstance(record, Mapping) else None


def _moment(place: _Place, value: object) -> Moment:
    """Read a fact's value as a moment: days, instants, times of day and durations from the start."""
    match value:
        case datetime():
            return value if value.tzinfo else value.replace(tzinfo=place.zone)
        case date():
            return value
        case time():
            return _coming(place, value)
        case timedelta():
            return place.start + value
        case Months():
            return place.at(_shift_day(place.today(), value.count, "month"), place.start.astimezone(place.zone).time())
        case str():
            return _moment(place, _read(value))
        case _:
            raise SpecNotUnderstood(f"Expected a date, a time or a duration, but got {value!r}.")


def _read(text: str) -> date | time | timedelta | Months:
    """Read ISO 8601 text: a date, an instant, a time of day or a duration."""
    for read in (date.fromisoformat, datetime.fromisoformat, time.fromisoformat):
        try:
            return read(text)
        except ValueError:
            continue
    length = duration_from_iso(text)
    if length is None:
        raise SpecNotUnderstood(f'Expected a date, a time or a duration, but got "{text}".')
    return length


def _shift(place: _Place, moment: Moment, found: re.Match[str]) -> Moment:
    """Count an amount from a moment; days, weeks, months and years keep the time of day."""
    number = int(found["number"]) * (-1 if found.groupdict().get("side", "").lower() == "before" else 1)
    unit = found["unit"].lower()
    if found["working"]:
        return _shift_working(place, moment, number=number, unit=unit)
    if unit in ("minute", "hour"):
        return _edge(place, moment, number).astimezone(UTC) + timedelta(**{f"{unit}s": number})
    if isinstance(moment, datetime):
        local = moment.astimezone(place.zone)
        return place.at(_shift_day(local.date(), number, unit), local.time())
    return _shift_day(moment, number, unit)


def _edge(place: _Place, moment: Moment, number: int) -> datetime:
    """Return from where hours count: back from the first instant of a day, on from its last."""
    if isinstance(moment, datetime):
        return moment
    return place.at(moment if number < 0 else moment + DAY, time(0))


def _shift_working(place: _Place, moment: Moment, *, number: int, unit: str) -> Moment:
    """Count working days, hours or minutes."""
    match unit:
        case "day" if isinstance(moment, datetime):
            return place.calendar.add_days(moment, number)
        case "day":
            return place.calendar.working_day(moment, number)
        case "hour" | "minute":
            return place.calendar.add(_edge(place, moment, number), timedelta(**{f"{unit}s": number}))
        case _:
            raise SpecNotUnderstood(f"Expected working minutes, hours or days, but got working {unit}s.")


def _shift_day(day: date, number: int, unit: str) -> date:
    """Count days, weeks, months or years on the calendar; the 31st becomes the last day of a shorter month."""
    match unit:
        case "day":
            return day + timedelta(days=number)
        case "week":
            return day + timedelta(weeks=number)
        case _:
            months = day.year * 12 + day.month - 1 + number * (12 if unit == "year" else 1)
            year, month = divmod(months, 12)
            if not 1 <= year <= 9998:
                raise OverflowError
            return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
