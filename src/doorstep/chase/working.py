"""Working time: when somebody works, and exact arithmetic over it, also where clocks change.

All arithmetic is done on instants (UTC), so an hour is an hour on the night the clocks change.  A wall
clock time that occurs twice means its first occurrence; one that never occurs means the moment the
clocks jumped over it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

Hours = tuple[tuple[time, time], ...]
Span = tuple[datetime, datetime]

DAY = timedelta(days=1)
ZERO = timedelta(0)
HORIZON = 1500
"""Days we look ahead: no holiday and no absence is longer than four years."""

_PARTS = ("zone", "week", "holidays", "absences", "special")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
OFFICE_HOURS: Hours = ((time(9), time(17)),)
OFFICE_WEEK: tuple[Hours, ...] = (OFFICE_HOURS,) * 5 + ((), ())
ROUND_THE_CLOCK: tuple[Hours, ...] = (((time(0), time(0)),),) * 7
UTC_ZONE = ZoneInfo("UTC")


class NoWorkingTime(ValueError):
    """There is no working time within four years: everything is holiday or absence."""


class CalendarNotUnderstood(ValueError):
    """A calendar's plain values are not what a calendar looks like; the message says what was expected."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """When one person, page or organisation works.

    ``week`` holds the hours of Monday to Sunday, in order and apart; hours that end at or before they
    start end on the next day (22:00-06:00) and belong to the day they start on.  ``holidays`` and
    ``absences`` (first and last day) are days nobody works on, in ``zone``; ``special`` days have hours
    of their own, also on a holiday.
    """

    zone: tzinfo = UTC_ZONE
    week: tuple[Hours, ...] = OFFICE_WEEK
    holidays: frozenset[date] = frozenset()
    absences: tuple[tuple[date, date], ...] = ()
    special: tuple[tuple[date, Hours], ...] = ()

    def hours(self, day: date) -> Hours:
        """Return the hours worked on a day, by the wall clock; none on a holiday or while absent."""
        if any(first <= day <= last for first, last in self.absences):
            return ()
        for special, hours in self.special:
            if special == day:
                return hours
        return () if day in self.holidays else self.week[day.weekday()]

    def works_on(self, day: date) -> bool:
        """Say whether there are working hours on a day."""
        return bool(self.spans(day))

    def spans(self, day: date) -> tuple[Span, ...]:
        """Return the working hours that start on a day, as instants in UTC."""
        hours = self.hours(day)
        return _spans(self.zone, hours, day) if hours else ()

    def instant(self, day: date, clock: time) -> datetime:
        """Return the instant (UTC) at which this calendar's wall clock shows a time."""
        return _instant(self.zone, day, clock)

    def _ahead(self, at: datetime) -> Iterator[Span]:
        """Yield the working time after an instant, piece by piece; never nothing."""
        mark = at.astimezone(UTC)
        first = at.astimezone(self.zone).date() - DAY  # hours of the night before may still run
        for ahead in range(HORIZON):
            for start, end in self.spans(first + ahead * DAY):
                if end > mark:
                    yield max(start, mark), end
                    mark = end
        raise NoWorkingTime(f"Expected some working time within {HORIZON} days after {at:%Y-%m-%d}, but there is none.")

    def _behind(self, at: datetime) -> Iterator[Span]:
        """Yield the working time before an instant, the latest first."""
        mark = at.astimezone(UTC)
        last = at.astimezone(self.zone).date()
        for back in range(HORIZON):
            for start, end in reversed(self.spans(last - back * DAY)):
                if start < mark:
                    yield start, min(end, mark)
                    mark = start
        raise NoWorkingTime(
            f"Expected some working time within {HORIZON} days before {at:%Y-%m-%d}, but there is none."
        )

    def is_working(self, at: datetime) -> bool:
        """Say whether an instant lies in working hours; their end does not."""
        return self.next_working(at) == at

    def next_working(self, at: datetime) -> datetime:
        """Return the first working instant that is not before ``at``."""
        return next(self._ahead(at))[0].astimezone(self.zone)

    def last_working(self, at: datetime) -> datetime:
        """Return ``at`` if it lies in working hours or ends them, else the end of the hours before it."""
        return next(self._behind(at))[1].astimezone(self.zone)

    def add(self, at: datetime, amount: timedelta) -> datetime:
        """Return when ``amount`` of working time has passed since ``at``; a negative amount looks back."""
        back = amount < ZERO
        pieces, left = (self._behind(at), -amount) if back else (self._ahead(at), amount)
        start, end = next(pieces)
        while end - start < left:
            left -= end - start
            start, end = next(pieces)
        return (end - left if back else start + left).astimezone(self.zone)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Return the working time from one instant to another, negative when they come the other way round."""
        if end < start:
            return -self.between(end, start)
        worked, limit, pieces = ZERO, end.astimezone(UTC), self._ahead(start)
        begins, ends = next(pieces)
        while begins < limit:
            worked += min(ends, limit) - begins
            begins, ends = next(pieces)
        return worked

    def working_day(self, day: date, number: int) -> date:
        """Return the working day ``number`` working days after ``day``, before it if negative.

        For 0: the day itself, or the next one on which somebody works.
        """
        step = DAY if number >= 0 else -DAY
        left = abs(number) or (0 if self.works_on(day) else 1)
        for _ in range(HORIZON):
            if left == 0:
                return day
            day += step
            left -= self.works_on(day)
        raise NoWorkingTime(f"Expected {abs(number)} working days within {HORIZON} days, but there are fewer.")

    def add_days(self, at: datetime, number: int) -> datetime:
        """Return the same time of day, ``number`` working days later (earlier if negative), within its hours.

        Counted on from a day off, it is the end of that working day: what is asked on Saturday with one
        working day to do it is due at the end of Monday.  Counted back, it is its start.
        """
        local = at.astimezone(self.zone)
        day = self.working_day(local.date(), number)
        edge = time.max if number > 0 else time.min
        wanted = self.instant(day, local.time() if self.works_on(local.date()) else edge)
        spans = self.spans(day)
        begun = [min(end, wanted) for start, end in spans if start <= wanted]
        return (begun[-1] if begun else spans[0][0]).astimezone(self.zone)

    def open_until(self, end: datetime) -> Calendar:
        """Return this calendar with the working day of ``end`` stretched to it: "unless needed by says otherwise"."""
        local = end.astimezone(self.zone)
        hours = self.hours(local.date())
        if not hours or hours[-1][1] <= hours[-1][0] or local.time() <= hours[-1][1]:
            return self
        stretched = (*hours[:-1], (hours[-1][0], local.time()))
        return replace(self, special=(*self.special, (local.date(), stretched)))

    @classmethod
    def from_plain(cls, plain: object, *, zone: tzinfo = UTC_ZONE) -> Calendar:
        """Read ``{"zone", "week": {"monday": ["09:00-12:00", …]}, "holidays": [date], "absences": [[first, last]], "special": {date: [hours]}}``.

        What is absent is as usual: Monday to Friday 09:00-17:00 in ``zone``, no holidays.  Raises
        CalendarNotUnderstood.
        """
        if not isinstance(plain, Mapping):
            raise CalendarNotUnderstood(f"Expected a calendar as an object, but got {plain!r}.")
        if unknown := sorted(set(plain) - set(_PARTS)):
            raise CalendarNotUnderstood(f'Expected one of {", ".join(_PARTS)} in a calendar, but got "{unknown[0]}".')
        try:
            return cls(
                zone=ZoneInfo(plain["zone"]) if "zone" in plain else zone,
                week=_week(plain["week"]) if "week" in plain else OFFICE_WEEK,
                holidays=frozenset(date.fromisoformat(day) for day in plain.get("holidays", ())),
                absences=tuple(
                    (date.fromisoformat(first), date.fromisoformat(last)) for first, last in plain.get("absences", ())
                ),
                special=tuple(
                    (date.fromisoformat(day), _day(hours)) for day, hours in plain.get("special", {}).items()
                ),
            )
        except (ValueError, TypeError, AttributeError, ZoneInfoNotFoundError) as reason:
            raise CalendarNotUnderstood(f"Expected a calendar, but a value in it does not fit: {reason}") from reason


# -- The wall clock ----------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def _spans(zone: tzinfo, hours: Hours, day: date) -> tuple[Span, ...]:
    """Return hours by the wall clock of a day as instants; kept, for a plan asks for the same days again and again."""
    spans = []
    for opens, closes in hours:
        start = _instant(zone, day, opens)
        end = _instant(zone, day if closes > opens else day + DAY, closes)
        if start < end:
            spans.append((start, end))
    return tuple(spans)


def _instant(zone: tzinfo, day: date, clock: time) -> datetime:
    """Return the instant (UTC) at which a zone's wall clock shows a time, or at which it jumps over it."""
    local = datetime.combine(day, clock, tzinfo=zone)
    instant = local.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None, fold=0) == local.replace(tzinfo=None):
        return instant
    return _jump(zone, local.replace(fold=1).astimezone(UTC), instant)


