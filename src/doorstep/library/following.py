"""What a process knows of its effective page: title, owner, expert, group, level, and the roles it names."""

from __future__ import annotations

from collections.abc import Iterator

from doorstep.library.models import Group, Level, Version
from doorstep.library.programs import meaning_of
from doorstep.people.models import Person, Role
from doorstep.reading import page


def follow(version: Version) -> None:
    """Let a version's process say what its page says.  A constant number of queries."""
    read = meaning_of(version.id).page
    process = version.process
    process.title = read.title[:300]
    process.level = level_of(read)
    process.owner, process.owner_role = somebody(read.card.owner)
    process.expert, process.expert_role = somebody(read.card.expert)
    process.group = _group(read.card.group)
    process.save()
    process.roles.set(_roles(read))


def level_of(read: page.Page) -> Level:
    """Return what a page can do: run when a step asks or does something, followed when it has things to tick."""
    steps = tuple(read.walk())
    if any(step.card and (step.card.who or step.card.action) for step in steps):
        return Level.RUN
    has_tasks = any(line.lstrip().lower().startswith(("- [ ]", "* [ ]")) for line in read.body.splitlines())
    return Level.FOLLOWED if has_tasks or steps else Level.READABLE


def somebody(addressee: page.Addressee | None) -> tuple[Person | None, Role | None]:
    """Return the person or the role that a title's card names; neither when nobody on record is meant."""
    match addressee:
        case page.Address(address):
            return Person.objects.addressed(address).first(), None
        case page.Role(name):
            role = Role.objects.filter(name__iexact=name).first()
            return (None, role) if role else (Person.objects.filter(name__iexact=name, outside=False).first(), None)
        case _:
            return None, None


def _group(name: str | None) -> Group | None:
    """Return the group of a name, made when the first page names it."""
    if not name:
        return None
    return Group.objects.filter(name__iexact=name).first() or Group.objects.create(name=name)


def _roles(read: page.Page) -> list[Role]:
    """Return the roles a page names: in its steps, and as its audience."""
    names = {name.casefold() for name in (*read.card.audience, *(role.name for role in _named(read)))}
    return [role for role in Role.objects.all() if role.name.casefold() in names] if names else []


def _named(read: page.Page) -> Iterator[page.Role]:
    """Yield the roles that the steps of a page name."""
    for card in (step.card for step in read.walk() if step.card):
        handlers = (*card.if_late, *card.if_rejected, *card.if_fails)
        addressees = [card.who.addressee if card.who else None, *(handler.who for handler in handlers)]
        if isinstance(card.action, page.Tell):
            addressees.append(card.action.addressee)
        for addressee in addressees:
            inner = addressee.of if isinstance(addressee, page.ManagerOf) else addressee
            if isinstance(inner, page.Role):
                yield inner
