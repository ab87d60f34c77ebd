"""By which channel somebody is reached: as the card says, as the person wants, by e-mail, by their page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from doorstep.cases.directory import remembered
from doorstep.connections.models import Connection
from doorstep.people.keys import person_key
from doorstep.people.reference import PersonRef
from doorstep.people.resolve import Found
from doorstep.plugin_api.registry import integrations
from doorstep.reading.page import Step

PAGE = "page"
"""The channel that is always there: the ask stands on Home and has its answer page."""

MAIL = "e-mail"


@dataclass(frozen=True, slots=True)
class Target:
    """One addressee on one channel of one connection."""

    addressee: str
    person: UUID | None
    channel: str
    connection: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """A connection that reaches people."""

    channel: str
    connection: str


def ways() -> dict[str, Way]:
    """Return the connections that reach people, by what pages and people call them, in lower case."""
    return remembered("ways", _ways)


def _ways() -> dict[str, Way]:
    rows = list(Connection.objects.order_by("name"))
    known = integrations() if rows else {}
    found: dict[str, Way] = {}
    for row in rows:
        one = known.get(row.kind)
        if one is None or one.channel is None:
            continue
        way = Way(MAIL if row.kind == "email" else row.kind, row.name)
        for name in (one.system.lower(), row.kind, row.name.lower()):
            found.setdefault(name, way)
    return found


def targets(step: Step | None, found: Found) -> list[Target]:
    """Return where an ask is put: in the record's system once, else to each person on their own channel."""
    card = step.card if step else None
    if card and card.where and (way := ways().get(card.where.channel.lower())):
        only = found.persons[0].id if len(found.persons) == 1 else None
        return [Target(found.key or person_key(found.persons[0].id), only, way.channel, way.connection)]
    wanted = card.who.channel or "" if card and card.who else ""
    return [target_of(person, wanted) for person in _asked(found)]


def target_of(person: PersonRef, wanted: str = "") -> Target:
    """Return where one person is reached; ``wanted`` is the channel a card names."""
    known = ways()
    for name in (wanted.lower(), person.channel.lower(), MAIL):
        if name == PAGE and not person.outside:
            break
        if way := known.get(name):
            return Target(person_key(person.id), person.id, way.channel, way.connection)
    return Target(person_key(person.id), person.id, PAGE)


def _asked(found: Found) -> Iterator[PersonRef]:
    """Yield whom to write to, each once: those asked, and who stands in for those away."""
    unique = {person.id: person for person in (*found.persons, *found.stand_ins)}
    yield from unique.values()
