"""Home and its neighbours with 5,000 processes, 100,000 people, 100,000 open asks: server time, 95th percentile."""

from __future__ import annotations

import itertools
import random
import sys
from collections.abc import Iterator
from time import perf_counter
from typing import Any
from uuid import UUID

from bench import database, home, library_data, long_lists
from bench.screens import Where, measured, timed

TURN = 10.0  # milliseconds
PAGES = 20


def main() -> None:
    """Print one JSON line a screen: milliseconds at the 95th percentile, against the processor time, with its queries."""
    database.prepared()
    began = perf_counter()
    company = library_data.made()
    long = long_lists.made(company)
    _asks(company)
    print(f"made in {perf_counter() - began:.0f} s", file=sys.stderr)
    _administrator(company.people[1])
    administrator = library_data.signed_in(company.people[1])
    reader = library_data.signed_in(company.reader)
    for client, screens in ((reader, _homes(company)), (administrator, _people(company)), (reader, _api(reader, long))):
        for name, where in screens:
            measured(client, name, where)
    measured(library_data.signed_in(company.people[7]), "Home of a manager", lambda: "/")
    _turns()


def _homes(company: library_data.Company) -> Iterator[tuple[str, Where]]:
    chance = random.Random(2)
    roles = [role.id for role in company.roles]
    yield "Home", lambda: "/"
    yield "a pile", lambda: "/pile/approve"
    yield "a pile of changes", lambda: f"/pile/acknowledgement?page={chance.randrange(1, 3)}"
    yield "roles to look as", lambda: f"/as/?q={chance.randrange(300)}"
    yield "every role", lambda: f"/as/?page={chance.randrange(1, 6)}"
    yield "Home as a role", lambda: f"/as/{chance.choice(roles)}/"
    yield "a department", lambda: f"/department/?page={chance.randrange(1, 90)}"
    yield "three lines", lambda: "/lines/?text=Person+000123+approves+contract.pdf"
    yield "running", lambda: f"/running/?page={chance.randrange(1, 3)}"
    yield "ended", lambda: f"/running/?show=ended&page={chance.randrange(1, 3)}"
    yield "stuck", lambda: f"/stuck/?page={chance.randrange(1, 3)}"
    yield "tokens", lambda: "/tokens/"


def _people(company: library_data.Company) -> Iterator[tuple[str, Where]]:
    chance = random.Random(3)
    people = list(company.people)
    yield "people", lambda: f"/people/?page={chance.randrange(1, 1_900)}"
    yield "people, searched by name", lambda: f"/people/?q=person+{chance.randrange(100_000):06}"
    yield "people, searched by address", lambda: f"/people/?q=person{chance.randrange(100_000)}@x.example"
    yield "people, searched by role", lambda: f"/people/?q=role+{chance.randrange(300):03}"
    yield "people, searched by a word of every name", lambda: f"/people/?q=person&page={chance.randrange(1, 900)}"
    yield "people, found nobody", lambda: f"/people/?q=zeppelin{chance.randrange(100_000)}"
    yield "a person", lambda: f"/people/{chance.choice(people)}/"
    yield "accounts of a person", lambda: f"/people/{company.reader}/"
    yield "what somebody sees", lambda: f"/people/{chance.choice(people)}/sees/?page={chance.randrange(1, 90)}"
    yield "connections", lambda: "/connections/"
    yield "running, of an administrator", lambda: f"/running/?page={chance.randrange(1, 3)}"
    yield "library, of an administrator", lambda: f"/library/?page={chance.randrange(1, 90)}"


def _api(reader: Any, long: long_lists.Long) -> Iterator[tuple[str, Where]]:
    """Yield the lists of the API, each gone through by its cursors."""
    chance = random.Random(4)
    yield "API, processes by a word", lambda: f"/api/processes?limit=50&q={chance.choice(library_data.PLACES)}"
    yield "API, asks in all", lambda: "/api/asks?limit=200"
    for name, path in (
        ("processes", "/api/processes"),
        ("versions", f"/api/processes/{long.page}/versions"),
        ("runs", "/api/cases"),
        ("asks", "/api/asks"),
        ("proposals", "/api/proposals"),
        ("proposals for a page", "/api/proposals?process=" + long.page),
        ("acknowledgements", "/api/acknowledgements"),
    ):
        yield f"API, {name}", _in_turn(reader, path)


def _in_turn(reader: Any, path: str) -> Where:
    """Return the addresses of a list's first pages, one after another and then from the first again."""
    every = path + ("&" if "?" in path else "?") + "limit=50&cursor="
    found, cursor = [""], reader.get(every).json()["next"]
    while cursor and len(found) < PAGES:
        found.append(cursor)
        cursor = reader.get(every + cursor).json()["next"]
    turns = itertools.cycle(found)
    return lambda: every + next(turns)


def _turns() -> None:
    """Measure a worker's turn that finds nothing due: it comes every five seconds."""
    from doorstep.people.clock import business_now
    from doorstep.stewardship.attend import attend

    while attend(business_now()):
        pass
    timed(lambda: attend(business_now()), "a worker's turn with nothing due", target=TURN)


def _asks(company: library_data.Company) -> None:
    """Fill Home: a tenth of the asks are for roles, the others for persons, some of them late."""
    from django.db import connection

    from doorstep.cases.models import Home

    if Home.objects.count() > home.ASKS:
        return
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


def _administrator(person: UUID) -> None:
    from doorstep.people.models import Person

    Person.objects.filter(id=person).update(administrator=True)


if __name__ == "__main__":
    main()
