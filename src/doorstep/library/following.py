"""What a process knows of its effective page: title, owner, expert, group, level, review, roles, where they come in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from doorstep.library.appearing import remember_appearances
from doorstep.library.dates import review_day
from doorstep.library.models import Group, Version
from doorstep.library.programs import meaning_of
from doorstep.library.using import remember_uses
from doorstep.people.models import Person, Role
from doorstep.reading import page
from doorstep.reading.titles import starters


def follow(version: Version) -> None:
    """Let a version's process say what its page says.  A constant number of queries.

    A page that names no owner on record keeps the one it had; at first, whoever publishes it proposes themselves.
    One that leaves a restricted group stays restricted: a line of its card opens nothing, a person does, by `restrict`.
    """
    read = meaning_of(version.id).page
    process = version.process
    process.title = read.title[:300]
    process.level = version.level
    owner, role = somebody(read.card.owner)
    if owner or role:
        process.owner, process.owner_role = owner, role
    elif not process.owner_id and not process.owner_role_id:
        process.owner = version.published_by
    process.expert, process.expert_role = somebody(read.card.expert)
    was_shut = process.group is not None and process.group.restricted
    process.group = _group(read.card.group)
    process.restricted |= was_shut and not (process.group and process.group.restricted)
    process.for_everybody = read.card.for_everybody
    process.review_due = _review_due(version, read)
    process.obsolete_at, process.obsolete_by, process.obsolete_why = None, None, ""
    process.save()
    roles = _roles(read)
    process.roles.set(roles)
    remember_appearances(process, read, roles)
    remember_uses(process, read)


def _review_due(version: Version, read: page.Page) -> date:
    """Return by when the page is looked at again: counted from when it was last verified, else from its first day."""
    first = Version.objects.filter(process=version.process_id, effective_from__isnull=False).order_by("number").first()
    start = version.process.verified_at or (first or version).effective_from
    assert start is not None, "an effective version has a date"
    return review_day(start.date(), read.card.review)


def somebody(addressee: page.Addressee | None) -> tuple[Person | None, Role | None]:
    """Return the person or the role that a title's card names; neither when nobody on record is meant."""
    match addressee:
        case page.Address(address):
            return Person.objects.addressed(address).first(), None
        case page.Role(name):
            role = Role.objects.filter(name__iexact=name).first()
            return (None, role) if role else (Person.objects.called(name).filter(outside=False).first(), None)
        case _:
            return None, None


def _group(name: str | None) -> Group | None:
    """Return the group of a name, made when the first page names it."""
    if not name:
        return None
    return Group.objects.filter(name__iexact=name).first() or Group.objects.create(name=name)


def _roles(read: page.Page) -> list[Role]:
    """Return the roles a page names: in its steps, as its audience, and as those who may start it."""
    card = read.card
    names = {name.casefold() for name in (*card.audience, *starters(card), *(role.name for role in _named(read)))}
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
