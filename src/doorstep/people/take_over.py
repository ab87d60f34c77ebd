"""Taking over what a directory says: who is here, who left, who moved, under whom, in which roles.

People are known again by the directory's own key (an `ExternalAccount` of its name), at first by their
addresses.  Taking the same over again changes nothing.  A directory takes back only what it gave: roles of others
stay, and somebody marked as left here by hand does not come back because a directory is slow.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from doorstep.people.account_rows import follow_people
from doorstep.people.addressee import is_address
from doorstep.people.models import Alias, ExternalAccount, Membership, Move, Person, Role
from doorstep.plugin_api import DirectoryPerson

BATCH = 5_000
FEW = 5
"""Fewer than this many leave at once without anybody being asked."""

PART = 10
"""One in so many: when more leave at once, an administrator is asked."""

_COLUMNS = ("name", "email", "title", "department", "manager_id", "left_on")


class TooManyLeft(Exception):
    """A directory that is believed would make many leave at once; the message says how many, and nothing was changed."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What a pull did.  ``faults`` are entries that could not be taken, each in a sentence."""

    added: int = 0
    changed: int = 0
    left: tuple[str, ...] = ()
    moved: int = 0
    back: int = 0
    faults: tuple[str, ...] = ()

    def __str__(self) -> str:
        who = f" ({', '.join(self.left[:5])}{' and others' if len(self.left) > 5 else ''})" if self.left else ""
        counts = f"{self.added} added, {self.changed} changed, {len(self.left)} left{who}, {self.moved} moved"
        again = f", {self.back} back" if self.back else ""
        out = f", {len(self.faults)} left out" if self.faults else ""
        return f"{counts}{again}{out}."


@dataclass(slots=True)
class _Known:
    """Who is on record, and what a pull has made of them so far."""

    source: str
    today: date
    persons: dict[UUID, Person]
    by_key: dict[str, ExternalAccount]
    by_person: dict[UUID, ExternalAccount]
    by_address: dict[str, UUID]
    before: dict[UUID, tuple[Any, ...]]
    accounts_before: dict[UUID, tuple[str, date | None]]
    new: set[UUID] = field(default_factory=set)
    back: set[UUID] = field(default_factory=set)
    left: list[Person] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    aliases: dict[str, UUID] = field(default_factory=dict)


@transaction.atomic
def take_over(
    people: Iterable[DirectoryPerson], *, source: str, whole: bool, at: datetime, sweeping: bool = False
) -> Taken:
    """Let people be as a directory says; ``whole``: whom it does not name is gone.

    ``sweeping`` is an administrator's word that many may leave at once.  Raises TooManyLeft without it, when five
    or more would and they are more than a tenth of those the directory knew; then nothing is changed.
    """
    _one_at_a_time()
    known = _known(source, at.date())
    read = [one for one in people if _fits(one, known)]
    before = _here(known)
    for one in read:
        _take(one, known)
    gone = [key for key in known.by_key if key not in known.seen] if whole else []
    for key in gone:
        _leaves(known.by_key[key], known)
    if not sweeping:
        _require_plausible(known, before, nobody=whole and not read)
    for one in read:
        _under(one, known)
    changed = _write(known)
    memberships = _roles([one for one in read if one.roles is not None], known)
    moved = _moves(known)
    follow_people(today=at.date())
    left = tuple(sorted(person.name for person in known.left))
    altered = (changed | memberships) - known.new - {person.id for person in known.left}
    faults = tuple(known.faults)
    return Taken(len(known.new), len(altered), left, moved, len(known.back), faults)


def _known(source: str, today: date) -> _Known:
    """Return everybody on record.  Three queries."""
    persons = {person.id: person for person in Person.objects.all()}
    accounts = list(ExternalAccount.objects.filter(system__iexact=source))
    by_address = dict(Alias.objects.values_list("address", "person_id"))
    by_address |= {person.email: person.id for person in persons.values()}
    return _Known(
        source=source,
        today=today,
        persons=persons,
        by_key={one.external_id: one for one in accounts},
        by_person={one.person_id: one for one in accounts},
        by_address=by_address,
        before={one.id: _columns(one) for one in persons.values()},
        accounts_before={one.id: (one.external_id, one.gone_on) for one in accounts},
    )


