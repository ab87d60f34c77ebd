"""Puts the example company into an empty installation: people, the pages, who is away."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from doorstep.demo import company
from doorstep.library.models import Materiality, Version
from doorstep.library.publish import publish
from doorstep.people.import_csv import import_people
from doorstep.people.invite import accept, invite
from doorstep.people.models import Person

PASSWORD = "friday 4 p.m."  # noqa: S105  (of the demo's people, on this machine alone)
COLUMNS = ("name", "email", "title", "department", "roles", "manager", "zone", "channel", "accounts", "assistants")


def people_csv() -> str:
    """Return the example's people as the file an administrator would import."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(COLUMNS)
    for person in company.PEOPLE:
        if person.inside:
            rows.writerow(_row(person))
    return out.getvalue()


def _row(person: company.Person) -> tuple[str, ...]:
    manager = company.BY_KEY[person.manager].email if person.manager else ""
    accounts = f"Jira: {person.jira}; Salesforce: {person.salesforce}"
    stand_in = company.BY_KEY[person.stand_in].email if person.stand_in else ""
    channel = "e-mail" if person.channel == "e-mail" else person.channel
    roles = "; ".join(person.roles)
    return (
        person.name,
        person.email,
        person.title,
        person.department,
        roles,
        manager,
        company.ZONE,
        channel,
        accounts,
        stand_in,
    )


def people() -> None:
    """Import the people and give those inside an account.  Doing it twice changes nothing."""
    import_people(text=people_csv(), by=None)
    for person in company.PEOPLE:
        if person.inside and not Person.objects.filter(email=person.email, account__isnull=False).exists():
            link = invite(email=person.email, by=None, admin=person.admin).link
            accept(token=link.rsplit("/", 1)[-1], password=PASSWORD)


LIBRARY = ("close-client-project.md", "travel-policy.md", "approve-an-expense.md", "handle-an-incident.md")
"""The pages the example begins with."""


def furnish(pages: Path) -> None:
    """Publish the example's pages; the people they name and the systems must be there."""
    for name in LIBRARY:
        if not Version.objects.filter(file=name).exists():  # what was amended since stays as it is
            text = (pages / name).read_text(encoding="utf-8")
            publish(text=text, by=None, file=name, materiality=Materiality.EDITORIAL)  # it is how they work already
