"""Where a page asks somebody: its steps by whom they name, numbered as readers see them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from uuid import UUID

from doorstep.library.models import Appearance, Process
from doorstep.people.models import Person, Role
from doorstep.reading import page

Steps = list[tuple[int, str]]
"""Number and name; a step that opens only when another was rejected has the number 0."""

STARTER = ""
"""Whom a page names as whoever started this, beside roles (their names) and persons (their addresses)."""


def numbered(read: page.Page) -> Iterator[tuple[int, page.Step]]:
    """Yield the steps without steps of their own, with their numbers."""
    repairs = repairs_of(read)
    number = 0
    for step in read.walk():
        if not step.steps:
            number += step.name not in repairs
            yield (0 if step.name in repairs else number), step


def repairs_of(read: page.Page) -> frozenset[str]:
    """Return the names of the steps that open only when another was rejected."""
    handlers = (handler for step in read.walk() if step.card for handler in step.card.if_rejected)
    return frozenset(handler.target for handler in handlers if handler.do == "repair" and handler.target)


def appearances(read: page.Page) -> Mapping[str, Steps]:
    """Return the steps of a page by whom they ask: a role's name or an address in lower case, or STARTER."""
    found: dict[str, Steps] = {}
    for number, step in numbered(read):
        name = _asked(step.card)
        if name is not None:
            found.setdefault(name, []).append((number, step.name))
    return found


def _asked(card: page.Card | None) -> str | None:
    match card.who.addressee if card and card.who else None:
        case page.Role(name) | page.Address(name):
            return name.casefold()
        case page.Starter():
            return STARTER
        case _:
            return None


def remember_appearances(process: Process, read: page.Page, roles: list[Role]) -> None:
    """Let the rows of a process say what its page says now.  Three queries.  ``roles`` are those it names."""
    found = appearances(read)
    by_role = {role.name.casefold(): role.id for role in roles}
    people = _people([name for name in found if "@" in name])
    Appearance.objects.filter(process=process).delete()
    rows: dict[tuple[UUID | None, UUID | None], Steps] = {}
    for name, steps in found.items():
        key = (by_role.get(name), people.get(name))
        if any(key) or name == STARTER:
            rows.setdefault(key, []).extend(steps)
    Appearance.objects.bulk_create(
        Appearance(process=process, role_id=role, person_id=person, steps=sorted(steps))
        for (role, person), steps in rows.items()
    )


def _people(addresses: list[str]) -> dict[str, UUID]:
    """Return the persons of some addresses; nobody is asked for when there are none."""
    if not addresses:
        return {}
    persons = Person.objects.addressed(*addresses).prefetch_related("aliases")
    return {
        address: one.id for one in persons for address in (one.email, *(alias.address for alias in one.aliases.all()))
    }