def _jump(zone: tzinfo, low: datetime, high: datetime) -> datetime:
    """Return the instant between two others at which the clocks jump."""
    before = low.astimezone(zone).utcoffset()

    def jumped(seconds: int) -> bool:
        return (low + timedelta(seconds=seconds)).astimezone(zone).utcoffset() != before

    seconds = range(int((high - low).total_seconds()) + 1)
    return low + timedelta(seconds=bisect_left(seconds, True, key=jumped))


# -- Plain values ------------------------------------------------------------------------------------


def _week(plain: Mapping[str, Sequence[str]]) -> tuple[Hours, ...]:
    """Read the hours by weekday; a day that is absent is free."""
    if unknown := sorted(set(plain) - set(WEEKDAYS)):
        raise CalendarNotUnderstood(f'Expected one of {", ".join(WEEKDAYS)}, but got "{unknown[0]}".')
    return tuple(_day(plain.get(day, ())) for day in WEEKDAYS)


def _day(plain: Sequence[str]) -> Hours:
    """Read the hours of one day."""
    return tuple(_hours(text) for text in plain)


def _hours(text: str) -> tuple[time, time]:
    """Read ``09:00-17:00``; 24:00 is the end of the day."""
    opens, dash, closes = text.partition("-")
    if not dash:
        raise CalendarNotUnderstood(f'Expected working hours such as "09:00-17:00", but got "{text}".')
    return time.fromisoformat(opens.strip()), time.fromisoformat(closes.strip().replace("24:00", "00:00"))


OFFICE = Calendar()
"""Monday to Friday 09:00-17:00 in UTC, no holidays."""
