"""Who waits for what a case brings about, outside: whom its page tells something, and addresses it knows."""

from __future__ import annotations

from collections.abc import Iterator

from doorstep.cases.gathered import Opened
from doorstep.people.models import Person
from doorstep.reading.page import Address, FactHolder, Tell


def clients_of(case: Opened) -> tuple[str, ...]:
    """Return the addresses, whom the page tells something first; nobody of the organisation.  One query."""
    found = list(dict.fromkeys(address.lower() for address in _addresses(case)))
    inside = Person.objects.addressed(*found).filter(outside=False) if found else ()
    ours = {address for one in inside for address in (one.email, *one.aliases.values_list("address", flat=True))}
    return tuple(address for address in found if address not in ours)


def _addresses(case: Opened) -> Iterator[str]:
    facts = case.state.facts if case.state else {}
    for step in case.page.page.walk():
        match step.card.action if step.card else None:
            case Tell(Address(address)):
                yield address
            case Tell(FactHolder(name)):
                yield from _within(facts.get(name))
            case _:
                pass
    for name, kind in case.page.kinds.kinds.items():
        if kind and "e-mail address" in (kind.name, kind.of.name if kind.of else ""):
            yield from _within(facts.get(name))


def _within(value: object) -> Iterator[str]:
    """Yield the addresses a fact holds, one or a list."""
    for one in value if isinstance(value, list | tuple) else (value,):
        if isinstance(one, str) and "@" in one:
            yield one.strip()