def _one_at_a_time() -> None:
    """Let pulls follow each other: two directories may name one new person."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('doorstep.people.take_over'))")


def _columns(person: Person) -> tuple[Any, ...]:
    return tuple(getattr(person, column) for column in _COLUMNS)


def _here(known: _Known) -> int:
    """Return how many of those a directory knew are still here."""
    return sum(not _gone(known.persons[one], known.today) for one in known.by_person)


def _gone(person: Person, today: date) -> bool:
    return person.left_on is not None and person.left_on <= today


# -- One entry -------------------------------------------------------------------------------------


def _fits(one: DirectoryPerson, known: _Known) -> bool:
    """Say whether an entry can be taken; whoever is inactive and unknown is nobody's loss."""
    if one.key in known.seen:
        known.faults.append(f"{one.name or one.key} is there twice. The first entry counts.")
        return False
    known.seen.add(one.key)
    if not one.active and one.key not in known.by_key:
        return known.by_address.get(one.address.lower()) is not None
    if not one.name.strip():
        known.faults.append(f"The entry {one.key} has no name. Give it one in the directory.")
        return False
    if one.active and not is_address(one.address):
        known.faults.append(f"{one.name} has no usable e-mail address (“{one.address}”). Mend it in the directory.")
        return False
    return True


def _take(one: DirectoryPerson, known: _Known) -> None:
    """Let one person be as an entry says."""
    person = _person(one, known)
    if person is None:
        return
    account = known.by_person[person.id]
    if not one.active:
        _leaves(account, known)
        return
    if account.gone_on is not None:
        account.gone_on = None
        known.back.add(person.id)
        person.left_on = None
    person.name, person.title, person.department = (
        " ".join(one.name.split())[:200],
        one.title[:200],
        one.department[:200],
    )
    _addressed(person, one, known)


def _person(one: DirectoryPerson, known: _Known) -> Person | None:
    """Return the person of an entry: by key, by address, else a new one; None when the address is somebody else's."""
    account = known.by_key.get(one.key)
    if account:
        return known.persons[account.person_id]
    found = _addressee(one, known)
    if found is None:
        person = Person(name=one.name, email=one.address.lower())
        known.persons[person.id] = person
        known.by_address[person.email] = person.id
        known.new.add(person.id)
        found = person.id
    other = known.by_person.get(found)
    if other is not None and other.external_id in known.seen:
        known.faults.append(
            f"{one.name} has the address {one.address}, which belongs to another entry. Mend one of them."
        )
        return None
    known.by_person[found] = _account(found, one.key, other, known)
    known.persons[found].outside = False
    return known.persons[found]


def _addressee(one: DirectoryPerson, known: _Known) -> UUID | None:
    """Return who has the address of an entry, or another of its addresses if the directory knows them by none yet."""
    others = (known.by_address.get(alias.lower()) for alias in one.aliases)
    free = (person for person in others if person is not None and person not in known.by_person)
    return known.by_address.get(one.address.lower()) or next(free, None)


def _account(person: UUID, key: str, other: ExternalAccount | None, known: _Known) -> ExternalAccount:
    """Return somebody's account in the directory under a key: the one they had goes on under it."""
    if other is not None:
        del known.by_key[other.external_id]
        other.external_id = key
    account = other or ExternalAccount(person_id=person, system=known.source, external_id=key)
    known.by_key[key] = account
    return account


def _leaves(account: ExternalAccount, known: _Known) -> None:
    """Let somebody have left today, unless they had already; the last administrator stays."""
    person = known.persons[account.person_id]
    account.gone_on = account.gone_on or known.today
    if _gone(person, known.today):
        return
    others = (one for one in known.persons.values() if one.administrator and one.id != person.id)
    if person.administrator and all(_gone(one, known.today) for one in others):
        account.gone_on = None
        known.faults.append(
            f"{person.name} is gone, but is the last administrator. Make somebody else one, then pull again."
        )
        return
    person.left_on = known.today
    known.left.append(person)


def _addressed(person: Person, one: DirectoryPerson, known: _Known) -> None:
    """Give somebody the addresses of an entry; the one they had stays theirs, so that replies from it count."""
    for address in (one.address.lower(), *(alias.lower() for alias in one.aliases)):
        if not is_address(address):
            continue
        owner = known.by_address.setdefault(address, person.id)
        if owner != person.id:
            known.faults.append(f"{address} is an address of {known.persons[owner].name}, not also of {one.name}.")
        elif address == one.address.lower():
            if person.email != address:
                known.aliases[person.email] = person.id
                known.aliases.pop(address, None)
            person.email = address
        elif address != person.email:
            known.aliases[address] = person.id


def _under(one: DirectoryPerson, known: _Known) -> None:
    """Let somebody report to whom an entry names, when that one is known; once everybody is."""
    account = known.by_key.get(one.key)
    if account is None or not one.active:
        return
    above = known.by_key.get(one.manager) if one.manager else None
    if above is not None and above.person_id != account.person_id:
        known.persons[account.person_id].manager_id = above.person_id
    elif not one.manager:
        known.persons[account.person_id].manager_id = None


