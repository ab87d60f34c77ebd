"""A company with a library to measure on: 100,000 people, 300 roles, 5,000 processes in 50 groups, two versions each.

Everything is made in bulk, in seconds; every figure about the library, Home and fan-out stands on it.

    company = library_data.made()              # 5,000 processes, 100,000 people
    company = library_data.made(people=1_000, processes=100)
    company.people[0], company.roles[3], company.processes[17].key
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    from doorstep.library.models import Group, Process
    from doorstep.people.models import Person, Role

NOW = datetime(2026, 3, 6, 15, tzinfo=UTC)
BATCH = 5_000
VERBS = ("Approve", "Review", "Close", "Order", "Plan", "Hand over", "Prepare", "Renew", "Audit", "Report")
THINGS = ("the contract", "an expense", "a client project", "the budget", "a badge", "the release", "a claim", "the audit", "a visit", "the payroll")  # fmt: skip
PLACES = ("Berlin", "Boston", "Lyon", "Oslo", "Porto", "Prague", "Seoul", "Turin", "Vienna", "Zurich")

PAGE = """\
# {title}

- Owner: {owner}
- Group: {group}
- Review: every 12 months

{verb} {thing} in {place} so that nobody has to ask twice. The rules of case {number} hold.

| Fact | Kind | From |
|---|---|---|
| value | money | whoever starts |
| paper | file | whoever starts |

## Check the paper

- Who: {first}
- Due: 1 working day

Look at the dates and at the signature, case {number}.

- [ ] The dates match
- [ ] ! The signature is there

## Agree to it

- Who: {second}
- Approve: {{paper}}, {{value}}
- Due: 2 working days
- If rejected: "Mend the paper", then ask again (at most 3 times)

## Mend the paper

- Who: whoever started this
- Fill in: paper (file)

## Tell the team

- Tell: {third}

