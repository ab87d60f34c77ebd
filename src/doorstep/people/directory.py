"""Which names a page may use: the directory that reading checks it against.

Of the people only those are read whom the page names, and who is like somebody it names whom nobody here is: a page
is checked at every pause of a typing hand, and there may be 100,000 of them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from string import ascii_lowercase, digits

from doorstep.people.models import Alias, Person, Role
from doorstep.people.models.person import DOMAIN

NEAR = 300
"""How many people of a domain are read to see whom a slip of the pen means; in larger ones it is looked for by its letters."""

MOST_SLIPS = 20
"""Addresses nobody here has that are looked for by their letters."""

_ADDRESS = re.compile(r"[^\s<>(),;:|\"'“”„`*\[\]{}]+@[^\s<>(),;:|\"'“”„`*\[\]{}]+")
_LETTERS = f"{ascii_lowercase}{digits}.-_"


@dataclass(frozen=True, slots=True)
class Directory:
    """Names as they are written; whoever compares does it without case."""

    roles: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()  # addresses
    channels: frozenset[str] = frozenset()
    systems: frozenset[str] = frozenset()


BUILT_IN_CHANNELS = frozenset({"e-mail", "page"})


def directory(text: str, *, channels: Collection[str] = (), systems: Collection[str] = ()) -> Directory:
    """Return every role, and of the addresses those a text names and those that are like one it names.

    Three queries, and two more for addresses that nobody has.  People do not know the connections: ``channels``
    and ``systems`` are what `library.publish` learnt from them, beside e-mail and the answer page, which are always there.
    """
    named = {one.lower().rstrip(".!?") for one in _ADDRESS.findall(text)}
    known = _having(named)
    return Directory(
        roles=frozenset(Role.objects.values_list("name", flat=True)),
        people=known | _like(named - known),
        channels=BUILT_IN_CHANNELS | frozenset(channels),
        systems=frozenset(systems),
    )


def _having(addresses: Collection[str]) -> frozenset[str]:
    """Return which of some addresses somebody has, as their own or as an alias."""
    if not addresses:
        return frozenset()
    own = Person.objects.filter(email__in=addresses, outside=False).values_list("email", flat=True)
    return frozenset(own) | frozenset(Alias.objects.filter(address__in=addresses).values_list("address", flat=True))


# Index: person_by_domain, and that of the address.
def _like(unknown: Collection[str]) -> frozenset[str]:
    """Return addresses of the same domains, and whatever is one slip of the pen away."""
    if not unknown:
        return frozenset()
    domains = {one.rpartition("@")[2] for one in unknown}
    people = Person.objects.filter(outside=False).alias(domain=DOMAIN)
    found = frozenset(people.filter(domain__in=domains).values_list("email", flat=True)[:NEAR])
    slips = {slip for one in sorted(unknown)[:MOST_SLIPS] for slip in one_slip(one)} if len(found) == NEAR else ()
    return found | _having(slips)


def one_slip(address: str) -> Iterator[str]:
    """Yield every address of the same domain with a letter too few, too many, another one, or two swapped."""
    name, _, domain = address.rpartition("@")
    for at in range(len(name) + 1):
        before, after = name[:at], name[at:]
        yield f"{before}{after[1:]}@{domain}"
        yield f"{before}{after[1:2]}{after[:1]}{after[2:]}@{domain}"
        for letter in _LETTERS:
            yield f"{before}{letter}{after}@{domain}"
            yield f"{before}{letter}{after[1:]}@{domain}"
