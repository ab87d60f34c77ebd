"""Whom a version concerns, as sets: as whom each of some people meets it, and what they last knew of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from doorstep.library.models import Process, Version
from doorstep.library.readers import readers_of
from doorstep.people.models import Alias, Membership, Person, Role
from doorstep.reading.page import EVERYBODY
from doorstep.stewardship.difference import parts
from doorstep.stewardship.models import Acknowledgement, AcknowledgementState, Held, Progress, ProgressKind
from doorstep.stewardship.theirs import Somebody


@dataclass(frozen=True, slots=True)
class Concerned:
    """One person a version concerns: as whom, and the version they knew before (None: the page is new to them)."""

    person: UUID
    somebody: Somebody
    since: UUID | None


def before(version: Version) -> Version | None:
    """Return the version in effect before one that was told to everybody it concerned.  One query.

    One that was overtaken before all had heard of it counts as unknown: who heard of it has that on record.
    """
    told = Progress.objects.filter(kind=ProgressKind.TELLING, ended_at__isnull=False).values("about")
    earlier = Version.objects.filter(process=version.process_id, number__lt=version.number, id__in=told)
    return earlier.defer("text").order_by("number").last()


def named_in(keys: Iterable[str], *, process: Process, day: date) -> QuerySet[Person]:
    """Return the people here who hold one of some roles or have one of some addresses, and may meet the process.

    Among the roles, `EVERYBODY` is all people of the organisation.
    """
    roles = {name.casefold(): role for role, name in Role.objects.values_list("id", "name")}
    wanted = list(keys)
    here = Person.objects.here(day).filter(outside=False).filter(readers_of(process))
    if EVERYBODY in wanted:
        return here
    holders = Membership.objects.filter(role__in=[roles[key] for key in wanted if key in roles]).values("person")
    addresses = [key for key in wanted if "@" in key]
    by_address = Person.objects.addressed(*addresses).values("id") if addresses else Person.objects.none().values("id")
    return here.filter(Q(id__in=holders) | Q(id__in=by_address))


def concerned(version: Version, people: Collection[UUID], *, since: Version | None) -> list[Concerned]:
    """Return as whom each of some people meets a version and what they last knew.  Five queries, however many.

    They last knew what they last acknowledged; before the first time what was in effect ``since``, if it concerned
    them and they were known here then; a page that never did is new to them.
    """
    known = _known(version, people)
    held = _held(people) if since else {}
    return [
        Concerned(one, somebody, known[one] if one in known else _met(since, somebody, held.get(one, frozenset())))
        for one, somebody in as_whom(people).items()
    ]


def _met(since: Version | None, somebody: Somebody, held: frozenset[str]) -> UUID | None:
    """Return the version somebody knew who acknowledged none: the one in effect, if it concerned them then."""
    earlier = Somebody(somebody.roles & held, somebody.addresses)
    return since.id if since and parts(since.id).concern(earlier) else None


def as_whom(people: Collection[UUID]) -> dict[UUID, Somebody]:
    """Return the roles, `EVERYBODY` among them, and the addresses of each of some people.  Three queries."""
    roles: dict[UUID, set[str]] = {person: {EVERYBODY} for person in people}
    held = Membership.objects.filter(person__in=people).values_list("person", "role__name")
    for person, name in held:
        roles[person].add(name.casefold())
    addresses: dict[UUID, set[str]] = {
        person: {email} for person, email in Person.objects.filter(id__in=people).values_list("id", "email")
    }
    for person, address in Alias.objects.filter(person__in=people).values_list("person", "address"):
        addresses[person].add(address)
    return {person: Somebody(frozenset(roles[person]), frozenset(addresses.get(person, ()))) for person in people}


def asked_as(row: Acknowledgement, somebody: Somebody) -> Somebody:
    """Return as whom somebody is asked: who acknowledged it in other roles before, as those they took on since."""
    if row.roles is None or row.state == AcknowledgementState.DONE:
        return somebody
    return Somebody(somebody.roles - frozenset(row.roles))


def _known(version: Version, people: Collection[UUID]) -> dict[UUID, UUID | None]:
    """Return the version each last acknowledged, else the one they had to acknowledge the difference from."""
    rows = Acknowledgement.objects.filter(process=version.process_id, person__in=people).exclude(version=version)
    found: dict[UUID, UUID | None] = {}
    for person, state, acknowledged, since in rows.order_by("version__number").values_list(
        "person", "state", "version", "since"
    ):
        if state == AcknowledgementState.DONE:
            found[person] = acknowledged
        else:
            found.setdefault(person, since)
    return found


def _held(people: Collection[UUID]) -> dict[UUID, frozenset[str]]:
    """Return the roles some people held when roles were last compared.  One query."""
    found: dict[UUID, set[str]] = {}
    for person, name in Held.objects.filter(person__in=people).values_list("person_id", "role__name"):
        found.setdefault(person, set()).add(name.casefold() if name else EVERYBODY)
    return {person: frozenset(names) for person, names in found.items()}
