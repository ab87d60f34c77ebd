"""Home and its neighbours with 5,000 processes, 100,000 people, 100,000 open asks: server time, 95th percentile."""

from __future__ import annotations

import random
import sys
from time import perf_counter
from typing import Any
from uuid import UUID

from bench import database, home, library_data
from bench.library import measured

RUNS = 15


def main() -> None:
    """Print one JSON line a screen: milliseconds at the 95th percentile, against the median, with its queries."""
    database.prepared()
    began = perf_counter()
    company = library_data.made()
    _asks(company)
    _runs(company)
    print(f"made in {perf_counter() - began:.0f} s", file=sys.stderr)
    administrator = _administrator(company.people[1])
    chance = random.Random(2)
    reader = library_data.signed_in(company.reader)
    manager = library_data.signed_in(company.people[7])
    roles = [role.id for role in company.roles]
    people = list(company.people)
    for client, name, path in (
        (reader, "Home", lambda: "/"),
        (manager, "Home of a manager", lambda: "/"),
        (reader, "a pile", lambda: "/pile/approve"),
        (reader, "roles to look as", lambda: f"/as/?q={chance.randrange(300)}"),
        (reader, "Home as a role", lambda: f"/as/{chance.choice(roles)}/"),
        (reader, "a department", lambda: "/department/"),
        (reader, "three lines", lambda: "/lines/?text=Person+000123+approves+contract.pdf"),
        (reader, "running", lambda: "/running/"),
        (reader, "API, processes", lambda: f"/api/processes?limit=50&q={chance.choice(library_data.PLACES)}"),
        (reader, "API, asks", lambda: "/api/asks"),
        (administrator, "people", lambda: f"/people/?page={chance.randrange(1, 900)}"),
        (administrator, "people, searched", lambda: f"/people/?q=person+{chance.randrange(100_000):06}"),
        (
            administrator,
            "what somebody sees",
            lambda: f"/people/{chance.choice(people)}/sees/?page={chance.randrange(1, 90)}",
        ),
    ):
        measured(client, name, path)


def _asks(company: library_data.Company) -> None:
    """Fill Home: a tenth of the asks are for roles, the others for persons, some of them late."""
    from django.db import connection

    process = [str(row.id) for row in company.processes]
    people = [str(one) for one in company.people[:10_000]]
    with connection.cursor() as cursor:
        numbers: dict[str, Any] = {"people": people, "roles": [str(role.id) for role in company.roles]}
        numbers |= {"many": len(people), "count": len(company.roles), "asks": home.ASKS}
        cursor.execute(home.FILL, numbers)
        cursor.execute(
            "UPDATE cases_home SET process_id = (%(ids)s::uuid[])[1 + abs(hashtext(ask_id::text)) %% %(count)s],"
            " due_at = now() - interval '1 day'"
            " WHERE hashtext(ask_id::text) %% 3 = 0",
            {"ids": process, "count": len(process)},
        )
        cursor.execute("VACUUM ANALYZE cases_home")


def _runs(company: library_data.Company) -> None:
    """Start runs for the reader, so that Home has lines to say."""
    from doorstep.cases import store
    from doorstep.cases.start_case import start_case
    from doorstep.library.models import Version

    paper = store.keep("paper.pdf", b"%PDF-1.4", "application/pdf")
    open_ones = [row.id for row in company.processes if not row.restricted and row.group and not row.group.restricted]
    for process in open_ones[:RUNS]:
        version = Version.objects.get(process=process, state="effective").id
        for who in (company.reader, company.people[7]):
            start_case(version_id=version, facts={"value": 100, "paper": paper}, by=who, zone="Europe/Berlin")


def _administrator(person: UUID) -> Any:
    from doorstep.people.models import Person

    Person.objects.filter(id=person).update(administrator=True)
    return library_data.signed_in(person)


if __name__ == "__main__":
    main()
