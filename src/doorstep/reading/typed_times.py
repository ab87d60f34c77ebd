"""By when typed lines want something: ``all by 18:00``, ``by Tuesday 17:00``, ``within 2 working days``, ``tomorrow``."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from doorstep.reading.times import canonical

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip

_ALL = r"(?:(?P<all>(?:and\s+)?(?:all(?:\s+of\s+(?:it|this|them))?|everything|both))\s+)?"
_LEAD = re.compile(
    rf"(?:^|[,;]\s*|\s+){_ALL}(?P<lead>by|until|till|before|no\s+later\s+than|latest|at\s+the\s+latest|within|in|due"
    r"|(?=(?:today|tonight|tomorrow)\b))\s*(?P<time>\S.*)$",
    re.IGNORECASE,
)
_CLOCK = r"(?:(?:,|\s)\s*(?:at\s+|by\s+)?(?P<clock>noon|\d{1,2}(?::\d\d)?\s*(?:[ap]\.?m\.?)?|\d{1,2}:\d\d))?"
_ONLY_CLOCK = re.compile(
    r"(?P<clock>noon|\d{1,2}:\d\d(?:\s*[ap]\.?m\.?)?|\d{1,2}\s*[ap]\.?m\.?)(?P<day>\s+today)?", re.IGNORECASE
)
_TODAY = re.compile(rf"(?:(?:the\s+)?end\s+of\s+(?:the\s+day|day|today)|eod|cob|today|tonight){_CLOCK}", re.IGNORECASE)
_TOMORROW = re.compile(rf"tomorrow{_CLOCK}", re.IGNORECASE)
_WEEKDAY = re.compile(rf"(?:on\s+)?(?P<day>{'|'.join(WEEKDAYS)}){_CLOCK}", re.IGNORECASE)
_ISO = re.compile(rf"(?P<iso>\d{{4}}-\d\d-\d\d){_CLOCK}", re.IGNORECASE)
_DATED = re.compile(
    rf"(?:the\s+)?(?:(?P<d1>\d{{1,2}})(?:st|nd|rd|th|\.)?\s+(?:of\s+)?(?P<m1>{'|'.join(MONTHS)})"
    rf"|(?P<m2>{'|'.join(MONTHS)})\s+(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?)(?:,?\s+(?P<year>\d{{4}}))?{_CLOCK}",
    re.IGNORECASE,
)
_LENGTH = re.compile(r"(?:an?|\w+)\s+(?:working\s+)?(?:minute|hour|day|week|month)s?", re.IGNORECASE)
_TIMELY = re.compile(
    rf"(?:the\s+)?(?:next|this|end|{'|'.join(WEEKDAYS)}|{'|'.join(MONTHS)}|today|tonight|tomorrow|noon|midnight|lunch"
    r"|asap|soon|early|late|close\s+of|eod|cob|\d|weekend|morning|evening|a\s+(?:few|couple)|(?:two|three|four|five|six)\b)",
    re.IGNORECASE,
)


class NotATime(ValueError):
    """Words that mean a time but name none; the message is for whoever typed them."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """``time`` is as a card has it, ``said`` as a sentence has it; ``of_all`` when every line is meant."""

    time: str
    said: str
    of_all: bool = False


def cut_deadline(text: str, *, now: datetime) -> tuple[str, Deadline | None]:
    """Return a line without its deadline, and the deadline if it ends in one.  Raises NotATime."""
    for found in _leads(text):
        wanted = found["time"].strip(" .,;!?")
        deadline = _deadline(wanted, found["lead"].lower(), now=now)
        rest = text[: found.start()].strip(" ,;")
        if deadline is not None:
            of_all = bool(found["all"]) or not rest
            return rest, Deadline(deadline.time, deadline.said, of_all)
        if _TIMELY.match(wanted) and found["lead"].lower() not in ("in", "due"):
            raise NotATime(
                f'Expected a time such as "18:00", "Tuesday", "12 March" or "within 2 days", but got "{wanted}".'
            )
    return text, None


def _leads(text: str) -> list[re.Match[str]]:
    """Return every place where a deadline may begin, from the left."""
    found: list[re.Match[str]] = []
    match = _LEAD.search(text)
    while match:
        found.append(match)
        match = _LEAD.search(text, match.start() + 1)
    return found


def _deadline(text: str, lead: str, *, now: datetime) -> Deadline | None:
    if lead in ("within", "in"):
        length = canonical(text) if _LENGTH.fullmatch(text) else None
        return Deadline(length, f"within {length}") if length else None
    if _LENGTH.fullmatch(text):
        return None
    for form, read in _FORMS:
        if found := form.fullmatch(text):
            return read(found, now)
    return None


def _clock(found: re.Match[str]) -> time | None:
    text = (found["clock"] or "").lower().replace(".", "")
    if not text:
        return None
    said = canonical("12:00" if text == "noon" else text)
    if said is None:
        raise NotATime(f'Expected a time of day such as "18:00" or "6 pm", but got "{found["clock"]}".')
    return time.fromisoformat(said)


def _at_clock(found: re.Match[str], now: datetime) -> Deadline:
    clock = _clock(found)
    assert clock is not None, "the form has a time of day"
    if found["day"]:
        return _today(found, now)
    today = clock > now.time()
    return Deadline(f"{clock:%H:%M}", f"by {clock:%H:%M} {'today' if today else 'tomorrow'}")


def _today(found: re.Match[str], now: datetime) -> Deadline:
    clock = _clock(found)
    if clock is None:
        return Deadline("the same day", "by the end of today")
    if clock <= now.time():
        raise NotATime(f'Expected a time to come, but {clock:%H:%M} today is over. Write "tomorrow {clock:%H:%M}".')
    return Deadline(f"the same day, {clock:%H:%M}", f"by {clock:%H:%M} today")


def _tomorrow(found: re.Match[str], now: datetime) -> Deadline:
    return _on(now.date() + timedelta(days=1), _clock(found), name="tomorrow")


def _weekday(found: re.Match[str], now: datetime) -> Deadline:
    ahead = (WEEKDAYS.index(found["day"].lower()) - now.weekday()) % 7
    if not ahead:
        week = now.date() + timedelta(days=7)
        raise NotATime(f'{found["day"].capitalize()} may be today or in a week: write "today" or "{week}".')
    return _on(now.date() + timedelta(days=ahead), _clock(found))


def _iso(found: re.Match[str], now: datetime) -> Deadline:
    return _coming(found["iso"], found, now)


def _dated(found: re.Match[str], now: datetime) -> Deadline:
    month = MONTHS.index((found["m1"] or found["m2"]).lower()) + 1
    day = int(found["d1"] or found["d2"])
    year = int(found["year"]) if found["year"] else now.year + ((month, day) < (now.month, now.day))
    return _coming(f"{year:04}-{month:02}-{day:02}", found, now)


def _coming(text: str, found: re.Match[str], now: datetime) -> Deadline:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise NotATime(f'Expected a day of the calendar, but there is no "{found[0].strip()}".') from None
    if day < now.date():
        raise NotATime(f"Expected a day to come, but {_day(day)} {day.year} is over.")
    return _on(day, _clock(found), name="" if day.year == now.year else f"{_day(day)} {day.year}")


def _on(day: date, clock: time | None, name: str = "") -> Deadline:
    said = name or _day(day)
    if clock is None:
        return Deadline(day.isoformat(), f"by {said}")
    before = said == "tomorrow"
    return Deadline(f"{day}, {clock:%H:%M}", f"by {clock:%H:%M} {said}" if before else f"by {said}, {clock:%H:%M}")


def _day(day: date) -> str:
    return f"{WEEKDAYS[day.weekday()].capitalize()} {day.day} {MONTHS[day.month - 1].capitalize()}"


_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], datetime], Deadline]], ...] = (
    (_ONLY_CLOCK, _at_clock),
    (_TODAY, _today),
    (_TOMORROW, _tomorrow),
    (_WEEKDAY, _weekday),
    (_ISO, _iso),
    (_DATED, _dated),
)
