"""What an import says beside a person's own columns, written set by set: a handful of queries for any file."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import models

from doorstep.people.csv_rows import Row
from doorstep.people.models import Absence, Alias, Assistant, ExternalAccount, Membership, Role

BATCH = 5_000
FEW = 2_000
"""Up to this many people are asked for by id; for more the whole table is read, which is then faster."""

Addresses = Mapping[str, UUID]
M = TypeVar("M", bound=models.Model)
Pairs = set[tuple[UUID, Hashable]]


@dataclass(frozen=True, slots=True)
class Written:
    """Whose sets are new, and which roles were made."""

    changed: set[UUID]
    new_roles: tuple[str, ...]


def write_sets(rows: list[Row], people: Addresses, *, today: date) -> Written:
    """Let aliases, roles, assistants, accounts and absences be what the rows say.

    A column the file does not have is left alone; absences that are over stay.
    """
    of = {people[row.email]: row for row in rows}
    roles, new_roles = _roles(rows)
    changed = _aliases(of)
    changed |= _memberships(of, roles)
    changed |= _assistants(of, people)
    changed |= _accounts(of)
    changed |= _absences(of, people, today)
    return Written(changed, new_roles)


@dataclass(frozen=True, slots=True)
class _Table(Generic[M]):
    """How one table holds a set of values for a person: reading a row's value, making a row from one."""

    model: type[M]
    value: Callable[[M], Hashable]
    make: Callable[[UUID, Any], M]


def _let_be(
    table: _Table[M], people: Iterable[UUID], wanted: Pairs, *, keep: Callable[[M], bool] = lambda _: False
) -> set[UUID]:
    """Add and delete rows so that these people have exactly the wanted values; return whose changed."""
    ids = set(people)
    manager = table.model._default_manager  # noqa: SLF001  (Django's public name for any model's manager)
    rows = manager.filter(person__in=ids) if len(ids) <= FEW else manager.all()
    own = [row for row in rows.iterator(chunk_size=BATCH) if _person(row) in ids]
    there = {(_person(row), table.value(row)): row for row in own}
    gone = [row for pair, row in there.items() if pair not in wanted and not keep(row)]
    come = [pair for pair in wanted if pair not in there]
    for start in range(0, len(gone), BATCH):
        manager.filter(pk__in=[row.pk for row in gone[start : start + BATCH]]).delete()
    manager.bulk_create([table.make(*pair) for pair in come], batch_size=BATCH)
    return {_person(row) for row in gone} | {person for person, _ in come}


def _person(row: models.Model) -> UUID:
    """Return whose a row is."""
    person: UUID = row.person_id  # type: ignore[attr-defined]
    return person


# -- Tables ----------------------------------------------------------------------------------------


def _aliases(of: Mapping[UUID, Row]) -> set[UUID]:
    table = _Table(Alias, lambda row: row.address, lambda person, address: Alias(person_id=person, address=address))
    wanted: Pairs = {(one, address) for one, row in of.items() for address in row.get("aliases") or ()}
    return _let_be(table, _with(of, "aliases"), wanted)


def _memberships(of: Mapping[UUID, Row], roles: Mapping[str, UUID]) -> set[UUID]:
    table = _Table(
        Membership,
        lambda row: (row.role_id, tuple(sorted(row.scope.items()))),
        lambda person, held: Membership(person_id=person, role_id=held[0], scope=dict(held[1])),
    )
    wanted: Pairs = {
        (one, (roles[name.casefold()], scope)) for one, row in of.items() for name, scope in row.get("roles") or ()
    }
    return _let_be(table, _with(of, "roles"), wanted)


def _assistants(of: Mapping[UUID, Row], people: Addresses) -> set[UUID]:
    table = _Table(
        Assistant,
        lambda row: (row.assistant_id, tuple(sorted(row.kinds))),
        lambda person, right: Assistant(person_id=person, assistant_id=right[0], kinds=list(right[1])),
    )
    wanted: Pairs = {
        (one, (people[address], kinds)) for one, row in of.items() for address, kinds in row.get("assistants") or ()
    }
    return _let_be(table, _with(of, "assistants"), wanted)


def _accounts(of: Mapping[UUID, Row]) -> set[UUID]:
    table = _Table(
        ExternalAccount,
        lambda row: (row.system, row.external_id),
        lambda person, account: ExternalAccount(person_id=person, system=account[0], external_id=account[1]),
    )
    wanted: Pairs = {(one, account) for one, row in of.items() for account in row.get("accounts") or ()}
    holders = {
        (system.casefold(), account): one for one, row in of.items() for system, account in row.get("accounts") or ()
    }
    others = ExternalAccount.objects.filter(external_id__in=[account for _, account in holders])
    moved = [
        row for row in others if holders.get((row.system.casefold(), row.external_id), row.person_id) != row.person_id
    ]
    ExternalAccount.objects.filter(pk__in=[row.pk for row in moved]).delete()
    return _let_be(table, _with(of, "accounts"), wanted)


def _absences(of: Mapping[UUID, Row], people: Addresses, today: date) -> set[UUID]:
    table = _Table(
        Absence,
        lambda row: (row.first, row.last, row.stand_in_id),
        lambda person, away: Absence(person_id=person, first=away[0], last=away[1], stand_in_id=away[2]),
    )
    wanted: Pairs = set()
    for one, row in of.items():
        stand_in = people[row.cells["stand-in"]] if row.get("stand-in") else None
        wanted |= {(one, (first, last, stand_in)) for first, last in row.get("absent") or ()}
    periods = {(one, away[:2]) for one, away in wanted}  # type: ignore[index]
    return _let_be(
        table,
        _with(of, "absent"),
        wanted,
        keep=lambda row: row.last < today and (row.person_id, (row.first, row.last)) not in periods,
    )


def _with(of: Mapping[UUID, Row], column: str) -> list[UUID]:
    """Return the people for whom the file has a column."""
    return [one for one, row in of.items() if column in row.cells]


def _roles(rows: list[Row]) -> tuple[dict[str, UUID], tuple[str, ...]]:
    """Return the id of each role by its name without case, and the names of those made."""
    roles = {name.casefold(): one for one, name in Role.objects.values_list("id", "name")}
    named = {name.casefold(): name for row in rows for name, _ in row.get("roles") or ()}
    new = [Role(name=name) for plain, name in named.items() if plain not in roles]
    Role.objects.bulk_create(new, batch_size=BATCH)
    return roles | {role.name.casefold(): role.id for role in new}, tuple(role.name for role in new)
