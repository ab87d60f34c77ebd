"""People outside, known by their address alone."""

from __future__ import annotations

from collections.abc import Sequence

from doorstep.people.models import Person


def outsiders(addresses: Sequence[str]) -> list[Person]:
    """Return whoever has these addresses, in their order; an address nobody has becomes an outside person.

    At most four queries, however many addresses.
    """
    known = _known(addresses)
    if missing := [address for address in addresses if address not in known]:
        new = [Person(name=address, email=address, outside=True) for address in dict.fromkeys(missing)]
        Person.objects.bulk_create(new, ignore_conflicts=True)  # another transaction may have been first
        known |= _known(missing)
    return [known[address] for address in dict.fromkeys(addresses)]


def _known(addresses: Sequence[str]) -> dict[str, Person]:
    """Return who has which of some addresses."""
    found = Person.objects.addressed(*addresses).prefetch_related("aliases")
    return {
        address: person for person in found for address in (person.email, *(a.address for a in person.aliases.all()))
    }
