"""Who an addressee is: the persons to ask now, who stands in for them, and whom they answer to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from doorstep.people import addressee as meaning
from doorstep.people.absences import Away, absences_on
from doorstep.people.keys import exact_key, person_key, role_key
from doorstep.people.managers import managers_of
from doorstep.people.models import Membership, Person, Role
from doorstep.people.outside import outsiders
from doorstep.people.reference import PersonRef, ref
from doorstep.reading import page


@dataclass(frozen=True, slots=True)
class Found:
    """Whom to ask.

    ``key`` is what Home keeps the ask under (`people.keys`): a person's, or a role's when it is
    offered to its holders; empty when several people are meant who are no role's holders.  ``away``
    are those of them who are absent now.  ``managers`` are whom they answer to, nearest first.
    Nobody who is excluded is in any of them.
    """

    persons: tuple[PersonRef, ...]
    key: str
    role: str = ""
    scope: tuple[tuple[str, str], ...] = ()
    away: tuple[Away, ...] = ()
    managers: tuple[PersonRef, ...] = ()

    @property
    def stand_ins(self) -> tuple[PersonRef, ...]:
        """Who stands in for those away, on duty now."""
        found = {away.stand_in.id: away.stand_in for away in self.away if away.stand_in}
        return tuple(found.values())


@dataclass(frozen=True, slots=True)
class NotFound:
    """Nobody can be asked; ``why`` says in a sentence why not and what to do."""

    why: str


@dataclass(frozen=True, slots=True)
class _Search:
    """When, who is kept out, and whether those count who have left: their managers are still to be found."""

    at: datetime
    excluded: frozenset[UUID]
    even_left: bool = False

    def counts(self, person: Person) -> bool:
        """Say whether somebody is here."""
        return self.even_left or person.left_on is None or person.left_on > self.at.date()


def resolve(
    addressee: page.Addressee,
    *,
    facts: Mapping[str, object],
    starter: UUID | None,
    doers: Mapping[str, UUID],
    at: datetime,
    excluded: Collection[UUID] = (),
    process: str = "",
) -> Found | NotFound:
    """Return whom an addressee means at a time.  At most six queries, however many people there are.

    ``doers`` maps a step's name to who did it; ``excluded`` are those whom separation of duties keeps
    out, as persons, stand-ins and managers; ``process`` is the key by which absences choose their
    stand-ins.  An address nobody has becomes an outside person.
    """
    try:
        meant = meaning.meant(addressee, facts=facts, starter=starter, doers=doers)
    except meaning.NotKnownYet as reason:
        return NotFound(str(reason))
    search = _Search(at, frozenset(excluded))
    found = _found(meant, search)
    return found if isinstance(found, NotFound) else _with_others(found, search, process)


def _found(meant: meaning.Meant, search: _Search) -> Found | NotFound:
    """Return the persons meant, without those around them."""
    match meant:
        case meaning.Holders(role, scope):
            return _holders(role, dict(scope), search)
        case meaning.People():
            return _people(meant, search)
        case meaning.Managers(of):
            below = _found(of, _Search(search.at, frozenset(), even_left=True))
            return below if isinstance(below, NotFound) else _managers(below, search)


# -- Roles -----------------------------------------------------------------------------------------


def _holders(name: str, scope: Mapping[str, str], search: _Search) -> Found | NotFound:
    """Return the holders of a role whose scope fits best."""
    role = Role.objects.filter(name__iexact=name.strip()).first()
    if role is None:
        return NotFound(f'"{name}" is not a role. Add the role under People, or ask somebody else.')
    still = Q(person__left_on=None) | Q(person__left_on__gt=search.at.date())
    here = Membership.objects.filter(still, role=role)
    fitting = [
        held for held in here.select_related("person").order_by("person__name", "person_id") if _fits(held, scope)
    ]
    free = [held for held in fitting if held.person_id not in search.excluded]
    if not free:
        return NotFound(_nobody_holds(role.name, scope, kept_out=bool(fitting)))
    key, chosen = _best(role.id, free, scope)
    persons = {held.person_id: ref(held.person) for held in chosen}
    return Found(tuple(persons.values()), key, role.name, tuple(sorted(scope.items())))


def _fits(held: Membership, scope: Mapping[str, str]) -> bool:
    """Say whether somebody's scope does not speak against the one asked for."""
    own = _plain(held.scope)
    return all(own.get(part, value) == value for part, value in _plain(scope).items())