# -- All of it -------------------------------------------------------------------------------------


def _require_plausible(known: _Known, before: int, *, nobody: bool) -> None:
    """Raise TooManyLeft for what looks like a mistake of the directory."""
    count = len(known.left)
    if (nobody and before) or (count >= FEW and count * PART > before):
        names = ", ".join(sorted(person.name for person in known.left)[:3])
        raise TooManyLeft(
            f"{known.source} no longer has {count} of the {before} people it knew ({names}{' …' if count > 3 else ''}), "
            "more than one in ten. Nothing was changed. Look at its settings; if they did leave, take it over all the same."
        )


def _write(known: _Known) -> set[UUID]:
    """Write persons, accounts and aliases; return the ids of those who changed."""
    changed = {one.id for one in known.persons.values() if known.before.get(one.id) != _columns(one)}
    ours = [known.persons[one] for one in changed]
    Alias.objects.filter(address__in=[one.email for one in ours]).delete()
    managers = {person.id: person.manager_id for person in ours if person.id in known.new}
    for person in ours:
        if person.id in known.new:
            person.manager_id = None  # those above may be new too
    Person.objects.bulk_create([one for one in ours if one.id in known.new], batch_size=BATCH)
    for person in ours:
        if person.id in managers:
            person.manager_id = managers[person.id]
    Person.objects.bulk_create(
        [one for one in ours if _again(one, known)],
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=_names(),
    )
    _write_accounts(known)
    rows = [Alias(person_id=person, address=address) for address, person in known.aliases.items()]
    Alias.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)
    return changed


def _again(person: Person, known: _Known) -> bool:
    return person.id not in known.new or person.manager_id is not None


def _names() -> list[str]:
    return [*(column.removesuffix("_id") for column in _COLUMNS), "outside"]


def _write_accounts(known: _Known) -> None:
    """Write who is who in the directory."""
    was = known.accounts_before
    rows = [one for one in known.by_person.values() if was.get(one.id) != (one.external_id, one.gone_on)]
    ExternalAccount.objects.bulk_create(
        rows,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["external_id", "gone_on"],
    )


def _roles(read: Collection[DirectoryPerson], known: _Known) -> set[UUID]:
    """Let people hold the roles a directory gives, as far as it gave them; return whose changed."""
    of = {known.by_key[one.key].person_id: one for one in read if one.key in known.by_key and one.active}
    gone = {person.id for person in known.left}
    roles = _roles_named({name for one in of.values() for name in one.roles or ()})
    wanted = {(person, roles[name.casefold()]) for person, one in of.items() for name in one.roles or ()}
    rows = list(Membership.objects.filter(person__in={*of, *gone}))
    there = {(row.person_id, row.role_id) for row in rows if not row.scope}
    stale = [row for row in rows if row.source == known.source and (row.person_id, row.role_id) not in wanted]
    Membership.objects.filter(id__in=[row.id for row in stale]).delete()
    new = [Membership(person_id=person, role_id=role, source=known.source) for person, role in wanted - there]
    Membership.objects.bulk_create(new, batch_size=BATCH, ignore_conflicts=True)
    return {row.person_id for row in stale} | {row.person_id for row in new}


def _roles_named(names: Collection[str]) -> Mapping[str, UUID]:
    known = {name.casefold(): one for one, name in Role.objects.values_list("id", "name")}
    new = {name.casefold(): Role(name=name[:200]) for name in sorted(names) if name.casefold() not in known}
    Role.objects.bulk_create(new.values(), batch_size=BATCH)
    return known | {name: role.id for name, role in new.items()}


def _moves(known: _Known) -> int:
    """Write down whose department, title or manager is another; return whose department is."""
    rows = []
    for person_id, columns in known.before.items():
        person = known.persons[person_id]
        was = dict(zip(_COLUMNS, columns, strict=True))
        if (was["title"], was["department"], was["manager_id"]) != (person.title, person.department, person.manager_id):
            rows.append(
                Move(
                    person=person,
                    on=known.today,
                    department_before=was["department"],
                    department=person.department,
                    title_before=was["title"],
                    title=person.title,
                    manager_before_id=was["manager_id"],
                    manager_id=person.manager_id,
                )
            )
    Move.objects.bulk_create(rows, batch_size=BATCH)
    return sum(bool(row.department_before) and row.department_before != row.department for row in rows)
