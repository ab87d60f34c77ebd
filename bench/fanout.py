"""A version that touches 10,000 people: publishing returns at once, and they are prepared in jobs.

Prepared is: asked, with the difference they are asked about found out, and noted for their digest; then: the digests
made. Jobs are done by the worker's own code, one after another, as procrastinate would.
"""

from __future__ import annotations

import json
from time import perf_counter

from bench import database

PEOPLE = 10_000
LEAST = 1_000.0
"""People a second."""

MOST = 500.0
"""Milliseconds until publishing returns."""

PAGES, JOINERS = 100, 300
"""Pages for everybody, and people who come: 30,000 are asked, in parts of 2,000."""

LONGEST = 5_000.0
"""Milliseconds of a transaction that asks a part of them."""

POLICY = "# Policy {}\n\n- Owner: e0@northwind.example\n- Audience: Everybody\n\nBe kind.\n"

PAGE = """\
# Handle a complaint

- Owner: e0@northwind.example
- Audience: Clerk

## Answer it

- Who: Agent
- Due: 2 working days

Be kind.

## Close it

- Who: Clerk
- Due: 5 working days
"""
SOONER = PAGE.replace("2 working days", "1 working day")


def main() -> None:
    """Print four JSON lines: how long publishing took, how many are prepared in a second, and the same of joiners."""
    database.prepared()
    _people()
    first = _published(PAGE)
    _jobs()
    returned, prepared = _measured()
    _say("publishing to 10,000 people returns", returned, "ms", against=first, target=MOST, holds=returned <= MOST)
    _say("people told of a change", prepared, "people/s", against=LEAST, target=LEAST, holds=prepared >= LEAST)
    asked, longest = _joined()
    _say("asked of those who join", asked, "acknowledgements/s", against=LEAST, target=LEAST, holds=asked >= LEAST)
    _say("the longest transaction of it", longest, "ms", against=first, target=LONGEST, holds=longest <= LONGEST)


def _joined() -> tuple[float, float]:
    """Return how many acknowledgements a second are asked of those who join, and the milliseconds of the longest part."""
    from doorstep.library.models import Materiality
    from doorstep.library.publish import publish
    from doorstep.people.clock import business_now
    from doorstep.people.models import Person
    from doorstep.stewardship.joined import compare_roles
    from doorstep.stewardship.models import Acknowledgement

    for number in range(PAGES):
        publish(text=POLICY.format(number), by=None, materiality=Materiality.EDITORIAL)
    _jobs()
    before = Acknowledgement.objects.count()
    rows = [Person(name=f"Joiner {n}", email=f"j{n}@northwind.example") for n in range(JOINERS)]
    Person.objects.bulk_create(rows, batch_size=2_000)
    parts, began = [], perf_counter()
    while True:
        part = perf_counter()
        if not compare_roles(business_now()):
            break
        parts.append(1000 * (perf_counter() - part))
    took = perf_counter() - began
    asked = Acknowledgement.objects.count() - before
    assert asked == PAGES * JOINERS, asked
    return asked / took, max(parts)


def _people() -> None:
    from doorstep.people.clock import business_now
    from doorstep.people.models import Membership, Person, Role
    from doorstep.stewardship.joined import compare_roles

    agent, clerk = Role.objects.create(name="Agent"), Role.objects.create(name="Clerk")
    rows = [Person(name=f"Employee {n}", email=f"e{n}@northwind.example") for n in range(PEOPLE)]
    Person.objects.bulk_create(rows, batch_size=2_000)
    held = [Membership(person=row, role=clerk if n % 2 else agent) for n, row in enumerate(rows)]
    Membership.objects.bulk_create(held, batch_size=2_000)
    compare_roles(business_now())


def _published(text: str) -> float:
    """Publish a page and return how many milliseconds it took."""
    from doorstep.library.publish import publish

    began = perf_counter()
    publish(text=text, by=None)
    return 1000 * (perf_counter() - began)


def _jobs() -> int:
    """Do the jobs that wait, and what they ask for; return how many they were."""
    from django.db import connection
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.models import ProcrastinateJob

    done = 0
    while (job := ProcrastinateJob.objects.filter(status="todo").order_by("id").first()) is not None:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [job.id])
        app.tasks[job.task_name].func(**job.args)
        done += 1
    return done


def _measured() -> tuple[float, float]:
    """Return how long publishing took, and how many people a second were prepared after it."""
    from doorstep.stewardship.models import Acknowledgement, Progress, ProgressKind

    version_told = _published(SOONER)
    began = perf_counter()
    _jobs()
    took = perf_counter() - began
    told = Acknowledgement.objects.filter(state="asked").count()
    row = Progress.objects.filter(kind=ProgressKind.TELLING).latest("begun_at")
    assert str(row) == f"{told:,} of {told:,} told", row
    assert told == PEOPLE, told
    return version_told, told / took


def _say(name: str, value: float, unit: str, *, against: float, target: float, holds: bool) -> None:
    ratio = round(value / against, 1)
    line = {"name": name, "value": round(value, 1), "unit": unit, "against": round(against, 1), "ratio": ratio}
    print(json.dumps({**line, "target": target, "holds": holds}))


if __name__ == "__main__":
    main()
