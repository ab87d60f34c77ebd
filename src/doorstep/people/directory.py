"""Which names pages may use: the directory that reading checks a page against."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from doorstep.people.models import Alias, Person, Role


@dataclass(frozen=True, slots=True)
class Directory:
    """Names as they are written; whoever compares does it without case."""

    roles: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()  # addresses
    channels: frozenset[str] = frozenset()
    systems: frozenset[str] = frozenset()


BUILT_IN_CHANNELS = frozenset({"e-mail", "page"})


def directory(*, channels: Collection[str] = (), systems: Collection[str] = ()) -> Directory:
    """Return every role and address known, in three queries.

    People do not know the connections: ``channels`` and ``systems`` are what `library.publish` learnt
    from them, beside e-mail and the answer page, which are always there.
    """
    return Directory(
        roles=frozenset(Role.objects.values_list("name", flat=True)),
        people=frozenset(Person.objects.filter(outside=False).values_list("email", flat=True))
        | frozenset(Alias.objects.values_list("address", flat=True)),
        channels=BUILT_IN_CHANNELS | frozenset(channels),
        systems=frozenset(systems),
    )
