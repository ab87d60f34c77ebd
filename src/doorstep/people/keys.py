"""The keys Home is kept under: one row an ask, whoever it is for.

An ask to a person has ``p:<person>``.  An ask to a role has one of:

* ``r:<role>``: every holder;
* ``r:<role>|country=DE``: holders whose scope says so, whatever else it says;
* ``r:<role>|=country=DE``: holders whose whole scope is this one, ``r:<role>|=`` those without any;
  for an ask whose scope no holder has in full.

A person's own keys are few, so Home asks an index for a handful of them, never for a role's holders.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from uuid import UUID

from doorstep.people.absences import absences_on
from doorstep.people.held import held_by
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
    """Return what a person's Home is read by, those they stand in for included.  Two queries, and one more for those."""
    absent = [away for away in absences_on(at, stand_in=person) if away.stand_in]
    keys = keys_of_many([away.person.id for away in absent]) if absent else {}
    inherited = [(key, away.processes) for away in absent for key in keys[away.person.id]]
    own = [key for one in held_by(person) for key in _role_keys(one.role, one.scope)]
    return HomeKeys(own=_keys(person, own), standing_in=tuple(inherited))


def keys_of_many(people: Collection[UUID]) -> dict[UUID, tuple[str, ...]]:
    """Return the own keys of each of some people.  One query."""
    roles: dict[UUID, list[str]] = {person: [] for person in people}
    for membership in Membership.objects.filter(person__in=roles):
        roles[membership.person_id] += _role_keys(membership.role_id, membership.scope)
    return {person: _keys(person, keys) for person, keys in roles.items()}


def _keys(person: UUID, roles: Iterable[str]) -> tuple[str, ...]:
    return (person_key(person), *dict.fromkeys(roles))


def _role_keys(role: UUID, scope: Mapping[str, str]) -> Iterator[str]:
    """Yield the keys of one membership: each part of its scope, and the whole exactly."""
    items = sorted(scope.items())
    for size in range(len(items) + 1):
        for part in combinations(items, size):
            yield role_key(role, dict(part))
    yield exact_key(role, scope)


def _words(scope: Mapping[str, str]) -> str:
    """Return a scope as canonical text, without case."""
    return "&".join(f"{_plain(name)}={_plain(value)}" for name, value in sorted(scope.items()))


def _plain(word: object) -> str:
    """Return a word of a scope without case and without the characters the key is made of."""
    return "".join(f"%{ord(letter):02x}" if letter in "%&=|" else letter for letter in str(word).strip().casefold())