> The paper is agreed.
"""
STEPS = ("Check the paper", "Agree to it", "Mend the paper", "Tell the team")


@dataclass(frozen=True)
class Company:
    """What was made; people hold one role in turn, the first of them ``reader`` three of them."""

    people: Sequence[UUID]
    roles: Sequence[Role]
    groups: Sequence[Group]
    processes: Sequence[Process]
    reader: UUID


def made(*, people: int = 100_000, processes: int = 5_000, roles: int = 300, groups: int = 50) -> Company:
    """Fill a prepared database (`bench.database.prepared`), the same every time; one that is filled already is taken as it is."""
    from doorstep.people.models import Person

    if Person.objects.exists():
        return _found()
    everybody = _people(people)
    held = _roles(roles, everybody)
    of = _groups(groups, everybody)
    rows = _processes(processes, everybody, held, of)
    _analysed()
    return Company([one.id for one in everybody], held, of, rows, everybody[0].id)


def _found() -> Company:
    from doorstep.library.models import Group, Process
    from doorstep.people.models import Person, Role

    people = list(Person.objects.order_by("name").values_list("id", flat=True))
    of_ours = Process.objects.filter(key__regex="^process-[0-9]+$").select_related("group")
    rows = sorted(of_ours, key=lambda one: int(one.key.rpartition("-")[2]))
    return Company(people, list(Role.objects.order_by("name")), list(Group.objects.order_by("name")), rows, people[0])


def signed_in(person: UUID) -> Any:
    """Return a test client in which somebody is signed in; they get an account."""
    from django.test import Client

    from doorstep.people.models import Account, Person

    row = Person.objects.get(id=person)
    row.account = row.account or Account.objects.create(email=row.email)
    row.save()
    client = Client()
    client.force_login(row.account, backend="django.contrib.auth.backends.ModelBackend")
    return client


def _people(count: int) -> list[Person]:
    from doorstep.people.models import Person

    rows = [
        Person(name=f"Person {at:06}", email=f"person{at}@x.example", zone=("", "Europe/Berlin")[at % 2], department=f"Department {at % 200}")
        for at in range(count)
    ]  # fmt: skip
    for at, row in enumerate(rows):
        row.manager_id = rows[at // 10].id if at else None
    saved(Person, rows)
    return rows


def _roles(count: int, people: Sequence[Person]) -> list[Role]:
    from doorstep.people.models import Membership, Role

    rows = [Role(name=f"Role {at:03}") for at in range(count)]
    saved(Role, rows)
    holds = [Membership(role=rows[at % count], person=one) for at, one in enumerate(people)]
    holds += [Membership(role=rows[at], person=people[0]) for at in (1, 2)]
    saved(Membership, holds)
    return rows


def _groups(count: int, people: Sequence[Person]) -> list[Group]:
    from doorstep.library.models import Group

    rows = [
        Group(name=f"Group {at:02}", champion=people[at % len(people)], restricted=at % 10 == 9) for at in range(count)
    ]
    saved(Group, rows)
    return rows


def _processes(count: int, people: Sequence[Person], roles: Sequence[Role], groups: Sequence[Group]) -> list[Process]:
    from doorstep.library.models import Process, Version

    chance = random.Random(7)
    rows: list[Process] = []
    versions: list[Version] = []
    for at in range(count):
        owner, group = people[chance.randrange(len(people))], groups[at % len(groups)]
        asked = tuple(chance.sample(list(roles), 3))
        text = _text(at, owner.email, group.name, asked)
        row = Process(
            key=f"process-{at}",
            title=text[2 : text.index("\n")],
            owner=owner,
            group=group,
            review_due=NOW.date() + timedelta(days=chance.randrange(-30, 365)),
            restricted=at % 50 == 7,
        )
        rows.append(row)
        versions += _versions(row, text, owner)
    saved(Process, rows)
    saved(Version, versions)
    saved(Process.roles.through, list(_named(rows, roles)))
    _appearing(rows, roles)
    return rows


def _text(at: int, owner: str, group: str, asked: tuple[Role, ...]) -> str:
    verb, thing, place = VERBS[at % 10], THINGS[at // 10 % 10], PLACES[at // 100 % 10]
    first, second, third = (role.name for role in asked)
    title = f"{verb} {thing} in {place}, {at:04}"
    blanks = {"verb": verb, "thing": thing, "place": place, "number": at, "owner": owner, "group": group}
    return PAGE.format(title=title, first=first, second=second, third=third, **blanks)


def _versions(row: Process, text: str, owner: Person) -> Iterator[Any]:
    from doorstep.library.identity import content_hash
    from doorstep.library.models import Version

    identities = {step: step for step in STEPS}
    old = text.replace("Due: 2 working days", "Due: 1 working day")
    for number, (said, state) in enumerate(((old, "superseded"), (text, "effective")), 1):
        since = NOW - timedelta(days=400 // number)
        yield Version(
            process=row,
            number=number,
            text=said,
            hash=content_hash(said, identities),
            state=state,
            effective_from=since,
            published_by=owner,
            published_at=since,
            identities=identities,
        )


def _named(rows: Sequence[Process], roles: Sequence[Role]) -> Iterator[Any]:
    """Yield which process names which roles, as its page does."""
    from doorstep.library.models import Process

    for row, asked in _asked(rows, roles):
        yield from (Process.roles.through(process_id=row.id, role_id=role.id) for role in asked)


def _asked(rows: Sequence[Process], roles: Sequence[Role]) -> Iterator[tuple[Process, list[Role]]]:
    from doorstep.library.models import Version

    by_name = {role.name: role for role in roles}
    texts = dict(Version.objects.filter(state="effective").values_list("process_id", "text"))
    for row in rows:
        lines = texts[row.id].splitlines()
        names = (line.partition(": ")[2] for line in lines if line.startswith(("- Who: Role", "- Tell: Role")))
        yield row, [by_name[name] for name in names]


def _appearing(rows: Sequence[Process], roles: Sequence[Role]) -> None:
    """Say in which step each role comes in."""
    from doorstep.library.models import Appearance

    found = []
    for row, asked in _asked(rows, roles):
        found += [
            Appearance(process=row, role=role, steps=[[at, STEPS[at - 1]]]) for at, role in enumerate(asked[:2], 1)
        ]
        found.append(Appearance(process=row, steps=[[0, STEPS[2]]]))
    saved(Appearance, found)


def saved(model: Any, rows: Sequence[Any]) -> None:
    """Write rows, some thousands in a statement."""
    model.objects.bulk_create(rows, batch_size=BATCH)


def _analysed() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
