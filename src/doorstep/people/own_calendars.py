"""Calendars that are made by naming a country."""

from __future__ import annotations

import re
from collections.abc import Collection

from doorstep.people.calendars import public_holidays
from doorstep.people.errors import NotUsable
from doorstep.people.models import WorkingCalendar

_PLACE = re.compile(r"(?P<country>[A-Za-z]{2})(?:-(?P<part>[A-Za-z0-9]{1,3}))?")


def calendars_by_name(names: Collection[str]) -> dict[str, WorkingCalendar]:
    """Return the calendars of some names, by the name without case.

    A name such as DE or DE-BY that no calendar has becomes one: office hours with the holidays of
    that place.  A name that is neither is left out.
    """
    found = {row.name.casefold(): row for row in WorkingCalendar.objects.all()}
    for name in sorted({name.casefold() for name in names} - found.keys()):
        if row := _of_place(name):
            row.save()
            found[name] = row
    return found


def _of_place(name: str) -> WorkingCalendar | None:
    """Return an unsaved calendar for a country or a part of it; None for what is no place."""
    place = _PLACE.fullmatch(name)
    if not place:
        return None
    country, part = place["country"].upper(), (place["part"] or "").upper()
    try:
        public_holidays(country, part, 2026)
    except NotUsable:
        return None
    return WorkingCalendar(name=name.upper(), country=country, subdivision=part)
