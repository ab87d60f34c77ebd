"""Work first, page after: three typed lines start a case of an unpublished page of one author."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from doorstep.cases.refusals import NotAllowed
from doorstep.cases.start_case import Started, start_case
from doorstep.connections.queries import channels_and_systems
from doorstep.library.draft import draft
from doorstep.library.errors import NotPublishable
from doorstep.people import errors
from doorstep.people.clock import business_now
from doorstep.people.models import Person
from doorstep.people.named import Named, named_in, near_to
from doorstep.reading.typed import MOST_LETTERS, Known, LineFault, Typed, understand_lines
from doorstep.reading.writing import write


class NotUnderstood(Exception):
    """Lines that are not clear; ``faults`` say which and why."""

    def __init__(self, faults: Sequence[LineFault]) -> None:
        super().__init__("\n".join(fault.text for fault in faults))
        self.faults = tuple(faults)


def understood(*, text: str, by: UUID, title: str = "", at: datetime | None = None) -> Typed:
    """Return what lines mean to somebody, by whom and what is on record here.  Changes nothing."""
    person = Person.objects.get(id=by)
    now = (at or business_now()).astimezone(_zone(person))
    _, systems = channels_and_systems()

    def meant(*found: Named) -> Typed:
        people = _known(*found)
        return understand_lines(text, people=people, by=person.email, now=now, systems=systems, title=title)

    if len(text) > MOST_LETTERS:
        return meant()
    named = named_in(text, day=now.date())
    typed = meant(named)
    return meant(named, near_to(text, day=now.date())) if typed.faults else typed


def start_lines(
    *,
    text: str,
    by: UUID,
    facts: Mapping[str, object] | None = None,
    title: str = "",
    at: datetime | None = None,
    key: str = "",
) -> Started:
    """Start what lines say, as a case of an unpublished page of whoever typed them.

    ``facts`` are those of `Typed.wanted`; what is not given has the words of its line.  ``key`` makes it
    happen once.  Raises NotUnderstood with what is not clear, NotAllowed, and NotPossible for facts that
    are missing or do not fit.
    """
    typed = understood(text=text, by=by, title=title, at=at)
    if typed.faults:
        raise NotUnderstood(typed.faults)
    words = {one.name: one.value for one in typed.wanted if one.value}
    zone = _zone(Person.objects.get(id=by)).key
    with transaction.atomic():
        version = _draft(write(typed.page), by=by, at=at)
        return start_case(version_id=version, facts={**words, **(facts or {})}, by=by, zone=zone, at=at, key=key)


def _draft(text: str, *, by: UUID, at: datetime | None) -> UUID:
    try:
        return draft(text=text, by=by, at=at)
    except errors.NotAllowed as refused:
        raise NotAllowed(str(refused)) from refused
    except NotPublishable as refused:
        faults = [LineFault(0, fault.text) for fault in refused.faults if fault.severity == "error"]
        raise NotUnderstood(faults) from refused


def _known(*found: Named) -> tuple[Known, ...]:
    """Return the persons and the roles that were found, each once, by name."""
    persons = sorted({one for named in found for one in named.persons})
    roles = sorted({role for named in found for role in named.roles})
    return (*(Known(name, email) for name, email in persons), *(Known(role) for role in roles))


def _zone(person: Person) -> ZoneInfo:
    return ZoneInfo(person.zone or settings.DOORSTEP.text("zone"))
