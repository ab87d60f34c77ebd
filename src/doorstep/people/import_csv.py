"""Importing people from a file: each line is a person, and the file says what holds for them.

Importing the same file again changes nothing.  People the file does not name stay as they are.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from doorstep.people.account_rows import follow_people
from doorstep.people.clock import business_now
from doorstep.people.csv_rows import Fault, Row, read_rows
from doorstep.people.import_sets import Written, write_sets
from doorstep.people.models import Alias, Person, WorkingCalendar
from doorstep.people.own_calendars import calendars_by_name
from doorstep.people.rights import Doer, require_administrator

BATCH = 5_000
SHOWN = 20
"""New roles named in a report; more are counted."""

_PLAIN = ("name", "title", "department", "zone", "language", "channel")
_COLUMNS = {column: column for column in _PLAIN} | {"left": "left_on"}


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, or would do.  Lines with an error were left out; ``faults`` say why."""

    added: int
    changed: int
    unchanged: int
    new_roles: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()
    dry_run: bool = False

    @property
    def left_out(self) -> int:
        """How many lines were left out."""
        return len({fault.line for fault in self.faults if fault.severity == "error"})

    def __str__(self) -> str:
        more = f" and {len(self.new_roles) - SHOWN} more" if len(self.new_roles) > SHOWN else ""
        roles = f" New roles: {', '.join(self.new_roles[:SHOWN])}{more}." if self.new_roles else ""
        counts = f"{self.added} added, {self.changed} changed, {self.unchanged} unchanged, {self.left_out} left out."
        return f"{'Dry run, nothing was changed: ' if self.dry_run else ''}{counts}{roles}"


@dataclass(frozen=True, slots=True)
class _Known:
    """Who is on record: by id and by each of their addresses."""

    persons: dict[UUID, Person]
    by_address: dict[str, UUID]


@transaction.atomic
def import_people(text: str, *, by: Doer, dry_run: bool = False, at: datetime | None = None) -> ImportReport:
    """Import people; whole lines are taken or left out.  A dry run does the same and takes it back.

    Raises NotAllowed for anybody but an administrator.
    """
    require_administrator(by, what="import people")
    rows, faults = read_rows(text)
    known = _known()
    calendars = calendars_by_name({row.cells["calendar"] for row in rows if row.get("calendar")})
    rows = _usable(rows, known, calendars, faults)
    added, columns_changed = _write_persons(rows, known, calendars)
    today = (at or business_now()).date()
    written = write_sets(rows, known.by_address, today=today)
    follow_people(today=today)
    if dry_run:
        transaction.set_rollback(True)
    changed = (columns_changed | written.changed) - added
    return ImportReport(
        added=len(added),
        changed=len(changed),
        unchanged=len(rows) - len(added) - len(changed),
        new_roles=_names(written),
        faults=tuple(sorted(faults)),
        dry_run=dry_run,
    )


def _names(written: Written) -> tuple[str, ...]:
    """Return the names of the roles that were made."""
    return tuple(sorted(written.new_roles))


def _known() -> _Known:
    """Return everybody on record."""
    persons = {person.id: person for person in Person.objects.all()}
    by_address = {person.email: person.id for person in persons.values()}
    by_address |= dict(Alias.objects.values_list("address", "person_id"))
    return _Known(persons, by_address)


# -- Which lines can be taken ------------------------------------------------------------------------


def _usable(rows: list[Row], known: _Known, calendars: dict[str, WorkingCalendar], faults: list[Fault]) -> list[Row]:
    """Return the rows that fit what is on record, and each other once those that do not are left out."""
    fitting = [row for row in rows if _fits(row, known, calendars, faults)]
    while True:
        there = known.by_address.keys() | {address for row in fitting for address in row.addresses}
        kept = [row for row in fitting if _refers_to(row, there, faults)]
        if len(kept) == len(fitting):
            return kept
        fitting = kept


def _fits(row: Row, known: _Known, calendars: dict[str, WorkingCalendar], faults: list[Fault]) -> bool:
    """Say whether a row fits what is on record."""
    before = len(faults)
    persons = {known.by_address[address] for address in row.addresses if address in known.by_address}
    if len(persons) > 1:
        names = " and ".join(sorted(known.persons[person].name for person in persons))
        faults.append(Fault(row.line, f"The addresses of this line belong to several people on record: {names}."))
    if row.get("calendar") and row.cells["calendar"].casefold() not in calendars:
        faults.append(
            Fault(
                row.line,
                f'There is no calendar "{row.cells["calendar"]}". Add it under People, or give a country such as DE or DE-BY.',
            )
        )
    if row.get("stand-in") and not row.get("absent"):
        faults.append(
            Fault(row.line, "A stand-in is named, but no days away. Fill in absent, or leave stand-in empty.")
        )
    return len(faults) == before


def _refers_to(row: Row, there: Collection[str], faults: list[Fault]) -> bool:
    """Say whether everybody a row names is on record or in the file."""
    named = [("manager", row.get("manager")), ("stand-in", row.get("stand-in"))]
    named += [("assistant", address) for address, _ in row.get("assistants") or ()]
    before = len(faults)
    for what, address in named:
        if address and address not in there:
            faults.append(
                Fault(row.line, f"The {what} {address} is nobody on record and in no usable line of this file.")
            )
        elif address and address in row.addresses:
            faults.append(Fault(row.line, f"Nobody is their own {what}: {address}."))
    return len(faults) == before


# -- Writing persons -------------------------------------------------------------------------------


def _write_persons(
    rows: list[Row], known: _Known, calendars: dict[str, WorkingCalendar]
) -> tuple[set[UUID], set[UUID]]:
    """Add and change persons; return the ids of those added and of those changed."""
    added = set()
    for row in rows:
        if not any(address in known.by_address for address in row.addresses):
            person = Person(name=row.cells["name"], email=row.email)
            known.persons[person.id] = person
            known.by_address[row.email] = person.id
            added.add(person.id)
        known.by_address.update(dict.fromkeys(row.addresses, _of(row, known).id))
    changed = {one.id for row in rows if _changes(one := _of(row, known), row, known, calendars)}
    Person.objects.bulk_create([known.persons[one] for one in added], batch_size=BATCH)
    Person.objects.bulk_create(
        [known.persons[one] for one in changed - added],
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=[*_COLUMNS.values(), "email", "outside", "calendar", "manager"],
    )
    return added, changed


def _of(row: Row, known: _Known) -> Person:
    """Return the person a row is about."""
    return known.persons[next(known.by_address[address] for address in row.addresses if address in known.by_address)]


def _changes(person: Person, row: Row, known: _Known, calendars: dict[str, WorkingCalendar]) -> bool:
    """Give a person what a row says; return whether anything was new."""
    wanted: dict[str, object] = {field: row.cells[column] for column, field in _COLUMNS.items() if column in row.cells}
    wanted |= {"email": row.email, "outside": False}
    if "calendar" in row.cells:
        own = calendars.get(row.cells["calendar"].casefold())
        wanted["calendar_id"] = own.id if own else None
    if "manager" in row.cells:
        wanted["manager_id"] = known.by_address[row.cells["manager"]] if row.cells["manager"] else None
    new = {field: value for field, value in wanted.items() if getattr(person, field) != value}
    for field, value in new.items():
        setattr(person, field, value)
    return bool(new)
