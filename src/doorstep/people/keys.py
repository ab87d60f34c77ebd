"""The keys Home is kept under: one row an ask, whoever it is for.

An ask to a person has ``p:<person>``.  An ask to a role has one of:

* ``r:<role>``: every holder;
* ``r:<role>|country=DE``: holders whose scope says so, whatever else it says;
* ``r:<role>|=country=DE``: holders whose whole scope is this one, ``r:<role>|=`` those without any;
  for an ask whose scope no holder has in full.

A person's own keys are few, so Home asks an index for a handful of them, never for a role's holders.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from uuid import UUID

from doorstep.people.absences import absences_on
from doorstep.people.models import Membership


@dataclass(frozen=True, slots=True)
class HomeKeys:
    """``own`` are a person's keys; ``standing_in`` those of people away, each with the processes it holds for."""

    own: tuple[str, ...]
    standing_in: tuple[tuple[str, frozenset[str]], ...] = ()  # no processes: all


def person_key(person: UUID) -> str:
    """Return the key of an ask to one person."""
    return f"p:{person}"


def role_key(role: UUID, scope: Mapping[str, str] | None = None) -> str:
    """Return the key of an ask to a role's holders whose scope says this."""
    return f"r:{role}|{_words(scope)}" if scope else f"r:{role}"


def exact_key(role: UUID, scope: Mapping[str, str]) -> str:
    """Return the key of an ask to the holders whose whole scope is this one."""
    return f"r:{role}|={_words(scope)}"


def keys_of(person: UUID, *, at: datetime) -> HomeKeys:
    """Return what a person's Home is read by, those they stand in for included.  Two queries."""
    absent = [away for away in absences_on(at, stand_in=person) if away.stand_in]
    keys = keys_of_many([person, *(away.person.id for away in absent)])
    inherited = [(key, away.processes) for away in absent for key in keys[away.person.id]]
    return HomeKeys(own=keys[person], standing_in=tuple(inherited))


def keys_of_many(people: Collection[UUID]) -> dict[UUID, tuple[str, ...]]:
    """Return the own keys of each of some people.  One query."""
    roles: dict[UUID, list[str]] = {person: [] for person in people}
    for membership in Membership.objects.filter(person__in=roles):
        roles[membership.person_id] += _role_keys(membership)
    return {person: (person_key(person), *dict.fromkeys(keys)) for person, keys in roles.items()}


def _role_keys(membership: Membership) -> Iterator[str]:
    """Yield the keys of one membership: each part of its scope, and the whole exactly."""
    items = sorted(membership.scope.items())
    for size in range(len(items) + 1):
        for part in combinations(items, size):
            yield role_key(membership.role_id, dict(part))
    yield exact_key(membership.role_id, membership.scope)


def _words(scope: Mapping[str, str]) -> str:
    """Return a scope as canonical text, without case."""
    return "&".join(f"{_plain(name)}={_plain(value)}" for name, value in sorted(scope.items()))


def _plain(word: object) -> str:
    """Return a word of a scope without case and without the characters the key is made of."""
    return "".join(f"%{ord(letter):02x}" if letter in "%&=|" else letter for letter in str(word).strip().casefold())
