"""Functions over dates, times and durations."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal

from doorstep.kernel.program import Unknown
from doorstep.kernel.values import Months, duration_from_iso
from doorstep.reading.feel.builtins import builtin
from doorstep.reading.feel.temporal import date_and_time, date_of, time_of

# now and today come from the scope: their time is the event's.
builtin("now() -> date and time")(lambda: None)
builtin("today() -> date")(lambda: None)


@builtin("date(any from) -> date")
def date_from(value: object) -> object:
    match value:
        case str():
            return date_of(value) or Unknown(f'"{value}" is not a date such as 2026-03-12.', wrong=True)
        case datetime():
            return value.date()
        case date():
            return value
    return Unknown("date wants a text or a date.", wrong=True)


@builtin("date(number year, number month, number day) -> date")
def date_of_parts(year: Decimal, month: Decimal, day: Decimal) -> date:
    return date(int(year), int(month), int(day))


@builtin("time(any from) -> time")
def time_from(value: object) -> object:
    match value:
        case str():
            found = time_of(value)
            return Unknown(f'"{value}" is not a time such as 16:00:00.', wrong=True) if found is None else found
        case datetime():
            return value.timetz()
        case time():
            return value
        case date():
            return time(tzinfo=UTC)
    return Unknown("time wants a text or a time.", wrong=True)


@builtin("time(number hour, number minute, number second, duration offset?) -> time")
def time_of_parts(hour: Decimal, minute: Decimal, second: Decimal, offset: timedelta | None = None) -> time:
    whole = int(second)
    micros = int((second - whole) * 1_000_000)
    return time(int(hour), int(minute), whole, micros, tzinfo=None if offset is None else timezone(offset))


@builtin("date and time(any from) -> date and time")
def date_and_time_from(value: object) -> object:
    match value:
        case str():
            return date_and_time(value) or Unknown(
                f'"{value}" is not a date and time such as 2026-03-12T16:00:00Z.', wrong=True
            )
        case datetime():
            return value
    return Unknown("date and time wants a text, or a date and a time.", wrong=True)


@builtin("date and time(day date, time time) -> date and time")
def date_and_time_of(day: date, clock: time) -> datetime:
    return datetime.combine(day.date() if isinstance(day, datetime) else day, clock)


@builtin("duration(text from) -> length")
def duration(text: str) -> object:
    found = duration_from_iso(text)
    return Unknown(f'"{text}" is not a duration such as P2D or PT4H.', wrong=True) if found is None else found


@builtin("years and months duration(day from, day to) -> months")
def years_and_months_duration(first: date, last: date) -> Months:
    """Whole months from one day to another."""
    count = (last.year - first.year) * 12 + last.month - first.month
    if count > 0 and last.day < first.day:
        count -= 1
    if count < 0 and last.day > first.day:
        count += 1
    return Months(count)


_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


@builtin("day of week(day date) -> text")
def day_of_week(day: date) -> str:
    return _DAYS[day.weekday()]


@builtin("day of year(day date) -> number")
def day_of_year(day: date) -> Decimal:
    return Decimal(day.timetuple().tm_yday)


@builtin("week of year(day date) -> number")
def week_of_year(day: date) -> Decimal:
    return Decimal(day.isocalendar().week)


@builtin("month of year(day date) -> text")
def month_of_year(day: date) -> str:
    return _MONTHS[day.month - 1]