def _best(role: UUID, held: list[Membership], scope: Mapping[str, str]) -> tuple[str, list[Membership]]:
    """Return the holders whose scope says most of what is asked for, and their key.

    When nobody's says all of it, they are those of one scope: the one that says most, the first by name.
    """
    wanted = _plain(scope)

    def said(membership: Membership) -> int:
        return len(wanted.keys() & _plain(membership.scope).keys())

    full = [membership for membership in held if said(membership) == len(wanted)]
    if full:
        return role_key(role, scope), full
    most = min(held, key=lambda membership: (-said(membership), exact_key(role, membership.scope)))
    return exact_key(role, most.scope), [other for other in held if _plain(other.scope) == _plain(most.scope)]


def _plain(scope: Mapping[str, str]) -> dict[str, str]:
    """Return a scope for comparison: without case."""
    return {str(part).strip().casefold(): str(value).strip().casefold() for part, value in scope.items()}


def _nobody_holds(role: str, scope: Mapping[str, str], *, kept_out: bool) -> str:
    """Say that a role has nobody to ask."""
    where = "".join(f" for {part} {value}" for part, value in scope.items())
    if kept_out:
        return (
            f'Everybody who holds the role "{role}"{where} is kept out of this step by its Not by. '
            "Add another holder under People, or ask somebody else."
        )
    return f'Nobody holds the role "{role}"{where}. Add a holder under People, or ask somebody else.'


# -- People ----------------------------------------------------------------------------------------


def _people(meant: meaning.People, search: _Search) -> Found | NotFound:
    """Return people by id, address or name; a name may also be a role's."""
    if meant.names:
        return _named(meant, search)
    known = list(Person.objects.filter(id__in=meant.ids)) if meant.ids else []
    known += outsiders(meant.addresses) if meant.addresses else []
    if not known:
        return NotFound("Whoever is meant is no longer on record. Name somebody else.")
    return _able(known, search)


def _named(meant: meaning.People, search: _Search) -> Found | NotFound:
    """Return who a fact names that holds no address: the holders of a role, or a person of that name."""
    name = meant.names[0]
    if Role.objects.filter(name__iexact=name).exists():
        return _holders(name, {}, search)
    known = list(Person.objects.called(name).filter(outside=False)[:2])
    if len(known) != 1:
        came = "more than one person has this name" if known else "no person and no role has this name"
        return NotFound(f'"{name}" is not enough to know who is meant: {came}. Use the e-mail address.')
    return _people(replace(meant, ids=(*meant.ids, known[0].id), names=meant.names[1:]), search)


def _able(known: Iterable[Person], search: _Search) -> Found | NotFound:
    """Return those who are here and may answer, or why nobody is."""
    unique = {person.id: person for person in known}
    here = [person for person in unique.values() if search.counts(person)]
    if not here:
        gone = next(iter(unique.values()))
        return NotFound(f"{gone.name} left on {gone.left_on}. Ask somebody else, or change the page.")
    able = tuple(ref(person) for person in here if person.id not in search.excluded)
    if not able:
        return NotFound(f"{here[0].name} is kept out of this step by its Not by. Ask somebody else.")
    return Found(able, person_key(able[0].id) if len(able) == 1 else "")


def _managers(below: Found, search: _Search) -> Found | NotFound:
    """Return the nearest managers of some people."""
    nearest = managers_of([person.id for person in below.persons], at=search.at, levels=1)
    if not nearest:
        return NotFound(
            f"No manager of {below.persons[0].name} is on record. Add one under People, or ask somebody else."
        )
    return _able(nearest, search)


# -- Those around them -----------------------------------------------------------------------------


def _with_others(found: Found, search: _Search, process: str) -> Found:
    """Add who is away, who stands in, and whom they answer to."""
    ids = [person.id for person in found.persons]
    managers = managers_of(ids, at=search.at)
    return replace(
        found,
        away=tuple(_without(away, search.excluded, process) for away in absences_on(search.at, of=ids)),
        managers=tuple(ref(person) for person in managers if person.id not in search.excluded),
    )


def _without(away: Away, excluded: frozenset[UUID], process: str) -> Away:
    """Take away a stand-in who is kept out, or who is not for this process."""
    usable = away.stand_in and away.stand_in.id not in excluded and away.covers(process)
    return away if usable else replace(away, stand_in=None)
