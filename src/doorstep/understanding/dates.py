"""Days and times as people write them: "Tuesday", "by 5pm", "12. März", "in two days".

`read_when` understands a text wholly or not at all.  Where a word has two readings (3/12/2026) there is none.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any

from doorstep.understanding.vocabulary import plain, vocabularies, words_pattern

NEXT_YEAR_AFTER = timedelta(days=60)
"""A day and month without a year is the coming one, unless it passed only this long ago."""


@dataclass(frozen=True, slots=True)
class When:
    """A day, a time of it, or both.  ``sure`` is false for what is good for a promise but not for a fact."""

    day: date | None = None
    at: time | None = None
    sure: bool = True
    weekday: int | None = None  # as named, Monday is 0


Reader = Callable[[re.Match[str], date, When], "When | None"]


def read_when(text: str, today: date) -> When | None:
    """Read a whole text as a day, a time or both.

    ``today`` is the writer's; as a datetime it also answers "in two hours".
    """
    rest = plain(text).strip(" .,;!")
    found = When()
    while rest:
        step = _one(rest, today, found)
        if step is None:
            return None
        found, rest = step
    return _whole(found, today)


def leading_when(text: str, today: date) -> When | None:
    """Read the longest beginning of a text that is a day or a time, of at most eight words."""
    words = text.split()[:8]
    for count in range(len(words), 0, -1):
        if (found := read_when(" ".join(words[:count]), today)) is not None:
            return found
    return None


def _one(rest: str, today: date, found: When) -> tuple[When, str] | None:
    """Take the first piece off; None when it is no piece, or a second day or time."""
    for pattern, reader in _readers():
        if match := pattern.match(rest):
            read = reader(match, today, found)
            if read is not None:
                return read, rest[match.end() :].strip(" .,;")
    return None


def _whole(found: When, today: date) -> When | None:
    """Check a weekday against the day it names, or count to it."""
    if found.weekday is None:
        return None if found.day is None and found.at is None else found
    if found.day is not None:
        return found if found.day.weekday() == found.weekday else None
    ahead = (found.weekday - today.weekday()) % 7
    return replace(found, day=_bare(today + timedelta(days=ahead or 7)), sure=found.sure and ahead != 0)


@cache
def _readers() -> tuple[tuple[re.Pattern[str], Reader], ...]:
    return tuple((re.compile(pattern), reader) for pattern, reader in [*_in_figures(), *_in_words()])


def _in_figures() -> list[tuple[str, Reader]]:
    """Return the patterns that hold the day or the time itself."""
    word, month = _words(), _names("months")
    units = [word(key) for key in ("minutes", "hours", "days", "working_days", "weeks", "clock")]
    counts = rf"\.? ?(?:{month}|{'|'.join(units)}|[ap]\.?m|h\b)"
    return [
        (r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})(?:t(?=\d))?", _numeric),
        (r"(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})(?:\.\s?(?P<y>\d{4}|\d\d)|\.|(?=$|\s))(?!\s?uhr|\s?[ap]\.?m)", _numeric),
        (r"(?P<a>\d{1,2})/(?P<b>\d{1,2})/(?P<y>\d{4}|\d\d)", _slashed),
        (rf"(?P<d>\d{{1,2}})(?:st|nd|rd|th|\.)? (?:of )?(?P<month>{month})\b\.?,?(?: (?P<y>\d{{4}}))?", _named),
        (rf"(?P<month>{month})\.? (?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b(?!:)(?:,? (?P<y>\d{{4}}))?", _named),
        (r"(?P<h>\d{1,2})(?:[:.](?P<min>\d\d))?\s?(?P<half>[ap])\.?m\b\.?", _clock),
        (r"(?P<h>\d{1,2})[:.](?P<min>\d\d)(?::\d\d)?(?!\d)(?:\s?(?:uhr|h)\b)?", _clock),
        (r"(?P<h>\d{1,2})\s?(?:uhr|h)\b", _clock),
        (rf"(?:{word('answers_by')}) (?P<h>\d{{1,2}})(?=$|[\s,!]|\.(?:$|\s))(?!{counts})", _bare_hour),
    ]


def _in_words() -> list[tuple[str, Reader]]:
    """Return the patterns that are counted from today; last what says nothing by itself."""
    word = _words()
    count = rf"(?:(?:{word('in')}) )?(?P<n>\d{{1,3}}|{words_pattern(tuple(_numbers()))}) "
    return [
        (rf"(?:{word('end_of_month')})\b", _end_of_month),
        (rf"(?:{word('next_week')})\b", lambda _match, today, found: _on_friday(found, today, weeks=1)),
        (rf"(?:{word('end_of_week')})\b", lambda _match, today, found: _on_friday(found, today, weeks=0)),
        (rf"(?:{_part_names()})\b", _part),
        (rf"{count}(?:{word('working_days')})\b", _working_days),
        (rf"{count}(?:{word('days')})\b", lambda match, today, found: _days(found, today, _amount(match), sure=False)),
        (
            rf"{count}(?:{word('weeks')})\b",
            lambda match, today, found: _days(found, today, 7 * _amount(match), sure=False),
        ),
        (
            rf"{count}(?:{word('hours')})\b",
            lambda match, today, found: _in(found, today, timedelta(hours=_amount(match))),
        ),
        (
            rf"{count}(?:{word('minutes')})\b",
            lambda match, today, found: _in(found, today, timedelta(minutes=_amount(match))),
        ),
        (rf"(?:{word('day_after')})\b", lambda _match, today, found: _days(found, today, 2)),
        (rf"(?:{word('tomorrow')})\b", lambda _match, today, found: _days(found, today, 1)),
        (rf"(?:{word('today')})\b", lambda _match, today, found: _days(found, today, 0)),
        (rf"(?:(?P<next>{word('next')}) )?(?P<weekday>{_names('weekdays')})\b\.?", _weekday),
        (rf"(?:{word('prepositions')})(?=\s|$|:)\.?", lambda _match, _today, found: found),
    ]


# -- Readers: each adds to what was found, or refuses --------------------------------------------------


def _day(found: When, day: date, *, sure: bool = True) -> When | None:
    return None if found.day is not None else replace(found, day=_bare(day), sure=found.sure and sure)


def _days(found: When, today: date, count: int, *, sure: bool = True) -> When | None:
    return _day(found, today + timedelta(days=count), sure=sure)


def _on_friday(found: When, today: date, *, weeks: int) -> When | None:
    return _days(found, today, (4 - today.weekday()) % 7 + 7 * weeks, sure=False)


def _at(found: When, at: time, *, sure: bool = True) -> When | None:
    return None if found.at is not None else replace(found, at=at, sure=found.sure and sure)


def _bare(day: date) -> date:
    return day.date() if isinstance(day, datetime) else day


def _numeric(match: re.Match[str], today: date, found: When) -> When | None:
    return _dated(found, today, year=match["y"], month=int(match["m"]), day=int(match["d"]))


def _slashed(match: re.Match[str], today: date, found: When) -> When | None:
    first, second = int(match["a"]), int(match["b"])
    if first <= 12 and second <= 12 and first != second:
        return None  # the third of December or the twelfth of March
    day, month = max(first, second), min(first, second)
    return _dated(found, today, year=match["y"], month=month, day=day)


def _named(match: re.Match[str], today: date, found: When) -> When | None:
    return _dated(found, today, year=match["y"], month=_index("months")[match["month"]] + 1, day=int(match["d"]))


def _dated(found: When, today: date, *, year: str | None, month: int, day: int) -> When | None:
    try:
        if year:
            return _day(found, date(int(year) + (2000 if len(year) == 2 else 0), month, day))
        this_year = date(today.year, month, day)
        passed = this_year < _bare(today) - NEXT_YEAR_AFTER
        return _day(found, this_year.replace(year=today.year + 1) if passed else this_year)
    except ValueError:
        return None  # no such day: 31 February


def _clock(match: re.Match[str], _today: date, found: When) -> When | None:
    groups = match.groupdict()
    hour, minute = int(groups["h"]), int(groups.get("min") or 0)
    if groups.get("half"):
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if groups["half"] == "p" else 0)
    return _at(found, time(hour, minute)) if hour < 24 and minute < 60 else None


def _part(match: re.Match[str], _today: date, found: When) -> When | None:
    parts = {plain(name): at for each in _times() for name, at in each["parts"].items()}
    return _at(found, time.fromisoformat(parts[match[0]]), sure=False)


def _weekday(match: re.Match[str], today: date, found: When) -> When | None:
    wanted = _index("weekdays")[match["weekday"]]
    if found.weekday is not None:
        return None
    if not match["next"]:
        return replace(found, weekday=wanted)
    # In the week after this one: the cautious reading of a phrase people disagree about.
    monday = today - timedelta(days=today.weekday()) + timedelta(days=7)
    return _day(found, monday + timedelta(days=wanted), sure=False)


def _working_days(match: re.Match[str], today: date, found: When) -> When | None:
    day, left = today, _amount(match)
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5
    return _day(found, day, sure=False)


def _in(found: When, today: date, left: timedelta) -> When | None:
    if not isinstance(today, datetime):
        return _day(found, today, sure=False)
    end = today + left
    read = _day(found, end, sure=False)
    return read and _at(read, end.time().replace(second=0, microsecond=0), sure=False)


def _bare_hour(match: re.Match[str], _today: date, found: When) -> When | None:
    """Read "by 5": in the working day, so 1 to 7 are after noon."""
    hour = int(match["h"])
    return _at(found, time(hour + 12 if hour < 8 else hour), sure=False) if 0 < hour < 24 else None


def _end_of_month(_match: re.Match[str], today: date, found: When) -> When | None:
    return _day(found, today.replace(day=monthrange(today.year, today.month)[1]), sure=False)


def _amount(match: re.Match[str]) -> int:
    number = match["n"]
    return int(number) if number.isdigit() else _numbers()[number]


# -- Words of all languages ----------------------------------------------------------------------------


def _times() -> list[Mapping[str, Any]]:
    return [each.time for each in vocabularies()]


def _words() -> Callable[[str], str]:
    return lambda key: words_pattern([plain(word) for each in _times() for word in each[key]])


@cache
def _index(key: str) -> Mapping[str, int]:
    return {plain(word): number for each in _times() for number, words in enumerate(each[key]) for word in words}


def _names(key: str) -> str:
    return words_pattern(tuple(_index(key)))


@cache
def _numbers() -> Mapping[str, int]:
    return {plain(word): number for each in _times() for word, number in each["numbers"].items()}


def _part_names() -> str:
    return words_pattern([plain(name) for each in _times() for name in each["parts"]])
